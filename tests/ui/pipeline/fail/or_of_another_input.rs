include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => critique or resolve => shorten
    }
}

fn main() {}
