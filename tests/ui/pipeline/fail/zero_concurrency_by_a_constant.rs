include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

const AT_ONCE: usize = 0;

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps, concurrency = AT_ONCE) work
            => barrier(all)
            => merge
    }
}

fn main() {}
