use handoff::prelude::*;

#[contract]
pub struct A {
    #[serde(with = "wire")]
    #[schemars(with = "String")]
    #[check(with(even))]
    pub a: u8,
}

fn even(_: &u8) -> Result<(), String> {
    Ok(())
}

fn main() {}
