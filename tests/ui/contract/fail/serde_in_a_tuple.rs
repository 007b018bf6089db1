use handoff::prelude::*;

#[contract]
pub struct A(pub u8, #[serde(default)] pub u8);

#[contract]
pub struct B(pub u8, #[serde(skip)] pub u8);

fn main() {}
