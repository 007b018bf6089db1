//! Typed handoffs between agents.

pub mod budget;
