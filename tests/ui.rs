//! What the compiler says, as a user sees it; and programs that it must accept.
//!
//! After a change, `TRYBUILD=overwrite cargo test --test ui` writes the messages anew: read them before they are
//! committed.

#[test]
fn contract() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/contract/fail/*.rs");
    tests.pass("ui/contract/pass/*.rs");
}
