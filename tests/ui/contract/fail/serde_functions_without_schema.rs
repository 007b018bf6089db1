use handoff::prelude::*;
use handoff::__private::serde;

mod as_text {
    use super::serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        u8::deserialize(deserializer)
    }
}

#[contract]
pub struct A {
    #[serde(with = "as_text")]
    pub a: u8,
}

#[contract]
pub enum B {
    #[serde(with = "as_text")]
    One(u8),
}

fn main() {}
