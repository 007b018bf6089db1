include!("../preludes/research.rs");

#[agent]
async fn one(step: Step) -> Report {
    Report { text: step.id }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(all)
            => one
    }
}

fn main() {}
