include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing or gate(confidence >= 0.5) => shorten
    }
}

fn main() {}
