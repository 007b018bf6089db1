include!("../preludes/research.rs");

pipeline! {
    pub p(Goal) -> Report {
        plan => fan_out(steps) work
    }
}

fn main() {}
