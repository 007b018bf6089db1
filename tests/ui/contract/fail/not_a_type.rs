use handoff::prelude::*;

#[contract]
fn work() {}

fn main() {
    work();
}
