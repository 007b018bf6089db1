include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(send, send, send, send, send, send, send, send, send) => sign
    }
}

fn main() {}
