include!("../preludes/contracts.rs");

#[agent]
pub async fn work(step: Step) -> Step {
    step
}

pipeline! {
    pub p(Goal) -> Report {
        fanout(steps) work
    }
}

fn main() {}
