use handoff::prelude::*;

#[agent]
pub async fn merge(parts: &[String]) -> String {
    parts.concat()
}

fn main() {}
