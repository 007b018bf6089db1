include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

#[agent]
async fn r#type(goal: Goal) -> Plan {
    plan(goal).await
}

pipeline! {
    pub p(Goal) -> Report {
        r#type => write
    }
}

fn main() {}
