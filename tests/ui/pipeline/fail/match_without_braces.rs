include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match => billing
    }
}

fn main() {}
