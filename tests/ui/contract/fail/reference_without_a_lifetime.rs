use handoff::prelude::*;
use std::borrow::Cow;

#[contract]
pub struct A {
    pub a: &str,
    pub b: Cow<'_, str>,
}

#[agent]
async fn own(a: A) -> String {
    a.a.to_owned() + &a.b
}

fn main() {}
