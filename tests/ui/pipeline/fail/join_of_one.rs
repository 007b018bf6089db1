include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten) => billing => shorten
    }
}

fn main() {}
