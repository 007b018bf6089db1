include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => race(critique, critique, first = 1, deadline = "30s", label = |answer| 1)
    }
}

fn main() {}
