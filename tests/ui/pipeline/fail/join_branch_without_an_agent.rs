include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, { map(|answer| answer) }) => sign
    }
}

fn main() {}
