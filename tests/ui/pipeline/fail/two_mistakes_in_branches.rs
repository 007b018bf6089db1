include!("../preludes/support.rs");

#[agent]
pub async fn sign2(both: (Ticket, Outage)) -> Ticket {
    both.0
}

pipeline! {
    pub p(Ticket) -> Ticket {
        triage => match {
            Triage::Billing(ticket) => resolve,
            _ => refuse,
        } => join(shorten, page) => sign2
    }
}

fn main() {}
