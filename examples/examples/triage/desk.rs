//! The desk: who a ticket goes to, and what they answer. Plain functions in place of models.

use handoff::prelude::*;

use crate::review::Draft;
use crate::tickets::{Plan, Ticket};

/// Who is to answer, with what they need for it.
#[contract]
pub(crate) enum Route {
    /// Money.
    Billing(Ticket),
    /// Something is broken.
    Outage(Outage),
    /// How something is done.
    HowTo(Ticket),
    /// Nobody.
    Spam(Ticket),
}

/// A ticket about something that is broken.
#[contract]
pub(crate) struct Outage {
    /// The ticket.
    pub ticket: Ticket,
    /// From 1, an annoyance, to 5: nothing works.
    #[check(range(1..=5))]
    pub severity: u8,
}

/// The router's choice.
#[contract]
pub(crate) struct Triage {
    /// Who is to answer.
    pub route: Route,
    /// By how much the choice is ahead of the next best.
    #[confidence]
    pub confidence: f64,
}

const BILLING: &[&str] =
    &["charged", "invoice", "refund", "payment", "card", "vat", "price", "subscription", "pay"];
const OUTAGE: &[&str] =
    &["down", "outage", "error", "fails", "slow", "timeout", "locked", "missing", "late", "500", "503"];
const HOW_TO: &[&str] = &["how", "where", "export", "invite", "rotate", "change", "turn", "setting", "find"];
const SPAM: &[&str] = &["click", "win", "winner", "offer", "guaranteed", "boost", "act", "congratulations"];
const GRAVE: &[&str] = &["down", "urgent", "everything", "all", "nobody", "outage", "lose"];

fn words(ticket: &Ticket) -> Vec<String> {
    let text = format!("{} {}", ticket.subject, ticket.body).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn hits(words: &[String], of: &[&str]) -> usize {
    words.iter().filter(|word| of.contains(&word.as_str())).count()
}

/// Chooses who is to answer.
#[agent(role = router, timeout = "5s")]
pub(crate) async fn classify(ticket: Ticket) -> Triage {
    let words = words(&ticket);
    let mut scores = [
        (0, hits(&words, BILLING)),
        (1, hits(&words, OUTAGE)),
        (2, hits(&words, HOW_TO)),
        (3, hits(&words, SPAM)),
    ];
    scores.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
    let [(best, most), (_, next), ..] = scores;
    let lead = most.saturating_sub(next);
    let confidence =
        if most == 0 { 0.0 } else { (0.5 + 0.25 * f64::from(u8::try_from(lead).unwrap_or(2))).min(1.0) };
    let route = match best {
        0 => Route::Billing(ticket),
        1 => {
            let grave = u8::try_from(hits(&words, GRAVE)).unwrap_or(u8::MAX);
            let paid = u8::from(ticket.plan == Plan::Business);
            Route::Outage(Outage { ticket, severity: 1_u8.saturating_add(grave).saturating_add(paid).min(5) })
        }
        2 => Route::HowTo(ticket),
        _ => Route::Spam(ticket),
    };
    Triage { route, confidence }
}

/// Answers what is about money.
#[agent(timeout = "5s")]
pub(crate) async fn settle(ticket: Ticket) -> Draft {
    let refund = ticket.body.to_lowercase().contains("refund");
    let text = if refund {
        "We guarantee that the payment is refunded today."
    } else {
        "We have looked at your invoice and will send a corrected one."
    };
    Draft::new(ticket, "billing", text)
}

/// Wakes somebody up.
#[agent(timeout = "5s")]
pub(crate) async fn page(outage: Outage, cx: Context) -> Outage {
    cx.warn(format!("{} has severity {}: the engineer on call was paged", outage.ticket.id, outage.severity));
    outage
}

/// Tells what is known of an outage.
#[agent(timeout = "5s")]
pub(crate) async fn explain(outage: Outage) -> Draft {
    let text = match outage.severity {
        4.. => "Our engineers are at work on this right now. We promise that it never happens again.",
        _ => "We can see the slowdown on our side and are looking into it.",
    };
    Draft::new(outage.ticket, "outage", text)
}

/// Answers from the handbook, where it knows.
#[agent(timeout = "5s")]
pub(crate) async fn look_up(ticket: Ticket) -> Result<Draft, String> {
    const HANDBOOK: [(&str, &str); 5] = [
        ("export", "Open Settings, then Data, and choose Export as CSV."),
        ("invite", "Open Members, choose Invite, and give the role Viewer."),
        ("rotate", "Create a second key, switch your integrations over, then delete the first."),
        ("two", "Open Settings, then Security, and require two-factor login for all members."),
        ("address", "Open Profile, enter the new address, and confirm it from the mail we send there."),
    ];
    let words = words(&ticket);
    match HANDBOOK.into_iter().find(|(topic, _)| words.iter().any(|word| word == topic)) {
        Some((_, text)) => Ok(Draft::new(ticket, "how-to", text)),
        None => Err("the handbook says nothing about it".into()),
    }
}

/// Answers for want of a better answer.
#[agent(timeout = "5s")]
pub(crate) async fn forward(ticket: Ticket) -> Draft {
    Draft::new(ticket, "how-to", "A colleague who knows this well will write to you within a day.")
}

/// Answers nothing.
#[agent(timeout = "5s")]
pub(crate) async fn discard(ticket: Ticket) -> Draft {
    Draft::silent(ticket, "spam")
}
