//! Who hands what to whom.

use super::pipelines::{branched, in_chains, raced, support, work};
use handoff::prelude::*;

fn edges(description: &Description) -> Vec<String> {
    description.edges().iter().map(ToString::to_string).collect()
}

#[test]
fn a_fan_out_is_between_agents() {
    let expected = [
        "caller -> plan: Triage",
        "plan -> billing: Ticket",
        "billing -> merge: Vec<Answer>",
        "merge -> caller: Answer",
    ];
    assert_eq!(edges(&work.describe()), expected);
    let expected = [
        "caller -> plan: Triage",
        "plan -> quick: Ticket",
        "quick -> billing: Ticket",
        "billing -> critique: Answer",
        "critique -> caller: Vec<Answer>",
    ];
    assert_eq!(edges(&in_chains.describe()), expected);
}

#[test]
fn a_race_hands_on_what_one_of_its_branches_does() {
    let expected = [
        "caller -> slow: Ticket",
        "slow -> billing: Ticket",
        "caller -> billing: Ticket",
        "billing -> critique: Answer",
        "critique -> caller: Answer",
    ];
    assert_eq!(edges(&raced.describe()), expected);
}

#[test]
fn branches_begin_with_the_same() {
    let expected = [
        "caller -> legal: Answer",
        "legal -> quick: Ticket",
        "legal -> slow: Ticket",
        "caller -> cost: Answer",
        "quick -> caller: (Ticket, Option<u32>)",
        "slow -> caller: (Ticket, Option<u32>)",
        "cost -> caller: (Ticket, Option<u32>)",
    ];
    assert_eq!(edges(&branched.describe()), expected);
}

#[test]
fn every_way_is_there_once() {
    let expected = [
        "caller -> quick: Ticket",
        "caller -> slow: Ticket",
        "quick -> triage: Ticket",
        "slow -> triage: Ticket",
        "triage -> billing: Ticket",
        "triage -> page <now>: Outage",
        "page <now> -> resolve: Outage",
        "triage -> plan: Triage",
        "plan -> billing: Ticket",
        "billing -> merge: Vec<Answer>",
        "billing -> critique: Answer",
        "resolve -> critique: Answer",
        "merge -> critique: Answer",
        "critique -> critique: Answer",
        "critique -> legal: Answer",
        "critique -> cost: Answer",
        "legal -> sign: (Ticket, u32)",
        "cost -> sign: (Ticket, u32)",
        "sign -> quick: Ticket",
        "quick -> caller: Ticket",
    ];
    assert_eq!(edges(&support.describe()), expected);
}
