include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, resolve) => sign
    }
}

fn main() {}
