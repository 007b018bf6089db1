include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 3, until = answer.approved) { critique }
    }
}

fn main() {}
