include!("../preludes/research.rs");

#[agent]
pub async fn merge_some(steps: Partial<Step>) -> Report {
    Report { text: steps.total().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(at_least = 0.8)
            => merge_some
    }
}

fn main() {}
