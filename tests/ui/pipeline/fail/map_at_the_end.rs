include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(|answer| answer.text)
    }
}

fn main() {}
