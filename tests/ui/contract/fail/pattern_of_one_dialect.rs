use handoff::prelude::*;

#[contract]
pub struct A {
    #[check(pattern(r"^t\d+$"))]
    pub digits: String,
    #[check(pattern("(?i)a"))]
    pub flags: String,
    #[check(pattern("a.b"))]
    pub dot: String,
    #[check(pattern("(?=a)b"))]
    pub look_ahead: String,
    #[check(pattern(r"(a)\1"))]
    pub reference: String,
    #[check(pattern("[[:alpha:]]"))]
    pub named_class: String,
    #[check(pattern("a]"))]
    pub bracket: Vec<String>,
}

fn main() {}
