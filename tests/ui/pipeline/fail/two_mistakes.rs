include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => gate(confidence >= 7.0)
            => fan_out(steps) work
            => merge
    }
}

fn main() {}
