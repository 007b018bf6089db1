include!("../preludes/support.rs");

#[agent]
pub async fn triage_or(ticket: Ticket) -> Ticket {
    ticket
}

#[agent]
pub async fn shorten_ticket(ticket: Ticket) -> Ticket {
    ticket
}

pipeline! {
    pub p(Ticket) -> Ticket {
        triage_or => billing or shorten_ticket => send
    }
}

fn main() {}
