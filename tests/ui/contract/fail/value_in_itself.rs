use handoff::prelude::*;

#[contract]
pub struct Node {
    pub text: String,
    pub next: Option<Node>,
}

#[contract]
#[serde(tag = "op")]
pub enum Rule {
    Not { rule: Rule },
    Test,
}

#[contract]
pub struct Wrapped(Wrapped);

#[contract]
pub struct Flattened {
    #[serde(flatten)]
    pub more: Box<Flattened>,
}

#[agent]
async fn first(node: Node) -> Rule {
    let _ = node.text;
    Rule::Test
}

fn main() {}
