include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => race(critique, optional(critique))
    }
}

fn main() {}
