include!("../preludes/research.rs");

#[agent]
async fn sum(reports: Vec<Report>) -> Report {
    Report { text: reports.len().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(steps) work
            => barrier(all)
            => sum
    }
}

fn main() {}
