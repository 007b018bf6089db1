use handoff::prelude::*;

#[agent]
pub async fn merge(parts: Vec<String>) -> String {
    parts.concat()
}

pipeline! { pub p(&[String]) -> String { merge } }

fn main() {}
