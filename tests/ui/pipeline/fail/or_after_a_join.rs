include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, critique) or sign => sign
    }
}

fn main() {}
