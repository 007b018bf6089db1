include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Bill(ticket) => billing,
            _ => refuse,
        }
    }
}

fn main() {}
