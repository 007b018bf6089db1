//! What is told: how many tokens a text has, what a pipeline is, what happens in a run. Each is small, and as a program of
//! its own would be linked with all that the others are linked with.

mod budget;
mod describe;
mod events;
