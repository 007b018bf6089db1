//! The review: no draft goes out before a critic who knows the rules of the house has no objection.

use handoff::prelude::*;

use crate::tickets::Ticket;

/// An answer under way.
#[contract]
pub(crate) struct Draft {
    /// What it answers.
    pub ticket: Ticket,
    /// Who wrote it.
    pub desk: String,
    /// What is to be sent; nothing to spam.
    #[check(len(..=2_000))]
    pub text: String,
    /// What the critic wants to have changed.
    pub objections: Vec<Objection>,
    /// How often it has been reviewed.
    pub rounds: u8,
}

/// A rule of the house that a draft breaks.
#[contract]
#[derive(PartialEq)]
pub(crate) enum Objection {
    /// It does not begin with the customer's name.
    NoGreeting,
    /// It does not say which ticket it is about.
    NoNumber,
    /// It promises what nobody can promise.
    Promise(String),
}

impl Draft {
    /// A first draft.
    pub(crate) fn new(ticket: Ticket, desk: &str, text: &str) -> Self {
        Self { ticket, desk: desk.into(), text: text.into(), objections: Vec::new(), rounds: 0 }
    }

    /// No answer at all.
    pub(crate) fn silent(ticket: Ticket, desk: &str) -> Self {
        Self::new(ticket, desk, "")
    }
}

/// Does what the critic asked for: one thing at a time, as people do.
#[agent(timeout = "5s")]
pub(crate) async fn revise(draft: Draft) -> Draft {
    let Some(objection) = draft.objections.first() else {
        return draft;
    };
    let text = match objection {
        Objection::NoGreeting => format!("Dear {},\n{}", draft.ticket.from, draft.text),
        Objection::NoNumber => format!("{}\n(Your ticket is {}.)", draft.text, draft.ticket.id),
        Objection::Promise(word) => draft
            .text
            .replace(&format!("We {word} that"), "We do what we can so that")
            .replace(word, "expect"),
    };
    Draft { text, ..draft }
}

/// Objects, or does not.
#[agent(role = critic, timeout = "5s")]
pub(crate) async fn critique(draft: Draft) -> Draft {
    let mut objections = Vec::new();
    if !draft.text.is_empty() {
        if !draft.text.starts_with(&format!("Dear {}", draft.ticket.from)) {
            objections.push(Objection::NoGreeting);
        }
        if !draft.text.contains(&draft.ticket.id) {
            objections.push(Objection::NoNumber);
        }
        for word in ["guarantee", "promise"] {
            if draft.text.contains(word) {
                objections.push(Objection::Promise(word.into()));
            }
        }
    }
    Draft { objections, rounds: draft.rounds + 1, ..draft }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tickets::Plan;

    #[tokio::test]
    async fn the_critic_lists_all_it_objects_to_and_the_writer_mends_one_thing_at_a_time() {
        let ticket = Ticket {
            id: "T-1".into(),
            from: "Ada".into(),
            plan: Plan::Team,
            subject: "?".into(),
            body: "?".into(),
        };
        let draft = critique(Draft::new(ticket, "billing", "We guarantee that it works.")).await;
        assert_eq!(
            draft.objections,
            [Objection::NoGreeting, Objection::NoNumber, Objection::Promise("guarantee".into())]
        );
        let draft = critique(revise(draft).await).await;
        assert_eq!((draft.objections.len(), draft.rounds), (2, 2));
    }
}
