include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 3) { critique }
    }
}

fn main() {}
