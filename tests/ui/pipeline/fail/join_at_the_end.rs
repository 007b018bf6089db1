include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(critique, shorten)
    }
}

fn main() {}
