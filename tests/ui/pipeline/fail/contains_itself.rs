include!("../preludes/contracts.rs");

pipeline! {
    pub p(Goal) -> Report {
        p
    }
}

fn main() {}
