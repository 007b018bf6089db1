include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => mach {
            Triage::Billing(ticket) => billing,
            Triage::Outage(outage) => resolve,
            _ => refuse,
        }
    }
}

fn main() {}
