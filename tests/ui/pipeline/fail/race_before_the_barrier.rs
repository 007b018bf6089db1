include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => fan_out(parts) billing => race(critique, critique)
    }
}

fn main() {}
