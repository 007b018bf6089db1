include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(until = |answer| answer.approved) { critique }
    }
}

fn main() {}
