include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

const T: f64 = 60.0;

pipeline! {
    pub p(Goal) -> Plan {
        plan => gate(confidence >= T)
    }
}

fn main() {}
