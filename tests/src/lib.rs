//! A package of tests: what needs more than one crate. It has no code of its own.
