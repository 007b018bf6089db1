include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Both { ticket, outage } => billing,
            _ => refuse,
        }
    }
}

fn main() {}
