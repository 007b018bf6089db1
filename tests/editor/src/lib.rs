//! What editors are shown of the macros, compiled: every word is documented under its name, every probe has a type,
//! and whatever uses an agent or a pipeline knows what it takes and hands on.

#![allow(missing_docs, clippy::missing_errors_doc, reason = "nobody reads it but the compiler")]

use handoff::prelude::*;

#[contract(open, max_tokens = 2_000)]
pub struct Ticket {
    #[check(len(1..=8))]
    pub parts: Vec<Part>,
    #[check(len(..=MOST))]
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

const MOST: usize = 80;

#[contract]
pub struct Part {
    #[check(range(1..=5), )]
    pub number: u8,
}

#[contract]
pub enum Triage {
    Billing(Ticket),
    Outage(Part),
    Other,
}

#[derive(Clone, Debug, FromRef)]
pub struct App {
    model: Model,
}

#[derive(Clone, Debug)]
pub struct Model;

#[agent(input = Ticket, output = Triage, role = router, input_budget = 4_000, max_output_tokens = LIMIT, timeout = "30s", retries = 2, name = "sorter")]
pub async fn sort(ticket: Ticket, State(model): State<Model>, cx: Context) -> Result<Triage, std::io::Error> {
    let _ = (model, cx.attempt());
    Ok(Triage::Billing(ticket))
}

const LIMIT: u32 = 500;

#[agent(role = "scribe")]
pub async fn note(ticket: Ticket) -> Ticket {
    ticket
}

#[must_use]
#[agent(blocking)]
pub fn one(part: Part) -> Part {
    part
}

#[agent(tools(two, barrier_free::quiet,), max_turns = 6)]
pub async fn about(part: Part, _: Context) -> Part {
    part
}

#[agent]
pub async fn two(part: Part) -> Ticket {
    Ticket { parts: vec![part], text: String::new(), confidence: 0.5 }
}

#[agent]
pub async fn all(parts: Vec<Part>) -> Ticket {
    Ticket { parts, text: String::new(), confidence: 0.5 }
}

#[agent]
pub async fn some(parts: Partial<Part>) -> Ticket {
    Ticket { parts: parts.results().cloned().collect(), text: String::new(), confidence: 0.5 }
}

#[agent]
pub async fn pair((one, _): (Ticket, Triage)) -> Ticket {
    one
}

pipeline! {
    /// Everything at once.
    pub everything(Ticket) -> Ticket {
        note as first
            => gate(confidence >= 0.6)
            => fan_out(parts, max = 8, concurrency = 2, allow_empty, label = |part| part.number.to_string()) one
            => barrier(all, deadline = "30s")
            => all
            => fan_out(parts) { one => two => map(|ticket| Part { number: ticket.parts[0].number }) => one }
            => barrier(at_least = 80%)
            => some or some
            => fan_out(|ticket| ticket.parts.into_iter().take(2).collect(), recover = again) one
            => barrier(first = 1)
            => some
            => repeat(max = 3, until = |ticket, round| ticket.text.is_empty() || round == 2, else = last) { note => note }
            => map(|ticket| ticket.parts.into_iter().chain(first.parts.clone()).collect())
            => all
            => sort
            => match {
                Triage::Billing(ticket) if ticket.confidence > 0.5 => note,
                Triage::Outage(part) => one => two,
                _ => map(|_| Part { number: 1 }) => two,
            }
            => join(note, sort)
            => pair
            => fan_out(parts, keep) one
            => barrier(all)
            => map(|pairs| pairs.into_iter().map(|(part, _)| part).collect())
            => race(all, { all => note }, all or all) as raced
            => map(|ticket| Ticket { text: raced.text.clone(), ..ticket })
            => note
    }
}

fn again(part: &Part, _failure: &TaskFailure) -> Part {
    part.clone()
}

pipeline! { pub nested(Ticket) -> Ticket { everything => barrier_free::quiet => note } }

pub mod barrier_free {
    use super::Ticket;
    use handoff::prelude::*;

    #[agent]
    pub async fn quiet(ticket: Ticket) -> Ticket {
        ticket
    }
}

pub async fn run(ticket: Ticket) -> Result<usize, PipelineError> {
    let _ = nested.describe();
    let runtime = Runtime::builder().state(App { model: Model }).build();
    let done = runtime.run(nested, ticket).await?;
    Ok(done.payload.parts.len())
}
