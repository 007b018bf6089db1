use handoff::prelude::*;

#[derive(Clone, FromRef)]
pub struct App {
    #[from_ref(skp)]
    a: String,
}

fn main() {}
