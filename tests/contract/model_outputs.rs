//! Real replies of a small model, and what another validator (pydantic 2, strict) says of them.

use handoff::{Contract, ContractViolation, contract};
use serde_json::Value;

use crate::pointers;

#[contract]
pub(crate) struct SubTask {
    #[check(len(1..=64))]
    id: String,
    #[check(len(10..=500))]
    description: String,
    #[check(range(1..=5))]
    priority: u8,
}

#[contract]
pub(crate) struct PlannerOutput {
    #[check(len(1..=8))]
    subtasks: Vec<SubTask>,
    #[check(len(20..))]
    reasoning: String,
    #[confidence]
    confidence: f64,
}

#[contract]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Success,
    Failed,
    Skipped,
}

#[contract]
pub(crate) struct WorkerResult {
    #[check(len(1..=64))]
    task_id: String,
    status: Status,
    output: Option<String>,
    error: Option<String>,
}

#[test]
fn every_verdict_and_every_pointer_agrees() {
    let mut seen = [0; 2];
    for (number, line) in include_str!("../data/model-outputs.jsonl").lines().enumerate() {
        let sample: Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        let text = sample["text"].as_str().expect("a text");
        let parsed: Result<(), ContractViolation> = match sample["agent"].as_str() {
            Some("planner") => PlannerOutput::parse(text).map(drop),
            _ => WorkerResult::parse(text).map(drop),
        };
        assert_eq!(parsed.is_ok(), sample["pydantic"] == "valid", "line {number}: {parsed:?}");
        seen[usize::from(parsed.is_ok())] += 1;
        let Err(error) = parsed else { continue };
        assert!(!error.violations().is_empty());
        let syntax = sample["violations"][0][1] == "json_invalid";
        assert_eq!(error.violations()[0].keyword == "syntax", syntax, "line {number}: {error}");
        if !syntax {
            let expected = sample["violations"].as_array().expect("a list").iter();
            let mut expected: Vec<&str> = expected.filter_map(|violation| violation[0].as_str()).collect();
            let mut found = pointers(&error);
            expected.sort_unstable();
            found.sort();
            // Of a key that is repeated, we judge every value, pydantic the last.
            found.dedup();
            assert_eq!(found, expected, "line {number}: {error}");
        }
    }
    assert_eq!(seen.iter().sum::<usize>(), 72);
    assert!(seen[1] > 10, "{seen:?}");
}
