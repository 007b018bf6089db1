include!("../preludes/contracts.rs");

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

fn main() {
    #[agent]
    async fn inner(goal: Goal) -> Goal {
        goal
    }
    pipeline! { p(Goal) -> Report { inner => plan } }
    let _ = p;
}
