include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => race() => shorten
    }
}

fn main() {}
