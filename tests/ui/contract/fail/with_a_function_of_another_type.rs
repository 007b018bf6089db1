use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(with(even))]
    pub a: u8,
}

fn even(n: &u32) -> Result<(), String> {
    if n % 2 == 0 { Ok(()) } else { Err("is odd".to_owned()) }
}

fn main() {}
