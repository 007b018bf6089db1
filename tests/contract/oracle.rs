//! The schema and the reader agree: what a JSON Schema validator says of mutated documents, `parse` says as well.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use handoff::{Contract, contract};
use serde_json::{Map, Value, json};

use crate::buffered;
use crate::drawn;
use crate::generated;
use crate::locked::{lines, locked};
use crate::model_outputs::{PlannerOutput, WorkerResult};
use crate::ordered::is_written_in_one_order;
use crate::shapes;

/// A small generator of pseudo-random numbers (Knuth's MMIX constants), so that every run is the same.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Values to put in place of others. What schema and reader tell apart on purpose is not among them: see
/// `the_differences`.
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

/// A value that is almost the same: on the other side of some boundary, often.
fn neighbour(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            let by = [-5, -1, 1, 5, 10][random.below(5)];
            number
                .as_i64()
                .and_then(|number| number.checked_add(by))
                .map_or_else(|| json!(0), |number| json!(number))
        }
        Value::Number(number) => {
            // Steps that are exact in an `f32`, and no whole numbers, which would be integers to a schema.
            let by = [-0.5, -0.25, 0.25, 0.5][random.below(4)];
            let number = number.as_f64().unwrap_or_default() + by;
            if number.fract() == 0.0 { json!(number + 0.125) } else { json!(number) }
        }
        Value::String(text) => {
            let mut characters: Vec<char> = text.chars().collect();
            let at = random.below(characters.len() + 1);
            match random.below(3) {
                0 => drop(characters.pop()),
                1 => characters.insert(
                    at,
                    ['a', 'b', 'Z', '0', '-', ' ', '\n', 'é', '😀', '\u{2028}'][random.below(10)],
                ),
                _ => characters.reverse(),
            }
            Value::String(characters.into_iter().collect())
        }
        Value::Array(items) if !items.is_empty() => {
            let mut items = items.clone();
            let at = random.below(items.len());
            match random.below(3) {
                0 => items.insert(at, items[at].clone()),
                1 => drop(items.remove(at)),
                _ => items.reverse(),
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
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
        value if random.below(3) > 0 => *value = neighbour(value, random),
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

/// How many documents were judged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judged {
    refused: usize,
    taken: usize,
    /// Those that are refused in other words by the contract of a lock file.
    otherwise: usize,
}

/// Mutates each document so many times, and holds the reader against a validator, and against the contract as a lock file
/// has it.
pub(crate) fn agree<T: Contract>(documents: &[&str], rounds: usize, seed: u64) -> Judged {
    let schema = T::schema().as_value();
    let validator = jsonschema::validator_for(schema).expect("the schema is valid");
    let mut random = Random(seed);
    let locked = locked::<T>();
    let mut judged = Judged::default();
    for document in documents {
        let original: Value = serde_json::from_str(document).expect("JSON");
        for round in 0..rounds {
            let mut value = original.clone();
            for _ in 0..round % 4 {
                mutate(&mut value, &mut random);
            }
            let text = value.to_string();
            let parsed = T::parse(&text);
            let valid = validator.is_valid(&value);
            assert_eq!(parsed.is_ok(), valid, "{}: {text}\n{:?}\n{schema:#}", T::name(), parsed.err());
            *(if valid { &mut judged.taken } else { &mut judged.refused }) += 1;
            let by_lock = lines(locked.check(&text));
            if valid && round % 16 == 0 {
                is_written_in_one_order::<T>(&value, &mut random);
            }
            assert_eq!(by_lock.is_empty(), valid, "{}: {text}\n{by_lock:?}\n{schema:#}", T::name());
            judged.otherwise += usize::from(by_lock != lines(parsed.map(drop)));
        }
    }
    let enough = [judged.taken, judged.refused].iter().all(|judged| *judged > rounds / 50);
    assert!(rounds < 400 || enough, "{}: {judged:?}", T::name());
    judged
}

/// Holds every type of the tests against a validator, in `rounds` mutations of each of its documents.
fn agree_everywhere(rounds: usize, seed: u64) -> Judged {
    fn with<T: Contract>(documents: &[&str]) -> impl Fn(usize, u64) -> Judged {
        move |rounds, seed| agree::<T>(documents, rounds, seed)
    }
    let hand_written: [&dyn Fn(usize, u64) -> Judged; 22] = [
        &with::<buffered::Internal>(&buffered::INTERNAL),
        &with::<buffered::Adjacent>(&buffered::ADJACENT),
        &with::<buffered::Union>(&buffered::UNION),
        &with::<buffered::Flat>(&buffered::FLAT),
        &with::<shapes::Id>(&[r#""abc""#]),
        &with::<shapes::Pair>(&["[1, 2]"]),
        &with::<shapes::Wrapped>(&["3"]),
        &with::<shapes::Base>(&[r#"{"id": 1, "name": "n"}"#]),
        &with::<shapes::Defaulted>(&[r#"{"a": 1, "b": "x"}"#]),
        &with::<shapes::Open>(&[r#"{"id": 1, "x": 2}"#]),
        &with::<shapes::Flat>(&[
            r#"{"id": 1, "name": "n", "extra": [1], "seven": 3, "maybe": {"text": "t"}}"#,
        ]),
        &with::<shapes::Tree>(&[r#"{"name": "r", "children": [{"name": "l", "children": []}]}"#]),
        &with::<shapes::Everything>(&[shapes::EVERYTHING]),
        &with::<shapes::Level>(&[r#""low""#, r#""MID""#]),
        &with::<shapes::External>(&[
            r#""Nothing""#,
            r#"{"One": {"text": "a"}}"#,
            r#"{"Two": [1, "a"]}"#,
            r#"{"Named": {"a": 1}}"#,
            r#"{"Maybe": 3}"#,
        ]),
        &with::<shapes::Internal>(&[
            r#"{"type": "Nothing"}"#,
            r#"{"type": "One", "text": "a"}"#,
            r#"{"type": "Nested", "inner": "LEFT", "left": 1}"#,
            r#"{"type": "Named", "A": 1}"#,
        ]),
        &with::<shapes::Adjacent>(&[
            r#"{"t": "Nothing"}"#,
            r#"{"t": "One", "c": {"text": "a"}}"#,
            r#"{"t": "Two", "c": [1, 2]}"#,
            r#"{"t": "Named", "c": {"SOME_FIELD": 1}}"#,
        ]),
        &with::<shapes::Untagged>(&["1", r#""a""#, r#"{"a": 1}"#, "[1, 2]", "null"]),
        &with::<PlannerOutput>(&[
            r#"{"subtasks": [{"id": "t1", "description": "Find out why", "priority": 1}],
            "reasoning": "Because it is what was asked.", "confidence": 0.9}"#,
        ]),
        &with::<WorkerResult>(&[r#"{"task_id": "t1", "status": "failed", "output": null, "error": "no"}"#]),
        &with::<Option<Vec<shapes::Id>>>(&[r#"["a"]"#]),
        &with::<(u8, Option<shapes::Level>)>(&[r#"[1, "low"]"#]),
    ];
    let hand_written = hand_written.iter().map(|agree| agree(rounds, seed));
    let generated = generated::ALL.iter().map(|agree| agree(rounds, seed));
    hand_written.chain(generated).fold(Judged::default(), |sum, judged| Judged {
        refused: sum.refused + judged.refused,
        taken: sum.taken + judged.taken,
        otherwise: sum.otherwise + judged.otherwise,
    })
}

#[test]
fn schema_and_reader_agree() {
    let rounds = drawn(3_200);
    let judged = agree_everywhere(rounds, 1);
    assert!(judged.taken + judged.refused > 60 * rounds, "{judged:?}");
    // What no schema knows: see `locked`.
    assert!(judged.otherwise * 50 < judged.refused, "{judged:?}");
}

/// `HANDOFF_DOCUMENTS=10000000 cargo test --release --test contract -- --ignored --nocapture millions`
#[test]
#[ignore = "takes some minutes; the test above is the same on fewer documents"]
fn schema_and_reader_agree_on_millions_of_documents() {
    let enough = std::env::var("HANDOFF_DOCUMENTS").ok().and_then(|count| count.parse().ok());
    let enough: usize = enough.unwrap_or(1_000_000);
    let mut documents = 0;
    for seed in 2.. {
        let judged = agree_everywhere(2_500, seed);
        documents += judged.taken + judged.refused;
        println!("{documents} documents, no disagreement");
        if documents >= enough {
            break;
        }
    }
}

/// What schema and reader tell apart on purpose. The documentation of `handoff::contract` has the same list.
#[test]
fn the_differences() {
    #[contract]
    struct Doc {
        #[serde(default)]
        integer: u8,
        #[serde(default)]
        long: u64,
        #[serde(default)]
        single: f32,
        #[serde(default, alias = "other")]
        named: bool,
        #[check(unique)]
        #[serde(default)]
        singles: Vec<f32>,
        #[check(unique)]
        #[serde(default)]
        open: Vec<shapes::Open>,
        #[serde(default)]
        by_number: HashMap<u8, u8>,
        #[serde(default)]
        address: Option<Ipv4Addr>,
        #[check(with(refuse))]
        #[serde(default)]
        judged: Option<u8>,
        #[check(range(1..))]
        #[serde(default = "zero")]
        defaulted: u8,
    }
    fn zero() -> u8 {
        0
    }
    #[allow(clippy::trivially_copy_pass_by_ref)] // as a check is called
    fn refuse(_: &u8) -> Result<(), String> {
        Err("no".to_owned())
    }

    let validator = jsonschema::validator_for(Doc::schema().as_value()).expect("the schema is valid");
    let valid = |text: &str| validator.is_valid(&serde_json::from_str(text).expect("JSON"));
    let deep = format!(r#"{{"defaulted":1,"deep":{}{}}}"#, "[".repeat(130), "]".repeat(130));
    for (text, taken_by_schema) in [
        // An integer with a fraction: serde reads none, and a model that writes one may mean a measurement.
        (r#"{"defaulted":1,"integer":2.0}"#, true),
        // Keys that are repeated: the tree of a validator has only the last of them.
        (r#"{"defaulted":1,"integer":1,"integer":2}"#, true),
        // No type of the reader holds the number, and the schema has no bound there.
        (r#"{"defaulted":1,"long":18446744073709551616}"#, true),
        (r#"{"defaulted":1,"single":1e39}"#, true),
        // Items that are the same once they are read: digits that an `f32` has no room for, fields that are ignored.
        (r#"{"defaulted":1,"singles":[0.1,0.10000000001]}"#, true),
        (r#"{"defaulted":1,"open":[{"id":1,"x":1},{"id":1,"x":2}]}"#, true),
        // A key is a text to the schema, and a number to the type.
        (r#"{"defaulted":1,"by_number":{"300":1}}"#, true),
        // Formats are notes in a schema, unless the validator is asked to look at them.
        (r#"{"defaulted":1,"address":"home"}"#, true),
        // A function has no keyword.
        (r#"{"defaulted":1,"judged":1}"#, true),
        // A default that breaks its own check, where the macro cannot know.
        ("{}", true),
    ] {
        assert_eq!((valid(text), Doc::parse(text).is_ok()), (taken_by_schema, false), "{text}");
    }
    // An alias is for documents of old; the schema says how new ones are written.
    let alias = r#"{"defaulted":1,"other":true}"#;
    assert!(!valid(alias) && Doc::parse(alias).is_ok());
    assert!(Doc::parse(&deep).is_err());
}
