include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => race(critique, { map(|answer| answer) })
    }
}

fn main() {}
