use handoff::prelude::*;

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

pipeline! {
    pub p(Plan) -> Plan {
        gate(confidence >= 0.5)
    }
}

fn main() {}
