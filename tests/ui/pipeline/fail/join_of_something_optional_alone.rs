include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(optional(shorten)) => sign
    }
}

fn main() {}
