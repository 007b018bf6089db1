include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ref ticket) => billing,
            _ => refuse,
        }
    }
}

fn main() {}
