include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

#[agent]
async fn wok(goal: Goal) -> Step {
    Step { id: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) wok
            => barrier(all)
            => merge
    }
}

fn main() {}
