include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

const N: usize = 0;

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps, max = N) work
            => barrier(all)
            => merge
    }
}

fn main() {}
