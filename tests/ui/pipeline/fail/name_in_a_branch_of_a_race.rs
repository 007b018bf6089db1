include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing as first => race(critique, { map(|answer| Answer { text: first.text, ..answer }) => critique })
    }
}

fn main() {}
