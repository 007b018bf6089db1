include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

type Answer = Plan;

#[agent]
async fn a(goal: Goal) -> Answer {
    plan(goal).await
}

pipeline! {
    pub p(Goal) -> Report {
        a => write
    }
}

fn main() {}
