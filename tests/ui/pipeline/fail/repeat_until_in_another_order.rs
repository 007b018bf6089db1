include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 3, until = |round, answer| round > 2 || answer.approved) { critique }
    }
}

fn main() {}
