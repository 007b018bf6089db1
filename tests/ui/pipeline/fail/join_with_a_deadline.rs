include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => join(shorten, critique, deadline = "30s", label = |answer| 1) => sign
    }
}

fn main() {}
