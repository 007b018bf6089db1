include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing as => shorten
    }
}

fn main() {}
