include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        triage => match {
            Triage::Billing(ticket) => billing,
            Triage::Outage(outage) => resolve,
            _ => refuse,
        } => send
    }
}

fn main() {}
