include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket: Ticket) -> Answer {
        billing
    }
}

fn main() {}
