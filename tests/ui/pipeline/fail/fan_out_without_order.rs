use handoff::prelude::*;

#[contract]
pub struct Plan {
    pub steps: std::collections::HashSet<String>,
}

#[agent]
async fn up(s: String) -> String {
    s
}

pipeline! {
    pub p(Plan) -> Vec<String> {
        fan_out(steps) up => barrier(all)
    }
}

fn main() {
    let _ = p;
}
