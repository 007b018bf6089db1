include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, optional(critique)) => sign
    }
}

fn main() {}
