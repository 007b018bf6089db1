include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) if let Some(_) = ticket.text.find('x') => billing,
            _ => refuse,
        }
    }
}

fn main() {}
