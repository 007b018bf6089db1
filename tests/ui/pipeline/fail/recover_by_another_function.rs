include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

fn stand_in(step: Step, failure: &TaskFailure) -> Step {
    Step { id: format!("{}: {failure}", step.id) }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps, recover = stand_in) work
            => barrier(all)
            => merge
    }
}

fn main() {}
