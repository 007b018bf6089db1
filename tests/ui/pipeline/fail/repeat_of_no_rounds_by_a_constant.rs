include!("../preludes/support.rs");

const NONE: u32 = 0;

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = NONE, until = |answer| answer.approved) { critique }
    }
}

fn main() {}
