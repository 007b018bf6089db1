include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) if => billing,
            _ => refuse,
        }
    }
}

fn main() {}
