use handoff::prelude::*;

pub struct Model;

#[derive(FromRef)]
pub struct App {
    a: Model,
}

fn main() {}
