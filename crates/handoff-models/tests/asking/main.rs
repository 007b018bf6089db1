//! Agents that ask a model: the answers, the failures, the repair and the limits, with a paused clock.

mod agents;
mod failures;
mod limits;
mod repair;
