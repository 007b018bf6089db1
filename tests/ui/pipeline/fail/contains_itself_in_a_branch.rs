include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => p,
            _ => refuse,
        }
    }
}

fn main() {}
