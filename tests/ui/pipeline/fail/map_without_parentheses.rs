include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map |answer| answer => shorten
    }
}

fn main() {}
