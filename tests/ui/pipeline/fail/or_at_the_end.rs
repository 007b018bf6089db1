include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing or
    }
}

fn main() {}
