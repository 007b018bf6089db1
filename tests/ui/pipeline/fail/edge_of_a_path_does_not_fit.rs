include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

mod agents {
    use super::*;
    #[agent]
    pub async fn first(goal: Goal) -> Plan {
        plan(goal).await
    }
}

pipeline! {
    pub p(Goal) -> Report {
        agents::first => merge
    }
}

fn main() {}
