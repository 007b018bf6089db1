//! A produces more than B may read.

use handoff::prelude::*;

pub(crate) const ABOUT: &str = "One agent drafts a contract, the next one reviews it within 300 tokens. \
    The clause that matters is the last one.";

/// How many tokens the reviewer may be handed.
const BUDGET: u32 = 300;

/// How long a contract is wanted.
#[contract]
struct Order {
    /// Its clauses but the last.
    clauses: usize,
}

/// A contract as drafted.
#[contract]
struct Draft {
    /// All its clauses.
    text: String,
}

/// What the reviewer thinks of it.
#[contract]
struct Review {
    /// In a sentence.
    verdict: String,
}

#[agent(role = planner)]
async fn draft(order: Order) -> Draft {
    let clauses = (1..=order.clauses).map(|n| format!("{n}. The supplier delivers part {n} in week {n}. "));
    let mut text = clauses.collect::<Vec<_>>().concat();
    text.push_str("Last. The customer pays for every part, delivered or not.");
    Draft { text }
}

#[agent(role = critic, input_budget = BUDGET)]
async fn review(draft: Draft) -> Review {
    let trap = draft.text.contains("delivered or not");
    let verdict =
        if trap { "Do not sign: you pay even for what is not delivered." } else { "Fair: sign it." };
    Review { verdict: verdict.to_owned() }
}

pipeline! { check_contract(Order) -> Review { draft => review } }

pub(crate) async fn naive() -> Vec<String> {
    let draft = draft(Order { clauses: 60 }).await;
    // "Four bytes make a token."
    let fits: String = draft.text.chars().take(4 * BUDGET as usize).collect();
    let review = review(Draft { text: fits }).await;
    vec![format!("the reviewer says: \"{}\"", review.verdict)]
}

pub(crate) async fn with_handoff() -> Vec<String> {
    let said = match Runtime::default().run(check_contract, Order { clauses: 60 }).await {
        Ok(review) => format!("the reviewer says: \"{}\"", review.payload.verdict),
        Err(error) => format!("error: {error}"),
    };
    vec![said]
}
