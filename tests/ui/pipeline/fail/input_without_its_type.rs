include!("../preludes/support.rs");

pipeline! {
    pub p(ticket:) -> Answer {
        billing
    }
}

fn main() {}
