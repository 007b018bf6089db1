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

#[contract]
pub struct Report {
    pub text: String,
}
