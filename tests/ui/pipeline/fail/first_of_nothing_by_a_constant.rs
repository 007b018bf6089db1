include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Partial<Step>) -> Report {
    Report { text: steps.total().to_string() }
}

const ENOUGH: usize = 0;

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(first = ENOUGH)
            => merge
    }
}

fn main() {}
