//! What it costs to read a contract strictly: beside `serde_json` alone, `serde_json` with the checks of `garde`, and
//! the crate `jsonschema` on the contract's own schema. And what it costs to find everything that is wrong.
//!
//! `cargo bench -p handoff --bench parse`

#![allow(missing_docs)] // a program, not an interface

mod rounds;

use garde::Validate;
use handoff::prelude::*;
use rounds::{Contestant, measure};
use std::hint::black_box;

#[contract]
struct SubTask {
    #[check(len(1..=64))]
    id: String,
    #[check(len(10..=500))]
    description: String,
    #[check(range(1..=5))]
    priority: u8,
}

#[contract]
struct Plan {
    #[check(len(1..=100_000))]
    subtasks: Vec<SubTask>,
    #[check(len(20..))]
    reasoning: String,
    #[confidence]
    confidence: f64,
}

/// The same, as it is written without `handoff`.
mod by_hand {
    use garde::Validate;
    use serde::Deserialize;

    #[derive(Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    pub(super) struct SubTask {
        #[garde(length(chars, min = 1, max = 64))]
        id: String,
        #[garde(length(chars, min = 10, max = 500))]
        description: String,
        #[garde(range(min = 1, max = 5))]
        priority: u8,
    }

    #[derive(Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Plan {
        #[garde(length(min = 1, max = 100_000), dive)]
        subtasks: Vec<SubTask>,
        #[garde(length(chars, min = 20))]
        reasoning: String,
        #[garde(range(min = 0.0, max = 1.0))]
        confidence: f64,
    }
}

fn main() {
    // Without `--bench`, as `cargo test --benches` runs it: only to see that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 400 } else { 2 };
    println!("µs a document: median; ratio to the first line: median (quartiles) of the rounds\n");
    for subtasks in [5, 1_000] {
        valid(subtasks, rounds);
    }
    broken(rounds);
}

/// Reading a valid document.
fn valid(subtasks: usize, rounds: u32) {
    let json = document(subtasks, 3);
    let json = json.as_str();
    let validator = jsonschema::validator_for(Plan::schema().as_value()).expect("a schema");
    println!("{subtasks} sub-tasks, {} bytes", json.len());
    let alone = || drop(serde_json::from_str::<by_hand::Plan>(black_box(json)).expect("it is valid"));
    let of_contract = || drop(serde_json::from_str::<Plan>(black_box(json)).expect("it is valid"));
    let parse = || drop(Plan::parse(black_box(json)).expect("it is valid"));
    let with_garde = || {
        let plan: by_hand::Plan = serde_json::from_str(black_box(json)).expect("it is valid");
        plan.validate().expect("it is valid");
    };
    let with_jsonschema = || {
        let value: serde_json::Value = serde_json::from_str(black_box(json)).expect("it is JSON");
        assert!(validator.is_valid(&value));
        drop(serde_json::from_value::<by_hand::Plan>(value).expect("it is valid"));
    };
    let contestants: &[Contestant<'_>] = &[
        ("serde_json alone", &alone),
        ("serde_json alone, into the contract's type", &of_contract),
        ("Contract::parse", &parse),
        ("serde_json, then garde", &with_garde),
        ("serde_json, jsonschema, then the type", &with_jsonschema),
    ];
    for (name, result) in measure(rounds, batch(json.len()), contestants) {
        println!("  {name:44}{result}");
    }
    println!();
}

/// Reading documents in which every sub-task breaks a check, up to as many violations as are kept.
fn broken(rounds: u32) {
    println!("every priority out of range: µs and ratio for one violation");
    let documents: Vec<(usize, String)> =
        [10, 100, 1_000, 10_000].map(|count| (count, document(count, 9))).into();
    for (count, json) in &documents {
        let error = Plan::parse(json).map(drop).expect_err("it is broken");
        assert_eq!(error.violations().len(), *count);
    }
    let reads: Vec<(String, Box<dyn Fn()>)> = documents
        .into_iter()
        .map(|(count, json)| {
            let repeated = 10_000 / count;
            let read = move || {
                for _ in 0..repeated {
                    drop(Plan::parse(black_box(&json)).map(drop).expect_err("it is broken"));
                }
            };
            (format!("{count} violations"), Box::new(read) as Box<dyn Fn()>)
        })
        .collect();
    let contestants: Vec<Contestant<'_>> =
        reads.iter().map(|(name, read)| (name.as_str(), &**read)).collect();
    // Each makes 10,000 of them in all.
    for (name, result) in measure(rounds.div_ceil(20), 1, &contestants) {
        println!("  {name:44}{}", result.for_each(10_000));
    }
}

/// So many that a batch takes about half a millisecond.
fn batch(bytes: usize) -> u32 {
    u32::try_from(300_000 / bytes).unwrap_or(u32::MAX).max(1)
}

fn document(subtasks: usize, priority: u8) -> String {
    let description = "Find what the sources say on this part of the question, with a quotation for every \
                       claim and the page it is on, and say so where they disagree.";
    let subtask =
        |number| SubTask { id: format!("part-{number}"), description: description.to_owned(), priority };
    let plan = Plan {
        subtasks: (0..subtasks).map(subtask).collect(),
        reasoning: "Every part can be looked up on its own.".to_owned(),
        confidence: 0.9,
    };
    serde_json::to_string(&plan).expect("a plan is JSON")
}
