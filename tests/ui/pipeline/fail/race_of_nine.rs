include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => race(critique, critique, critique, critique, critique, critique, critique, critique, critique)
    }
}

fn main() {}
