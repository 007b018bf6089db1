include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing as match => shorten
    }
}

fn main() {}
