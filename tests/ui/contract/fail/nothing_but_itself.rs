use handoff::prelude::*;

#[contract]
struct Chain(Option<Box<Chain>>);

#[contract]
#[serde(transparent)]
struct Same {
    same: Box<Same>,
}

#[contract]
#[serde(untagged)]
enum Value {
    Number(u8),
    Quoted(Box<Value>),
}

#[contract]
struct Tree(Vec<Tree>);

#[contract]
enum Expression {
    Number(u8),
    Negative(Box<Expression>),
}

fn main() {}
