include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 0, until = |answer| answer.approved) { critique }
    }
}

fn main() {}
