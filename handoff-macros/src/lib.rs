//! The procedural macros of `handoff`.
