use handoff::prelude::*;

#[contract]
pub enum Triage {
    Billing(String),
    Outage(String),
}

#[agent(role = router)]
pub async fn triage(ticket: String) -> Triage {
    Triage::Billing(ticket)
}

#[agent]
pub async fn answer(ticket: String) -> String {
    ticket
}

pipeline! {
    pub p(String) -> String {
        triage
            => match {
                Triage::Billing(ticket) => answer,
                #[cfg(feature = "outages")]
                Triage::Outage(ticket) => answer,
            }
    }
}

fn main() {}
