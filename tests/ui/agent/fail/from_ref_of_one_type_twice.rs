use handoff::prelude::*;

#[derive(Clone, FromRef)]
pub struct App {
    a: String,
    b: String,
}

fn main() {}
