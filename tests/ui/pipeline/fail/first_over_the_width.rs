include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Partial<Step>) -> Report {
    Report { text: steps.total().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(first = 9)
            => merge
    }
}

fn main() {}
