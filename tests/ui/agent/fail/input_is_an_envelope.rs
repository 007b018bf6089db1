use handoff::prelude::*;

#[agent]
pub async fn write(goal: Envelope<String>) -> String {
    goal.payload
}

pipeline! { pub p(String) -> String { write } }

fn main() {}
