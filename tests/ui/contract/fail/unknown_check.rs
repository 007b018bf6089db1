use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(lenght(1..))]
    pub a: String,
}

// Nothing follows from a check that is unknown.
fn main() {
    let _ = A::parse("{}");
}
