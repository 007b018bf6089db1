//! Envelopes as text.

use std::collections::BTreeMap;

use expect_test::expect;
use handoff::prelude::*;
use handoff::{EnvelopeError, contract};
use handoff_tests::drawn;
use proptest::prelude::*;
use serde_json::{Value, json};

#[contract]
#[derive(PartialEq)]
pub struct Payload {
    #[check(len(1..))]
    text: String,
    numbers: Vec<f64>,
    map: BTreeMap<String, Option<i64>>,
    single: f32,
    large: u64,
}

mod later {
    use super::BTreeMap;
    use handoff::contract;

    #[contract]
    pub(super) struct Payload {
        #[check(len(1..=80))]
        text: String,
        numbers: Vec<f64>,
        map: BTreeMap<String, Option<i64>>,
        single: f32,
    }
}

#[agent]
async fn make(payload: Payload, cx: Context) -> Payload {
    cx.warn("the index is old");
    payload
}

pipeline! { relay(Payload) -> Payload { make } }

fn on_tokio<T>(run: impl IntoFuture<Output = T>) -> T {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime");
    tokio.block_on(run.into_future())
}

fn envelope_of(payload: Payload) -> Envelope<Payload> {
    on_tokio(Runtime::default().run(relay, payload)).expect("a run")
}

