include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        race(billing => critique, billing)
    }
}

fn main() {}
