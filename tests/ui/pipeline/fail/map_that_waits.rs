include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(async |answer| answer) => shorten
    }
}

fn main() {}
