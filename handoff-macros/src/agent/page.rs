//! What an agent's page says of its declaration: a row of a table, as the attribute has it.

use super::check::{Agent, Output, RoleName};
use crate::duration;
use crate::source::{code, line};
use syn::Expr;

/// What follows on what the user has written of the agent.
pub fn text(agent: &Agent) -> String {
    let Agent {
        input, takes, output, role, input_budget, max_output_tokens, timeout, retries, signal, ..
    } = agent;
    let takes = line(input.as_ref().map_or(takes, |input| &input.value));
    let hands_on = match output {
        Output::Type(ty) => line(ty),
        // There is an error in its place.
        Output::Unknown(_) => "?".to_owned(),
    };
    let role = match role {
        RoleName::Known(variant) => variant.to_lowercase(),
        RoleName::Other(words) => words.clone(),
    };
    let timeout = timeout.map_or_else(|| "none".to_owned(), |timeout| code(&duration::shown(timeout)));
    let retries = retries.as_ref().map_or_else(|| "`0`".to_owned(), |retries| code(&line(retries)));
    let (takes, hands_on) =
        (side(&takes, input_budget.as_ref()), side(&hands_on, max_output_tokens.as_ref()));
    let role = code(&role);
    if *signal {
        return format!(
            "\n\nA signal: it waits for an answer from outside, which `Runtime::answer` gives.\n\n\
             | takes | hands on | role | timeout |\n|---|---|---|---|\n\
             | {takes} | {hands_on} | {role} | {timeout} |\n"
        );
    }
    format!(
        "\n\n| takes | hands on | role | timeout | retries |\n|---|---|---|---|---|\n\
         | {takes} | {hands_on} | {role} | {timeout} | {retries} |\n"
    )
}

/// A contract, and the most tokens it may have there.
fn side(contract: &str, most: Option<&Expr>) -> String {
    let most = most.map(|most| format!(", at most {} tokens", code(&line(most))));
    code(contract) + &most.unwrap_or_default()
}
