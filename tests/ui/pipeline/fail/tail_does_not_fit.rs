include!("../preludes/contracts.rs");

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Step {
        write
    }
}

#[tokio::main]
async fn main() {
    let e: Envelope<Step> = Runtime::default().run(p, Goal { text: String::new() }).await.unwrap();
    let _ = e;
}
