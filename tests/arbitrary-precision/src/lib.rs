//! A package of tests. It has no code of its own.
