include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map() => shorten
    }
}

fn main() {}
