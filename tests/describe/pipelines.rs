//! The pipelines that are described: every stage, and every barrier.

use handoff::prelude::*;

/// A ticket.
#[contract]
pub(crate) struct Ticket {
    /// What the customer writes.
    #[check(len(1..=2_000))]
    pub(crate) text: String,
}

#[contract(max_tokens = 90)]
pub(crate) struct Outage {
    #[check(range(1..=5))]
    pub(crate) severity: u8,
}

#[contract]
pub(crate) enum Triage {
    Billing(Ticket),
    Outage(Outage),
    Other,
}

#[contract]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) approved: bool,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Plan {
    #[check(len(1..=4))]
    pub(crate) steps: Vec<Ticket>,
    #[confidence]
    pub(crate) confidence: f64,
}

#[agent(role = router, max_output_tokens = 300)]
pub(crate) async fn triage(ticket: Ticket) -> Triage {
    Triage::Billing(ticket)
}

#[agent(input_budget = 4_000, max_output_tokens = 500, timeout = "30s", retries = 2)]
async fn billing(ticket: Ticket) -> Answer {
    Answer { text: ticket.text, approved: true, confidence: 0.5 }
}

#[agent(role = "on \"call\"", name = "page <now>", timeout = "none")]
async fn page(outage: Outage) -> Outage {
    outage
}

#[agent]
async fn resolve(outage: Outage) -> Answer {
    Answer { text: outage.severity.to_string(), approved: false, confidence: 0.5 }
}

#[agent]
async fn plan(triage: Triage) -> Plan {
    let _ = triage;
    Plan { steps: Vec::new(), confidence: 0.2 }
}

#[agent(role = critic)]
async fn critique(answer: Answer) -> Answer {
    answer
}

#[agent(role = aggregator, input_budget = 8_000)]
async fn merge(answers: Vec<Answer>) -> Answer {
    merge_some(answers)
}

#[agent(role = aggregator, input_budget = 8_000)]
async fn merge_partial(answers: Partial<Answer>) -> Answer {
    merge_some(answers.into_results())
}

fn merge_some(mut answers: Vec<Answer>) -> Answer {
    answers.remove(0)
}

#[agent]
async fn legal(answer: Answer) -> Ticket {
    Ticket { text: answer.text }
}

#[agent]
async fn cost(answer: Answer) -> u32 {
    let _ = answer;
    1
}

#[agent(role = aggregator)]
async fn sign((ticket, _): (Ticket, u32)) -> Ticket {
    ticket
}

#[agent]
async fn quick(ticket: Ticket) -> Ticket {
    ticket
}

#[agent]
async fn slow(ticket: Ticket) -> Ticket {
    ticket
}

pipeline! {
    /// Works each step.
    pub(crate) work(Triage) -> Answer {
        plan
            => gate(confidence >= 0.6)
            => fan_out(steps) billing
            => barrier(all)
            => gate(confidence >= 0.5)
            => merge
    }
}

pipeline! {
    /// Every stage.
    pub(crate) support(Ticket) -> Ticket {
        quick or slow
            => triage as found
            => match {
                Triage::Billing(ticket) if ticket.text.len() > 9 => billing,
                Triage::Outage(outage) => page => resolve,
                Triage::Billing(_) | Triage::Other => work,
            }
            => repeat(max = 3, until = |answer| answer.approved, else = last) { critique }
            => join(legal, cost)
            => sign
            => map(|ticket| { let _ = found; ticket })
            => quick
    }
}

pipeline! { pub(crate) raced(Ticket) -> Answer { race({ slow => billing }, billing or billing) => critique } }
pipeline! { pub(crate) branched(Answer) -> (Ticket, Option<u32>) { join({ legal => quick or slow }, optional(cost)) } }
pipeline! { pub(crate) in_chains(Triage) -> Vec<Answer> { plan => fan_out(steps, max = 3) { quick => billing => critique } => barrier(all) } }
pipeline! { pub(crate) at_least(Triage) -> Answer { plan => fan_out(steps) billing => barrier(at_least = 2) => merge_partial } }
pipeline! { pub(crate) a_share(Triage) -> Answer { plan => fan_out(steps) billing => barrier(at_least = 80%) => merge_partial } }
pipeline! { pub(crate) settled(Triage) -> Partial<Answer> { plan => fan_out(steps) billing => barrier(settled) } }

#[agent(blocking)]
fn compute(ticket: Ticket) -> Answer {
    Answer { text: ticket.text, approved: true, confidence: 0.5 }
}

fn given_up(ticket: &Ticket, failure: &TaskFailure) -> Answer {
    Answer { text: format!("{}: {failure}", ticket.text), approved: false, confidence: 0.0 }
}

pipeline! {
    pub(crate) first(Triage) -> Partial<Answer> {
        plan
            => fan_out(|plan| plan.steps, max = 3, concurrency = 2, allow_empty, recover = given_up) compute
            => barrier(first = 2, deadline = "1m")
    }
}

pipeline! {
    pub(crate) kept(Plan) -> Vec<(Ticket, Answer)> { fan_out(steps, keep) compute => barrier(all) }
}
