use handoff::prelude::*;
use std::sync::{Mutex, Weak};

#[contract]
pub struct A {
    pub a: Box<dyn Tool>,
    pub b: fn(u8) -> u8,
    pub c: *const u8,
    pub d: [u8],
    pub e: str,
    pub f: impl Tool,
    pub g: Mutex<u8>,
    pub h: Vec<Weak<u8>>,
    pub i: Option<_>,
}

pub trait Tool: Send + Sync {
    fn call(&self) -> u8;
}

// The mistakes are said of the contract alone.
#[agent]
async fn call(a: A) -> u8 {
    a.a.call() + (a.b)(1) + a.d[0] + a.g.into_inner().unwrap_or_default()
}

fn main() {}
