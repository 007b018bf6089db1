include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(|| 3) => shorten
    }
}

fn main() {}
