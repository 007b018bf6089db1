include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps, allow_empty, allow_empty) work
            => barrier(all)
            => merge
    }
}

fn main() {}
