include!("../preludes/research.rs");

#[agent]
pub async fn merge(steps: Vec<Step>) -> Report {
    Report { text: steps.len().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(all, deadlin = "30s")
            => merge
    }
}

fn main() {}
