include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => billing
            Triage::Outage(outage) => resolve,
            _ => refuse,
        }
    }
}

fn main() {}
