include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => billing,
            Triage::Outage(outage) if outage.severity > 3 => page => resolve,
            Triage::Both { .. } | Triage::Spam => refuse,
        }
    }
}

fn main() {}
