include!("../preludes/contracts.rs");

pipeline! {
    pub p(Goal) -> Report {
        wirte
    }
}

fn main() {}
