include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        triage => match {
            Triage::Billing(ticket) => billing,
            Triage::Outage(outage) => page,
            _ => refuse,
        } => send
    }
}

fn main() {}
