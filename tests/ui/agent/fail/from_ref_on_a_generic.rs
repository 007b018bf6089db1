use handoff::prelude::*;

#[derive(FromRef)]
pub struct App<T> {
    a: T,
}

fn main() {}
