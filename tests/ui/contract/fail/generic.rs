use handoff::prelude::*;

#[contract]
pub struct Page<T> {
    pub items: Vec<T>,
}

fn main() {}
