include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(|answer| Ticket { text: answer.txt }) => billing => shorten
    }
}

fn main() {}
