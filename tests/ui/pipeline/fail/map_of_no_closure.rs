include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(answer.text) => shorten
    }
}

fn main() {}
