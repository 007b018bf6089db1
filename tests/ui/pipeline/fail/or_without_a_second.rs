include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing or => shorten
    }
}

fn main() {}
