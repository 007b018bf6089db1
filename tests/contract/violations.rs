//! How violations read: in a log, with their values, and to a model that is asked again.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use handoff::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use handoff::{Contract, ContractViolation, Violations, contract};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pointers;

#[contract]
struct Measured {
    #[check(len(2..))]
    name: String,
    #[check(range(0.0..=1.0))]
    share: f64,
    #[check(range(1..=5))]
    level: u8,
    #[check(range(0.0..))]
    all: Vec<f64>,
    single: f32,
    other: Option<Value>,
}

#[contract(open)]
struct Loose {
    id: u8,
}

#[contract]
#[serde(untagged)]
enum Either {
    Number(f64),
    Named { number: f64 },
}

#[test]
fn a_number_beyond_every_float_hides_nothing() {
    let error = Measured::parse(
        r#"{"name":"1e999","share":1e999,"level":-1e999,"all":[1,1e999,-2,-1E+400],"single":1e39,
            "other":{"a":[1e999,"\"1e999"],"b":1e308},"more":1e999}"#,
    )
    .unwrap_err();
    assert_eq!(
        pointers(&error),
        ["/share", "/level", "/all/1", "/all/2", "/all/3", "/single", "/other/a/0", "/more"]
    );
    let keywords: Vec<_> = error.violations().iter().map(|violation| violation.keyword).collect();
    assert_eq!(
        keywords,
        ["maximum", "minimum", "maximum", "minimum", "minimum", "type", "maximum", "additionalProperties"]
    );
    assert_eq!(
        error.violations()[0].to_string(),
        "/share: the number is out of range, greater than 1.7976931348623157e308"
    );
    assert_eq!(pointers(&Loose::parse(r#"{"id":"a","b":{"c":1e999}}"#).unwrap_err()), ["/id", "/b/c"]);
    assert_eq!(pointers(&Either::parse("1e999").unwrap_err()), [""]);
    assert!(Either::parse(r#"{"number":1e999}"#).is_err());
    assert_eq!(
        pointers(&Vec::<u8>::parse(&format!("[1,300,1{}]", "0".repeat(400))).unwrap_err()),
        ["/1", "/2"]
    );
    // What is no JSON is no JSON, wherever a number is out of range.
    let error = Measured::parse(r#"{"share":1e999,"level":01}"#).unwrap_err();
    assert_eq!((error.violations()[0].keyword, error.total()), ("syntax", 1));
}

#[test]
fn values_show_on_request_only() {
    let error =
        Measured::parse(r#"{"name":"s","share":7.25,"level":"secret","all":[],"single":1}"#).unwrap_err();
    for quiet in [error.to_string(), format!("{error:?}")] {
        assert!(!quiet.contains("secret") && !quiet.contains("7.25"), "{quiet}");
    }
    let line = "`Measured` is broken: /name: expected at least 2 characters, found 1; \
                /share: not in 0.0..=1.0 (it is 7.25); \
                /level: expected an integer, found a string (it is \"secret\")";
    assert_eq!(error.with_values().to_string(), line);
    assert_eq!(error.violations()[1].with_value().to_string(), "/share: not in 0.0..=1.0 (it is 7.25)");
}

#[contract]
struct Quotas {
    #[check(each(range(5..)))]
    by_key: BTreeMap<String, u32>,
    #[check(each(each(len(2..))))]
    nested: HashMap<String, Vec<String>>,
    plain: BTreeMap<u64, Loose>,
    any: Option<Value>,
}

/// Each violation with the keys of maps is `shown`; without them it is that with `*`.
#[track_caller]
fn assert_masked(error: &ContractViolation, shown: &[&str], masked: &[&str]) {
    assert_eq!(pointers(error), shown);
    let masks: Vec<_> = error.violations().iter().map(|v| v.pointer.masked().to_string()).collect();
    assert_eq!(masks, masked);
    for (violation, pointer) in error.violations().iter().zip(masks) {
        assert!(violation.to_string().starts_with(&format!("{pointer}: ")), "{violation}");
        assert!(violation.with_value().to_string().starts_with(&format!("{}: ", violation.pointer)));
    }
    for quiet in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!quiet.contains("SECRET") && !quiet.contains("4711"), "{quiet}");
    }
    assert!(error.for_model().to_string().contains(shown[0]));
}

#[test]
fn the_keys_of_a_map_show_on_request_only() {
    let error = Quotas::parse(
        r#"{"by_key":{"SECRET1":1,"SECRET2":true,"SECRET3":9,"SECRET3":9},"nested":{"SECRET/4":["é"]},
            "plain":{"4711":{"id":300},"SECRET5":{"id":1}},"any":{"SECRET6":[{"SECRET7":1e999}]},"other":1}"#,
    )
    .unwrap_err();
    assert_masked(
        &error,
        &[
            "/by_key/SECRET1",
            "/by_key/SECRET2",
            "/by_key/SECRET3",
            "/nested/SECRET~14/0",
            "/plain/4711/id",
            "/plain/SECRET5",
            "/any/SECRET6/0/SECRET7",
            "/other",
        ],
        &[
            "/by_key/*",
            "/by_key/*",
            "/by_key/*",
            "/nested/*/0",
            "/plain/*/id",
            "/plain/*",
            "/any/*/0/*",
            "/other",
        ],
    );
    let value = Quotas {
        by_key: [("SECRET".to_owned(), 1)].into(),
        nested: [("SECRET".to_owned(), vec!["long".to_owned(), String::new()])].into(),
        plain: BTreeMap::new(),
        any: None,
    };
    let mut violations = Violations::new();
    value.check(&mut violations);
    assert!(!format!("{violations:?}").contains("SECRET"), "{violations:?}");
    let error = ContractViolation::of::<Quotas>(violations);
    assert_masked(&error, &["/by_key/SECRET", "/nested/SECRET/1"], &["/by_key/*", "/nested/*/1"]);
}

/// Where a text is no JSON, nobody can tell what its objects were to be.
#[test]
fn on_the_way_to_a_mistake_the_names_of_the_contract_are_shown() {
    let error = Quotas::parse(r#"{"plain":{"4711":{"id":SECRET}}}"#).unwrap_err();
    assert_masked(&error, &["/plain/4711/id"], &["/plain/*/id"]);
    let error = Quotas::parse(r#"{"by_key":{"SECRET":[}"#).unwrap_err();
    assert_masked(&error, &["/by_key/SECRET/0"], &["/by_key/*/0"]);
    let error = Quotas::parse(r#"{"SECRET":[}"#).unwrap_err();
    assert_masked(&error, &["/SECRET/0"], &["/*/0"]);
}

#[test]
fn what_a_model_is_told_is_bounded() {
    let key = "k\n".repeat(500);
    let unknown: Vec<String> = (0..500)
        .map(|number| format!("{}:{}", Value::from(format!("{number}{key}")), Value::from("v\n".repeat(500))))
        .collect();
    let error = Measured::parse(&format!("{{{}}}", unknown.join(","))).unwrap_err();
    let told = error.for_model().to_string();
    assert!(told.chars().count() < 10_000, "{}", told.len());
    assert_eq!(told.lines().count(), 1 + 20 + 1 + 1, "{told}");
    assert!(told.starts_with("Your reply does not fit `Measured`, for 505 reasons:\n1. /0k"), "{told}");
    assert!(
        told.ends_with("\nAnd 485 more.\nFix all of this, and reply with the whole JSON and nothing else.")
    );
    assert_eq!(
        Loose::parse("{}").unwrap_err().for_model().to_string(),
        "Your reply does not fit `Loose`:\n1. /id: missing\n\
         Fix all of this, and reply with the whole JSON and nothing else."
    );
    assert_eq!(
        Loose::parse("sorry").unwrap_err().for_model().to_string(),
        "Your reply does not fit `Loose`:\n1. the whole: not valid JSON: expected value\n\
         Fix all of this, and reply with the whole JSON and nothing else."
    );
}

#[contract]
struct Lines {
    #[check(pattern("^a\nb\u{202e}$"))]
    text: String,
    #[check(with(refuse))]
    other: Vec<u8>,
}

fn refuse(_: &[u8]) -> Result<(), String> {
    Err("no\u{2028}\u{202e}".to_owned())
}

#[test]
fn a_violation_is_one_line_whatever_it_holds() {
    let text = r#"{"text":"\u0085\u2028","other":[],"\u2029\u200b\n":1}"#;
    let error = Lines::parse(text).unwrap_err();
    assert_eq!(
        error.to_string(),
        r"`Lines` is broken: /text: does not match `^a\nb\u{202e}$`; /other: no\u{2028}\u{202e}; /\u{2029}\u{200b}\n: unknown field"
    );
    assert!(error.with_values().to_string().contains(r#"(it is "\u{85}\u{2028}")"#), "{error:?}");
    assert_eq!(error.for_model().to_string().lines().count(), 5);
    for line in [format!("{error:?}"), error.for_model().to_string().replace('\n', "")] {
        assert!(!line.contains(['\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{200b}']), "{line:?}");
    }
    assert_eq!(error.violations()[0].message(), "does not match `^a\nb\u{202e}$`");
}

/// Counts how often its schema is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Counted;

static EMITTED: AtomicUsize = AtomicUsize::new(0);

impl JsonSchema for Counted {
    fn schema_name() -> Cow<'static, str> {
        "Counted".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        EMITTED.fetch_add(1, Ordering::Relaxed);
        json_schema!({ "type": "null" })
    }
}

#[contract]
struct Counting {
    #[allow(dead_code)]
    counted: Counted,
}

#[test]
fn schema_and_fingerprint_are_worked_out_once() {
    let schema = Counting::schema();
    let emitted = EMITTED.load(Ordering::Relaxed);
    assert!(emitted > 0);
    let fingerprint = Counting::fingerprint();
    for _ in 0..3 {
        assert!(std::ptr::eq(schema, Counting::schema()));
        assert_eq!(fingerprint, Counting::fingerprint());
        Counting::parse(r#"{"counted":null}"#).unwrap();
        Counting::parse("{}").unwrap_err();
    }
    assert_eq!(EMITTED.load(Ordering::Relaxed), emitted);
    let list = Vec::<Counting>::schema();
    let emitted = EMITTED.load(Ordering::Relaxed);
    for _ in 0..3 {
        assert!(std::ptr::eq(list, Vec::<Counting>::schema()));
        assert_eq!(Vec::<Counting>::fingerprint(), Vec::<Counting>::fingerprint());
        Vec::<Counting>::parse("[]").unwrap();
    }
    assert_eq!(EMITTED.load(Ordering::Relaxed), emitted);
}
