//! Contracts of a lock file, without their Rust types: what is said of a text is what `parse` says.

use handoff::lock::{Lock, LockedContract};
use handoff::{Contract, ContractViolation};

use crate::model_outputs::{PlannerOutput, SubTask, WorkerResult};
use crate::shapes::{Adjacent, External, Internal, Untagged};

/// The contract as a lock file has it.
pub(crate) fn locked<T: Contract>() -> LockedContract {
    let (name, fingerprint) = (T::name(), T::fingerprint());
    let schema = serde_json::to_string_pretty(T::schema()).expect("JSON");
    let text = format!("version 1\n\ncontract {name}\n  fingerprint {fingerprint}\n{schema}\n");
    let lock = Lock::from_text(&text, "handoff.lock").unwrap_or_else(|error| panic!("{error}"));
    lock.contracts()[0].clone()
}

/// What is said, in any order: where several fields are missing, that is the schema's.
pub(crate) fn lines(outcome: Result<(), ContractViolation>) -> Vec<String> {
    let Err(violation) = outcome else { return Vec::new() };
    let mut lines: Vec<_> = violation.violations().iter().map(|one| one.with_value().to_string()).collect();
    lines.sort();
    lines
}

/// What is said of each text, in its order and with its values.
fn said<T: Contract>(texts: &[&str], lenient: bool) -> Vec<String> {
    let locked = locked::<T>();
    let said = |text: &&str| {
        let (parsed, by_lock) = if lenient {
            (
                T::parse_lenient(text).map(|read| read.left_out),
                locked.check_lenient(text).map(|read| read.left_out),
            )
        } else {
            (T::parse(text).map(|_| None), locked.check(text).map(|()| None))
        };
        assert_eq!(by_lock, parsed, "{text}");
        parsed
            .map_or_else(|violation| violation.with_values().to_string(), |left_out| format!("{left_out:?}"))
    };
    texts.iter().map(said).collect()
}

#[test]
fn a_broken_text_is_refused_in_the_words_of_parse() {
    let planned = [
        "sorry",
        r#"{"subtasks": [{"id": "a", "description": "long enough", "priority": 1}"#,
        "[]",
        r#"{"subtasks": [], "confidence": 0.5}"#,
        r#"{"subtasks": [], "reasoning": "short", "confidence": 1.5}"#,
        r#"{"subtasks": [{"id": "a", "description": "short", "priority": 9, "why": 1}], "reasoning": 7, "confidence": 1}"#,
        r#"{"confidence": 0.5, "confidence": 1e999, "subtasks": {}, "reasoning": null}"#,
    ];
    let said_of_plans = said::<PlannerOutput>(&planned, false);
    assert_eq!(
        said_of_plans[5],
        "`PlannerOutput` is broken: /subtasks/0/description: expected 10 to 500 characters, found 5; \
         /subtasks/0/priority: not in 1..=5 (it is 9); /subtasks/0/why: unknown field (it is 1); \
         /reasoning: expected a string, found a number (it is 7)"
    );
    let results = [
        r#"{"task_id": "", "status": "done", "output": 1}"#,
        r#"{"task_id": "a", "status": {"failed": 1}}"#,
        r#"{"task_id": "a", "status": 3, "error": ["no"]}"#,
    ];
    assert_eq!(
        said::<WorkerResult>(&results, false)[0],
        "`WorkerResult` is broken: /task_id: expected 1 to 64 characters, found 0; \
         /status: expected one of `success`, `failed`, `skipped` (it is \"done\"); \
         /output: expected a string, found a number (it is 1)"
    );
}

#[test]
fn enums_are_told_apart_as_by_parse() {
    said::<External>(
        &[
            "1",
            "{}",
            r#""Nothing""#,
            r#""One""#,
            r#"{"Nothing": null}"#,
            r#"{"One": 1}"#,
            r#"{"Two": [1]}"#,
            r#"{"Named": {"b": 1}}"#,
            r#"{"One": {"text": "a"}, "Two": []}"#,
        ],
        false,
    );
    said::<Internal>(
        &[
            "[]",
            "{}",
            r#"{"type": 1}"#,
            r#"{"type": "One", "type": "Nothing"}"#,
            r#"{"type": "Nothing", "more": 1}"#,
            r#"{"type": "One", "text": 1}"#,
            r#"{"type": "Nested", "inner": "LEFT", "left": "a", "right": 1}"#,
            r#"{"type": "Nested", "left": 1}"#,
        ],
        false,
    );
    said::<Adjacent>(
        &[
            "null",
            r#"{"c": 1}"#,
            r#"{"t": "One"}"#,
            r#"{"t": "Two", "c": [1]}"#,
            r#"{"t": "Nothing", "c": 1}"#,
        ],
        false,
    );
    said::<Untagged>(&["true", r#"{"b": 1}"#, "[1]", "[1, 2, 3]", "1.5"], false);
}

#[test]
fn text_around_the_json_is_left_out_as_by_parse_lenient() {
    let fenced = "```json\n{\"id\": \"a\", \"description\": \"short\", \"priority\": 3}\n```";
    let texts = [
        fenced,
        "<think>one {</think>\n{\"id\": \"a\", \"description\": \"long enough\", \"priority\": 3}",
        "Here: {\"id\": \"a\",}",
        "{} or {}",
        "nothing at all",
    ];
    assert_eq!(
        said::<SubTask>(&texts, true)[..2],
        ["`SubTask` is broken: /description: expected 10 to 500 characters, found 5", "Some(Thoughts)",]
    );
    let strict = said::<SubTask>(&[fenced], false);
    assert!(strict[0].starts_with("`SubTask` is broken: not valid JSON"), "{strict:?}");
}
