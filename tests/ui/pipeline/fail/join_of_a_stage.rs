include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, gate(confidence >= 0.5)) => sign
    }
}

fn main() {}
