use handoff::prelude::*;

#[derive(Clone, FromRef)]
#[from_ref(skip)]
pub struct App {
    a: String,
}

fn main() {}
