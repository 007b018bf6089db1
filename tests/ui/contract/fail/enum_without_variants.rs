use handoff::prelude::*;

#[contract]
pub enum Never {}

fn main() {}
