//! Contracts of the user's that are called like what the macros need.
#![deny(warnings)]

use handoff::prelude::{agent, contract, pipeline};
#[contract]
pub struct Result {
    pub text: std::string::String,
}
#[contract]
pub struct Option {
    pub text: std::string::String,
}
#[contract]
pub struct Vec {
    pub text: std::string::String,
}
#[contract]
pub struct String {
    pub text: std::string::String,
}
#[contract]
pub struct Box {
    pub text: std::string::String,
}
#[contract]
pub struct Send {
    pub text: std::string::String,
}
#[contract]
pub struct Sized {
    pub text: std::string::String,
}
#[contract]
pub struct E {
    pub text: std::string::String,
}
#[contract]
pub struct S {
    pub list: std::vec::Vec<E>,
}
#[agent]
pub async fn a(r: Result) -> Option {
    Option { text: r.text }
}
#[agent]
pub async fn b(r: Option) -> Vec {
    Vec { text: r.text }
}
#[agent]
pub async fn c(r: Vec) -> String {
    String { text: r.text }
}
#[agent]
pub async fn d(r: String) -> Box {
    Box { text: r.text }
}
#[agent]
pub async fn e(r: Box) -> Send {
    Send { text: r.text }
}
#[agent(output = Result)]
pub async fn f(r: Send) -> Result {
    Result { text: r.text }
}
#[agent]
pub async fn g(r: Result) -> S {
    S { list: vec![E { text: r.text }] }
}
#[agent]
pub async fn h(r: E) -> E {
    r
}
#[agent]
pub async fn i(r: std::vec::Vec<E>) -> S {
    S { list: r }
}
pipeline! { pub p(Result) -> S { a => b => c => d => e => f => g => fan_out(list, max = 3) h => barrier(all) => i } }
