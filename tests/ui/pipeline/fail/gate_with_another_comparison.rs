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

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

pipeline! {
    pub p(Goal) -> Plan {
        plan => gate(confidence > 0.5)
    }
}

fn main() {}
