//! What it costs to read a contract strictly, beside `serde_json` alone.
//!
//! `cargo bench --bench parse`

#![allow(missing_docs)] // a program, not an interface

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use handoff::prelude::*;

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
    #[check(len(1..=1_000))]
    subtasks: Vec<SubTask>,
    #[check(len(20..))]
    reasoning: String,
    #[confidence]
    confidence: f64,
}

const SUBTASKS: [usize; 2] = [5, 1_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SUBTASKS)]
fn contract(bencher: Bencher<'_, '_>, subtasks: usize) {
    let json = document(subtasks);
    bencher.counter(BytesCount::of_str(&json)).bench(|| Plan::parse(black_box(&json)).expect("it is valid"));
}

#[divan::bench(args = SUBTASKS)]
fn serde_json_alone(bencher: Bencher<'_, '_>, subtasks: usize) {
    let json = document(subtasks);
    bencher
        .counter(BytesCount::of_str(&json))
        .bench(|| serde_json::from_str::<Plan>(black_box(&json)).expect("it is valid"));
}

fn document(subtasks: usize) -> String {
    let description = "Find what the sources say on this part of the question, with a quotation for every \
                       claim and the page it is on, and say so where they disagree.";
    let subtask =
        |number| SubTask { id: format!("part-{number}"), description: description.to_owned(), priority: 3 };
    let plan = Plan {
        subtasks: (0..subtasks).map(subtask).collect(),
        reasoning: "Every part can be looked up on its own.".to_owned(),
        confidence: 0.9,
    };
    serde_json::to_string(&plan).expect("a plan is JSON")
}
