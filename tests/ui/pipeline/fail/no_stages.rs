include!("../preludes/contracts.rs");

pipeline! { pub p(Goal) -> Report { } }

fn main() {}
