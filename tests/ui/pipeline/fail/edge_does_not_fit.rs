include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        plan => write
    }
}

pipeline! {
    pub q(Goal) -> Report {
        p
    }
}

#[tokio::main]
async fn main() {
    let _ = Runtime::default().run(q, Goal { text: String::new() }).await;
}
