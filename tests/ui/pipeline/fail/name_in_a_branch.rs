include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing as first => join(shorten, { map(|answer| Answer { text: first.text, ..answer }) => critique }) => sign
    }
}

fn main() {}
