include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat() { critique }
    }
}

fn main() {}
