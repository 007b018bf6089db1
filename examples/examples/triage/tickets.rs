//! What comes in: support tickets, one JSON object a line.

use std::path::Path;

use handoff::prelude::*;

/// A ticket as the mailbox has it.
#[contract]
pub(crate) struct Ticket {
    /// Its number.
    #[check(len(1..=20))]
    pub id: String,
    /// Who wrote it.
    #[check(len(1..=80))]
    pub from: String,
    /// What they pay for.
    pub plan: Plan,
    /// The subject line.
    #[check(len(1..=200))]
    pub subject: String,
    /// The text.
    #[check(len(1..=4_000))]
    pub body: String,
}

/// What a customer pays for.
#[contract]
#[serde(rename_all = "snake_case")]
#[derive(Copy, PartialEq)]
pub(crate) enum Plan {
    /// Nothing.
    Free,
    /// By the seat.
    Team,
    /// With a promise of availability.
    Business,
}

/// All tickets of a day.
#[contract]
pub(crate) struct Inbox {
    /// In the order they came in.
    #[check(len(1..=500))]
    pub tickets: Vec<Ticket>,
}

/// Reads a file of tickets, or says what is wrong with it, line by line: a ticket that cannot be read must not
/// be lost, so nothing is done before all of them can be.
pub(crate) fn read(path: &Path) -> Result<Inbox, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (mut tickets, mut wrong) = (Vec::new(), Vec::new());
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        match Ticket::parse(json) {
            Ok(ticket) => tickets.push(ticket),
            Err(broken) => wrong.push(format!("{}:{line}: {broken}", path.display())),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    if tickets.is_empty() {
        return Err(format!("{}: there is no ticket in it", path.display()));
    }
    Ok(Inbox { tickets })
}
