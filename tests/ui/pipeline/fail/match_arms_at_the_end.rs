include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => billing => shorten,
            _ => refuse,
        }
    }
}

fn main() {}
