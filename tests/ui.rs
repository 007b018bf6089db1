//! What the compiler says, as a user sees it. What it must accept is in `ui/pass.rs`.
//!
//! After a change, `TRYBUILD=overwrite cargo test --test ui` writes the messages anew: read them before they are
//! committed.

/// Programs that fail alone: with others that pass, each would be a build of its own, and not a check of all at once.
fn folder(name: &str) {
    trybuild::TestCases::new().compile_fail(format!("ui/{name}/fail/*.rs"));
}

#[test]
fn contract() {
    folder("contract");
}

#[test]
fn agent() {
    folder("agent");
}

#[test]
fn pipeline() {
    folder("pipeline");
}
