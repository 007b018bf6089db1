include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => optional(shorten) => billing => shorten
    }
}

fn main() {}
