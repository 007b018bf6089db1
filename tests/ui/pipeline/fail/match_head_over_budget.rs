include!("../preludes/support.rs");

#[agent(input_budget = 100)]
pub async fn bill_small(ticket: Ticket) -> Answer {
    Answer { text: ticket.text, approved: true, parts: Vec::new() }
}

pipeline! {
    pub p(Ticket) -> Answer {
        triage => match {
            Triage::Billing(ticket) => bill_small,
            _ => refuse,
        }
    }
}

fn main() {}
