include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing as Answer => shorten
    }
}

fn main() {}
