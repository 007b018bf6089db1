use handoff::prelude::*;

#[contract]
pub struct Ticket {
    pub text: String,
}

#[contract]
pub struct Outage {
    pub service: String,
    pub severity: u8,
}

#[contract]
pub enum Triage {
    Billing(Ticket),
    Outage(Outage),
    Both { ticket: Ticket, outage: Outage },
    Spam,
}

#[contract]
pub struct Answer {
    pub text: String,
    pub approved: bool,
    pub parts: Vec<Ticket>,
}

#[agent(role = router, max_output_tokens = 900)]
pub async fn triage(ticket: Ticket) -> Triage {
    Triage::Billing(ticket)
}

#[agent(max_output_tokens = 500)]
pub async fn billing(ticket: Ticket) -> Answer {
    Answer { text: ticket.text, approved: true, parts: Vec::new() }
}

#[agent]
pub async fn page(outage: Outage) -> Outage {
    outage
}

#[agent(max_output_tokens = 700)]
pub async fn resolve(outage: Outage) -> Answer {
    Answer { text: outage.service, approved: false, parts: Vec::new() }
}

#[agent]
pub async fn refuse(triage: Triage) -> Answer {
    Answer { text: format!("{triage:?}"), approved: true, parts: Vec::new() }
}

#[agent(role = critic)]
pub async fn critique(answer: Answer) -> Answer {
    answer
}

#[agent]
pub async fn shorten(answer: Answer) -> Ticket {
    Ticket { text: answer.text }
}

#[agent(input_budget = 600)]
pub async fn send(answer: Answer) -> Ticket {
    Ticket { text: answer.text }
}

#[agent(role = aggregator)]
pub async fn sign(both: (Ticket, Answer)) -> Ticket {
    both.0
}

#[agent(role = aggregator, input_budget = 1_000)]
pub async fn sign_short(both: (Answer, Answer)) -> Ticket {
    Ticket { text: both.0.text }
}
