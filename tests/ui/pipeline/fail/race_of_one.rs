include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => race(critique) => shorten
    }
}

fn main() {}
