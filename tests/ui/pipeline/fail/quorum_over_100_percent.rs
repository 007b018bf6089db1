include!("../preludes/research.rs");

#[agent]
pub async fn merge_some(steps: Partial<Step>) -> Report {
    Report { text: steps.total().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(at_least = 110%)
            => merge_some
    }
}

fn main() {}
