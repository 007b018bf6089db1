//! What the compiler says, as a user sees it; and programs that it must accept.
//!
//! After a change, `TRYBUILD=overwrite cargo test --test ui` writes the messages anew: read them before they are
//! committed.

fn folder(name: &str) {
    let tests = trybuild::TestCases::new();
    tests.compile_fail(format!("ui/{name}/fail/*.rs"));
    tests.pass(format!("ui/{name}/pass/*.rs"));
}

#[test]
fn contract() {
    folder("contract");
}

#[test]
fn agent() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/agent/fail/*.rs");
    tests.pass("ui/agent/pass/*.rs");
}

#[test]
fn pipeline() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/pipeline/fail/*.rs");
    tests.pass("ui/pipeline/pass/*.rs");
}
