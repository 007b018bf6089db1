include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max, until = |answer| answer.approved) { critique }
    }
}

fn main() {}
