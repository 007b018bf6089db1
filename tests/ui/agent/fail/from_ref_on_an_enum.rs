use handoff::prelude::*;

#[derive(FromRef)]
pub enum App {
    A,
}

fn main() {}
