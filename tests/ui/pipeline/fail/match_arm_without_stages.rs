include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => ,
            _ => refuse,
        }
    }
}

fn main() {}
