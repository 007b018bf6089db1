use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub steps: Vec<String>,
}

#[agent]
pub async fn work(step: String) -> String {
    step
}

pipeline! { pub p(Plan) -> Partial<String> { fan_out(steps) work => barrier(at_least = "80%") } }

fn main() {}