fn sample() -> Envelope<Payload> {
    let map = BTreeMap::from([("a/b".to_owned(), Some(-1)), ("\u{0}".to_owned(), None)]);
    envelope_of(Payload {
        text: "line\n\"é\"".to_owned(),
        numbers: vec![0.1, -0.0],
        map,
        single: 0.1,
        large: u64::MAX,
    })
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[track_caller]
fn refused(text: &str) -> String {
    let error = Envelope::<Payload>::from_json(text).expect_err(text).to_string();
    assert!(!error.contains('\n'), "{error}");
    error
}

#[test]
fn the_form_is_as_documented() {
    let envelope = sample();
    let mut json = value(&envelope.to_json().expect("a valid payload"));
    json["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736".into();
    json["payload"] = Value::Null;
    expect![[r#"
        {
          "confidence": 1.0,
          "contract": "Payload",
          "payload": null,
          "schema": "b5dd654818ec96c7b3f5ac9c6ca50af3f59783c5d79757bd023b0c2a744b1dbe",
          "source": {
            "name": "make",
            "role": "worker"
          },
          "target": {
            "name": "caller",
            "role": "caller"
          },
          "tokens": {
            "count": 50,
            "encoding": "o200k_base"
          },
          "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
          "version": 1,
          "warnings": [
            {
              "agent": {
                "name": "make",
                "role": "worker"
              },
              "count": 1,
              "kind": "noted",
              "message": "the index is old"
            }
          ]
        }"#]]
    .assert_eq(&format!("{json:#}"));
    assert_eq!(serde_json::to_string(&envelope).expect("JSON"), envelope.to_json().expect("a valid payload"));
}

#[test]
fn a_payload_that_breaks_its_contract_is_not_written() {
    let mut envelope = sample();
    envelope.payload.numbers = vec![f64::NAN];
    let error = envelope.to_json().expect_err("NaN is no JSON");
    assert_eq!(error.violations()[0].pointer.to_string(), "/numbers/0");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: drawn(200), ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(
        text in ".+",
        numbers in prop::collection::vec(any::<f64>().prop_filter("finite", |number| number.is_finite()), 0..5),
        map in prop::collection::btree_map(".*", any::<Option<i64>>(), 0..5),
        single in any::<f32>().prop_filter("finite", |number| number.is_finite()),
        large in any::<u64>(),
        message in ".*",
    ) {
        let mut envelope = envelope_of(Payload { text, numbers, map, single, large });
        envelope.warnings[0].message = message.into();
        envelope.warnings[0].task = Some(3);
        envelope.warnings[0].label = Some("l".into());
        envelope.warnings[0].within = Some(serde_json::from_str(r#""0.2""#).expect("a task"));
        envelope.warnings[0].others = serde_json::from_str(r#"["1", "2.0"]"#).expect("two tasks");
        for json in [envelope.to_json().expect("valid"), envelope.to_json_with_schema().expect("valid")] {
            let read = Envelope::<Payload>::from_json(&json).expect("what was written");
            let Envelope { source, target, trace_id, confidence, warnings, tokens, schema, payload, .. } = read;
            prop_assert_eq!((&source, &target), (&envelope.source, &envelope.target));
            prop_assert_eq!((trace_id, confidence, schema), (envelope.trace_id, envelope.confidence, envelope.schema));
            prop_assert_eq!((&warnings, &tokens), (&envelope.warnings, &envelope.tokens));
            prop_assert_eq!(&payload, &envelope.payload);
        }
    }

    #[test]
    fn no_text_makes_it_panic(at in 0_usize..2_000, with in "\\PC{0,3}") {
        let json = sample().to_json_with_schema().expect("valid");
        let mut at = at % json.len();
        while !json.is_char_boundary(at) { at -= 1; }
        drop(Envelope::<Payload>::from_json(&json[..at]));
        drop(Envelope::<Payload>::from_json(&format!("{}{with}{}", &json[..at], &json[at..])));
        drop(Envelope::<later::Payload>::from_json(&format!("{}{with}{}", &json[..at], &json[at..])));
    }
}

#[test]
fn another_build_is_drift_before_anything_else() {
    let mut json = value(&sample().to_json().expect("valid"));
    // Nothing of it is looked at.
    json["payload"] = json!(["nonsense"]);
    json["confidence"] = json!(7);
    let error = Envelope::<later::Payload>::from_json(&json.to_string()).expect_err("drift");
    let EnvelopeError::SchemaDrift(drift) = &error else { panic!("{error}") };
    assert_eq!((drift.sent, drift.expected), (Payload::fingerprint(), later::Payload::fingerprint()));
    assert!(drift.changes.is_empty());
    let text = error.to_string();
    assert!(text.contains(&drift.sent.to_string()) && text.contains(&drift.expected.to_string()), "{text}");
    expect!["schema drift: agent `make` sent a `Payload` of fingerprint b5dd654818ec96c7b3f5ac9c6ca50af3f59783c5d79757bd023b0c2a744b1dbe, but agent `caller` takes the `Payload` of fingerprint 40af65305cc2554045c83f7439e501cfe18e58d20f7a1edb37d84ea14f386652"].assert_eq(&text);
    assert_eq!(ErrorKind::from(error).as_str(), "schema_drift");

    let json = sample().to_json_with_schema().expect("valid");
    let error = Envelope::<later::Payload>::from_json(&json).expect_err("drift");
    expect!["schema drift: agent `make` sent a `Payload` of fingerprint b5dd654818ec96c7b3f5ac9c6ca50af3f59783c5d79757bd023b0c2a744b1dbe, but agent `caller` takes the `Payload` of fingerprint 40af65305cc2554045c83f7439e501cfe18e58d20f7a1edb37d84ea14f386652: /large: removed, was required (breaks both); /text: len 1..=80, was 1.. (breaks senders)"].assert_eq(&error.to_string());
}

#[test]
fn everything_that_is_wrong_is_told() {
    let mut json = value(&sample().to_json().expect("valid"));
    json["trace_id"] = "0".repeat(32).into();
    json["confidence"] = json!(1.5);
    json["source"] = json!(["make", "worker"]);
    json["warnings"] = json!([{ "kind": "noted", "agent": { "name": "a", "role": "worker" }, "count": 0, "message": "m" }, 1]);
    json["tokens"]["extra"] = json!(1);
    json["unknown"] = json!(1);
    json["definition"] = json!([1, 2]);
    json["payload"]["text"] = json!("");
    json["payload"]["numbers"] = json!([1, "2"]);
    json.as_object_mut().expect("an object").remove("target");
    expect![[r#"
        `Envelope<Payload>` is broken: /confidence: not a valid confidence (a number in 0..=1), found a number
        /definition: not a valid schema (an object or a boolean), found a list
        /payload/numbers/1: expected a number, found a string
        /payload/text: expected at least 1 character, found 0
        /source: not a valid agent (an object with a `name` and a `role`), found a list
        /trace_id: not a valid trace id (32 lower-case hex digits, not all zero), found a string
        /unknown: unknown field
        /warnings/0: not a valid warning (an object with a `kind`, an `agent`, a `count` and a `message`), found an object
        and 2 more"#]]
    .assert_eq(&refused(&json.to_string()).replace("; ", "\n"));
}

#[test]
fn hostile_texts_are_refused() {
    let good = sample().to_json().expect("valid");
    let with = |from: &str, to: &str| {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        changed
    };
    let texts = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!("{good}{good}"),
        good[..good.len() - 1].to_owned(),
        "[".repeat(100_000),
        with("\"version\":1", "\"version\":2"),
        with("\"version\":1", "\"version\":1.0"),
        with("\"version\":1", "\"version\":\"1\""),
        with("\"version\":1", "\"version\":1,\"version\":1"),
        with("\"payload\":{", "\"payload\":{},\"payload\":{"),
        with("\"large\":", "\"large\":1,\"large\":"),
        with("\"count\":1,", "\"count\":1,\"count\":1,"),
        with("\"single\":0.1", "\"single\":1e39"),
        // Numbers that no type holds, as `parse` tells of them.
        with("\"confidence\":1.0", "\"confidence\":1e999"),
        with("\"numbers\":[0.1", "\"numbers\":[1e999"),
        with("\"encoding\":", "\"more\":{\"a\":1,\"a\":-1e999},\"encoding\":"),
        with("\"version\":1", "\"version\":1,\"definition\":\"{}\""),
        with("\"make\"", "\"\\ud800\""),
        with("\"make\"", "\"make\",}"),
    ];
    let told: Vec<_> = texts.iter().map(|text| refused(text)).collect();
    expect![[r#"
        `Envelope<Payload>` is broken: not valid JSON: EOF while parsing a value
        `Envelope<Payload>` is broken: expected an envelope, found null
        `Envelope<Payload>` is broken: expected an envelope, found a list
        `Envelope<Payload>` is broken: /version: missing; /source: missing; /target: missing; /trace_id: missing; /confidence: missing; /warnings: missing; /tokens: missing; /contract: missing; and 2 more
        `Envelope<Payload>` is broken: not valid JSON: trailing characters
        `Envelope<Payload>` is broken: not valid JSON: EOF while parsing an object
        `Envelope<Payload>` is broken: /0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0…: not valid JSON: recursion limit exceeded
        `Envelope<Payload>` is broken: /version: an envelope of another version; this version of handoff reads 1
        `Envelope<Payload>` is broken: /version: an envelope of another version; this version of handoff reads 1
        `Envelope<Payload>` is broken: /version: an envelope of another version; this version of handoff reads 1
        `Envelope<Payload>` is broken: /version: the key is repeated
        `Envelope<Payload>` is broken: /payload/text: missing; /payload/numbers: missing; /payload/map: missing; /payload/single: missing; /payload/large: missing; /payload: the key is repeated
        `Envelope<Payload>` is broken: /payload/large: the key is repeated
        `Envelope<Payload>` is broken: /warnings/0/count: the key is repeated; /warnings/0: not a valid warning (an object with a `kind`, an `agent`, a `count` and a `message`), found an object
        `Envelope<Payload>` is broken: /payload/single: expected a number in -3.4028235e38..=3.4028235e38, found another
        `Envelope<Payload>` is broken: /confidence: the number is out of range, greater than 1.7976931348623157e308
        `Envelope<Payload>` is broken: /payload/numbers/0: the number is out of range, greater than 1.7976931348623157e308
        `Envelope<Payload>` is broken: /tokens/more/a: the key is repeated; /tokens/more/a: the number is out of range, less than -1.7976931348623157e308
        `Envelope<Payload>` is broken: /definition: not a valid schema (an object or a boolean), found a string
        `Envelope<Payload>` is broken: /source/name: not valid JSON: unexpected end of hex escape
        `Envelope<Payload>` is broken: /source: not valid JSON: trailing comma"#]].assert_eq(&told.join("\n"));
}

/// A number as another crate writes it, wider than those of JSON mostly are.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Wide(u128);

#[contract]
#[derive(PartialEq)]
struct Exact {
    wide: Wide,
}

#[agent]
async fn widest(_: u32) -> Exact {
    Exact { wide: Wide(u128::MAX) }
}

pipeline! { count(u32) -> Exact { widest } }

#[test]
fn a_payload_is_read_to_the_last_digit() {
    let envelope = on_tokio(Runtime::default().run(count, 0)).expect("a run");
    let json = envelope.to_json().expect("valid");
    assert_eq!(Envelope::<Exact>::from_json(&json).expect("valid").payload, envelope.payload);
}

#[contract]
#[derive(PartialEq)]
struct Tree {
    kids: Vec<Tree>,
}

fn tree_of(levels: u32) -> Tree {
    (0..levels).fold(Tree { kids: vec![] }, |tree, _| Tree { kids: vec![tree] })
}

#[agent]
async fn grow(levels: u32) -> Tree {
    tree_of(levels)
}

pipeline! { grown(u32) -> Tree { grow } }

#[test]
fn what_passes_the_door_is_read_back_at_any_depth() {
    let mut deepest = 0;
    for levels in 55..70 {
        let Ok(mut envelope) = on_tokio(Runtime::default().run(grown, levels)) else { continue };
        deepest = levels;
        for json in [envelope.to_json().expect("valid"), envelope.to_json_with_schema().expect("valid")] {
            let read = Envelope::<Tree>::from_json(&json).expect("what was written");
            assert_eq!(read.payload, envelope.payload);
        }
        // One level more by hand.
        envelope.payload = Tree { kids: vec![envelope.payload] };
        assert_eq!(envelope.to_json().is_ok(), levels < 62, "{levels}");
        envelope.payload = tree_of(5_000);
        let error = envelope.to_json_with_schema().expect_err("nobody could read it");
        assert_eq!((error.violations()[0].keyword, error.total()), ("depth", 1));
    }
    // 126 levels in 63 trees, one of which is the innermost; the next has 128.
    assert_eq!(deepest, 62);
    let json = sample().to_json().expect("valid");
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let mut json = value(&json);
    json["schema"] = Tree::fingerprint().to_string().into();
    let json = json.to_string();
    let at = json.find("\"payload\":").expect("a payload") + "\"payload\":".len();
    let end = json.find(",\"schema\"").expect("a schema");
    let error = Envelope::<Tree>::from_json(&format!("{}{deep}{}", &json[..at], &json[end..]));
    let error = error.expect_err("deeper than anything is read").to_string();
    assert!(error.contains("/payload/0/0/0") && error.contains("recursion limit"), "{error}");
}

#[contract]
#[derive(PartialEq)]
struct Words {
    map: BTreeMap<String, String>,
    maps: BTreeMap<String, BTreeMap<String, u8>>,
    any: Value,
    one: Single,
}

/// Told from others by its form, so that it is read through a tree.
#[contract]
#[derive(PartialEq)]
#[serde(untagged)]
enum Single {
    Number(f64),
    Map(BTreeMap<String, String>),
}

#[agent]
async fn say(words: Words) -> Words {
    words
}

pipeline! { said(Words) -> Words { say } }

/// What `serde_json` uses as keys of its own.
#[test]
fn the_words_of_serde_json_are_keys_like_others() {
    for word in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        for content in ["12", "1e999", "null", "x", ""] {
            let map = BTreeMap::from([(word.to_owned(), content.to_owned())]);
            let words = Words {
                map: map.clone(),
                maps: [(word.to_owned(), [(word.to_owned(), 1)].into())].into(),
                any: json!({ "a": 1 }),
                one: Single::Map(map),
            };
            let envelope = on_tokio(Runtime::default().run(said, words)).expect("a run");
            for json in [envelope.to_json().expect("valid"), envelope.to_json_with_schema().expect("valid")] {
                let read = Envelope::<Words>::from_json(&json).expect("what was written");
                assert_eq!(read.payload, envelope.payload, "{json}");
            }
            // An object is no number, wherever one is read.
            let json = envelope.to_json().expect("valid");
            let (at, end) =
                (json.find("\"confidence\":").expect("one"), json.find(",\"warnings\"").expect("some"));
            let object = json!({ word: content });
            let changed = format!("{}\"confidence\":{object}{}", &json[..at], &json[end..]);
            let error = Envelope::<Words>::from_json(&changed).expect_err("no confidence").to_string();
            assert!(error.contains("/confidence: not a valid confidence"), "{error}");
        }
    }
}

#[test]
fn drift_is_one_line_whatever_the_sender_is_called() {
    let mut json = value(&sample().to_json().expect("valid"));
    for name in ["source", "target"] {
        json[name]["name"] = "a\n\u{202e}".into();
    }
    json["contract"] = "\u{2028}".into();
    let error = refused_by_later(&json.to_string());
    assert!(
        error.starts_with(r"schema drift: agent `a\n\u{202e}` sent a `\u{2028}` of fingerprint"),
        "{error}"
    );
    assert!(error.contains(r"but agent `a\n\u{202e}` takes"), "{error}");
}

fn refused_by_later(text: &str) -> String {
    Envelope::<later::Payload>::from_json(text).expect_err("drift").to_string()
}

#[test]
fn a_hostile_schema_costs_little() {
    // Choices of choices: 2^40 forms, if they were all made.
    let mut definitions = serde_json::Map::new();
    for n in 0..40 {
        let next = json!({ "$ref": format!("#/$defs/d{}", n + 1) });
        definitions.insert(format!("d{n}"), json!({ "anyOf": [next, next] }));
    }
    definitions.insert("d40".to_owned(), json!({ "$ref": "#/$defs/d40" }));
    let mut json = value(&sample().to_json_with_schema().expect("valid"));
    json["definition"] = json!({ "$ref": "#/$defs/d0", "$defs": definitions });
    let error = Envelope::<later::Payload>::from_json(&json.to_string()).expect_err("drift");
    assert!(matches!(error, EnvelopeError::SchemaDrift(_)), "{error}");
    assert!(error.to_string().contains("too large to be compared"), "{error}");
}
