include!("../preludes/contracts.rs");

pipeline! {
    pub p(Goal) -> Report {
        Plan
    }
}

fn main() {}
