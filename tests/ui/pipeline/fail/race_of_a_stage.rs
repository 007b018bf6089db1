include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => race(critique, repeat(max = 3, until = |answer| answer.approved) { critique })
    }
}

fn main() {}
