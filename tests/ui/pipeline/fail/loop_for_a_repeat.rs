include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => loop { critique }
    }
}

fn main() {}
