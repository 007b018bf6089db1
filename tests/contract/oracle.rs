//! The schema and the reader agree: what a JSON Schema validator says of mutated documents, `parse` says as well.

use handoff::Contract;
use serde_json::{Map, Value, json};

use crate::model_outputs::{PlannerOutput, WorkerResult};
use crate::shapes;

/// A small generator of pseudo-random numbers (Knuth's MMIX constants), so that every run is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Values to put in place of others. No `2.0`: an integer to JSON Schema, a float to Rust, on purpose.
fn replacement(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(7),
        json!(-1),
        json!(300),
        json!(0.5),
        json!(1.5),
        json!(""),
        json!("a"),
        json!("low"),
        json!("a text of more than twenty characters"),
        json!([]),
        json!({}),
        json!([1]),
        json!({"a": 1}),
    ];
    values[random.below(values.len())].clone()
}

fn mutate(value: &mut Value, random: &mut Random) {
    let inner: Option<&mut Value> = match value {
        Value::Array(items) if !items.is_empty() => {
            let index = random.below(items.len());
            items.get_mut(index)
        }
        Value::Object(entries) if !entries.is_empty() => {
            let index = random.below(entries.len());
            entries.values_mut().nth(index)
        }
        _ => None,
    };
    if let (Some(inner), true) = (inner, random.below(4) > 0) {
        return mutate(inner, random);
    }
    match value {
        Value::Array(items) if random.below(2) == 0 => match random.below(3) {
            0 => items.push(replacement(random)),
            1 => drop(items.pop()),
            _ => items.extend(items.clone()),
        },
        Value::Object(entries) if random.below(2) == 0 => mutate_entries(entries, random),
        value => *value = replacement(random),
    }
}

fn mutate_entries(entries: &mut Map<String, Value>, random: &mut Random) {
    let key = entries.keys().nth(random.below(entries.len().max(1))).cloned().unwrap_or_default();
    match random.below(3) {
        0 => drop(entries.remove(&key)),
        1 => drop(entries.insert("unknown".to_owned(), replacement(random))),
        _ => {
            let value = entries.remove(&key).unwrap_or_default();
            entries.insert("a".to_owned(), value);
        }
    }
}

#[track_caller]
fn agree<T: Contract>(documents: &[&str]) {
    let schema = T::schema().as_value();
    let validator = jsonschema::validator_for(schema).expect("the schema is valid");
    let mut random = Random(1);
    let mut seen = [0_usize; 2];
    for document in documents {
        let original: Value = serde_json::from_str(document).expect("JSON");
        for round in 0..4_000 {
            let mut value = original.clone();
            for _ in 0..round % 4 {
                mutate(&mut value, &mut random);
            }
            let text = value.to_string();
            let parsed = T::parse(&text);
            let valid = validator.is_valid(&value);
            assert_eq!(parsed.is_ok(), valid, "{}: {text}\n{:?}\n{schema:#}", T::name(), parsed.err());
            seen[usize::from(valid)] += 1;
        }
    }
    assert!(seen[0] > 100 && seen[1] > 100, "{}: {seen:?}", T::name());
}

#[test]
fn structs() {
    agree::<shapes::Id>(&[r#""abc""#]);
    agree::<shapes::Pair>(&["[1, 2]"]);
    agree::<shapes::Wrapped>(&["3"]);
    agree::<shapes::Base>(&[r#"{"id": 1, "name": "n"}"#]);
    agree::<shapes::Defaulted>(&[r#"{"a": 1, "b": "x"}"#]);
    agree::<shapes::Open>(&[r#"{"id": 1, "x": 2}"#]);
    agree::<shapes::Flat>(&[r#"{"id": 1, "name": "n", "extra": [1], "seven": 3, "maybe": {"text": "t"}}"#]);
    agree::<shapes::Tree>(&[r#"{"name": "r", "children": [{"name": "l", "children": []}]}"#]);
    agree::<shapes::Everything>(&[shapes::EVERYTHING]);
}

#[test]
fn enums() {
    agree::<shapes::Level>(&[r#""low""#, r#""MID""#]);
    agree::<shapes::External>(&[
        r#""Nothing""#,
        r#"{"One": {"text": "a"}}"#,
        r#"{"Two": [1, "a"]}"#,
        r#"{"Named": {"a": 1}}"#,
        r#"{"Maybe": 3}"#,
    ]);
    agree::<shapes::Internal>(&[
        r#"{"type": "Nothing"}"#,
        r#"{"type": "One", "text": "a"}"#,
        r#"{"type": "Nested", "inner": "LEFT", "left": 1}"#,
        r#"{"type": "Named", "A": 1}"#,
    ]);
    agree::<shapes::Adjacent>(&[
        r#"{"t": "Nothing"}"#,
        r#"{"t": "One", "c": {"text": "a"}}"#,
        r#"{"t": "Two", "c": [1, 2]}"#,
        r#"{"t": "Named", "c": {"SOME_FIELD": 1}}"#,
    ]);
    agree::<shapes::Untagged>(&["1", r#""a""#, r#"{"a": 1}"#, "[1, 2]", "null"]);
}

#[test]
fn what_agents_hand_on() {
    agree::<PlannerOutput>(&[r#"{"subtasks": [{"id": "t1", "description": "Find out why", "priority": 1}],
            "reasoning": "Because it is what was asked.", "confidence": 0.9}"#]);
    agree::<WorkerResult>(&[r#"{"task_id": "t1", "status": "failed", "output": null, "error": "no"}"#]);
    agree::<Option<Vec<shapes::Id>>>(&[r#"["a"]"#]);
    agree::<(u8, Option<shapes::Level>)>(&[r#"[1, "low"]"#]);
}
