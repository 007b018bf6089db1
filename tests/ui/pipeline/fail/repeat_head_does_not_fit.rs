include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => repeat(max = 3, until = |answer| answer.approved) { critique }
    }
}

fn main() {}
