include!("../preludes/contracts.rs");

#[agent]
pub async fn work(step: Step) -> Step {
    step
}

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

pipeline! {
    pub p(Plan) -> Report {
        fan_out(stepz) work
            => barrier(all)
            => merge
    }
}

fn main() {}
