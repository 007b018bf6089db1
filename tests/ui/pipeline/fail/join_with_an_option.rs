include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, critique, concurrency = 1) => sign
    }
}

fn main() {}
