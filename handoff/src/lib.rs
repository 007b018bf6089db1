//! Typed handoffs between agents.
