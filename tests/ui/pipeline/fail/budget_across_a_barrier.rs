use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub steps: Vec<Step>,
    pub note: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub struct Step {
    pub id: String,
}

#[agent(max_output_tokens = 500)]
async fn a(g: Step) -> Goal {
    Goal { text: g.id }
}

#[agent(input_budget = 4000)]
async fn b(g: Vec<Goal>) -> Goal {
    Goal { text: g.len().to_string() }
}

pipeline! {
    pub p(Plan) -> Goal {
        fan_out(steps) a => barrier(all) => b
    }
}

fn main() {}
