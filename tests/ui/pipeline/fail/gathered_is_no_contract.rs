include!("../preludes/contracts.rs");

pub struct Finding {
    pub text: String,
}

#[agent]
pub async fn find(step: Step) -> Finding {
    Finding { text: step.id }
}

#[agent]
pub async fn join(findings: Vec<Finding>) -> Goal {
    Goal { text: findings.into_iter().map(|finding| finding.text).collect() }
}

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

// Each agent says what it lacks, and the pipeline nothing more.
pipeline! {
    pub research(Goal) -> Goal {
        plan => fan_out(steps) find => barrier(all) => join
    }
}

#[tokio::main]
async fn main() {
    let _ = Runtime::default().run(research, Goal { text: String::new() }).await;
}
