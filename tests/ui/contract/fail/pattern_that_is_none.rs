use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(pattern("(unclosed"))]
    pub a: String,
    #[check(pattern("^[z-a]+$"))]
    pub b: String,
    #[check(pattern("[a-z]*"))]
    pub every_string: String,
    #[check(pattern("$a"))]
    pub no_string: String,
    #[check(pattern("(?:a{1000}){1000}"))]
    pub too_large: String,
    #[check(pattern)]
    pub nothing: String,
    #[check(pattern(LATER))]
    pub constant: String,
}

const LATER: &str = "a";

fn main() {}
