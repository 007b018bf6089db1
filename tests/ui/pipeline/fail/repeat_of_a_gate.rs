include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 3, until = |answer| answer.approved) { gate(confidence >= 0.5) }
    }
}

fn main() {}
