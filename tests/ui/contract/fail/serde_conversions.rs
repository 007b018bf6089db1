use handoff::prelude::*;

#[contract]
#[serde(from = "String")]
pub struct A {
    pub a: String,
}

#[contract]
#[serde(try_from = "String")]
pub struct B {
    pub b: String,
}

#[contract]
#[serde(into = "String")]
pub struct C {
    pub c: String,
}

impl From<String> for A {
    fn from(a: String) -> Self {
        A { a }
    }
}

impl TryFrom<String> for B {
    type Error = String;

    fn try_from(b: String) -> Result<Self, String> {
        Ok(B { b })
    }
}

impl From<C> for String {
    fn from(c: C) -> Self {
        c.c
    }
}

// Both are one mistake.
#[contract]
#[serde(from = "String", into = "String")]
pub struct D {
    pub d: String,
}

impl From<String> for D {
    fn from(d: String) -> Self {
        D { d }
    }
}

impl From<D> for String {
    fn from(d: D) -> Self {
        d.d
    }
}

fn main() {}
