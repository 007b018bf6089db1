use handoff::prelude::*;
use std::borrow::Cow;

#[contract]
pub struct A<'a> {
    #[serde(borrow)]
    pub a: &'a str,
    pub b: Cow<'a, str>,
}

#[agent]
async fn own(a: A<'static>) -> String {
    a.a.to_owned() + &a.b
}

fn main() {}
