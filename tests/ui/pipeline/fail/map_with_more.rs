include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(|answer| answer, 3) => shorten
    }
}

fn main() {}
