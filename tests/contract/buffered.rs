//! What serde would buffer (enums with tags, flattened structs, unions) and what a buffer does not keep: maps by numbers,
//! floats where numbers are exact, integers that are written as `-0`.

use std::collections::{BTreeMap, HashMap};

use handoff::{Contract, contract};
use serde_json::Value;

#[contract]
#[derive(PartialEq)]
pub(crate) struct Scores {
    pub(crate) by_round: BTreeMap<u8, i64>,
    pub(crate) share: f64,
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Internal {
    Scores(Scores),
    Map {
        by_id: BTreeMap<i32, String>,
        single: f32,
    },
    Flat(Flat),
    Of {
        all: Vec<Internal>,
        one: Option<Box<Internal>>,
    },
    Either(Box<Adjacent>),
    #[serde(alias = "none")]
    Nothing,
}

/// Written with its keys in order, the content comes before the tag.
#[contract]
#[derive(PartialEq)]
#[serde(tag = "t", content = "c")]
pub(crate) enum Adjacent {
    Scores(Scores),
    Share(f64),
    Pair(i8, f32),
    Named { by_size: BTreeMap<u64, u8>, union: Union },
    Maybe(Option<f64>),
    Nothing,
}

#[contract]
#[derive(PartialEq)]
#[serde(untagged)]
pub(crate) enum Union {
    Map { by_id: BTreeMap<u16, f64> },
    Scores(Scores),
    Number(f64),
    Many(Vec<Union>),
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct Inner {
    pub(crate) cost: f64,
    pub(crate) by_year: HashMap<i16, f32>,
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct Middle {
    pub(crate) level: Option<u8>,
    #[serde(flatten)]
    pub(crate) inner: Inner,
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct Flat {
    pub(crate) id: u32,
    #[serde(flatten)]
    pub(crate) middle: Middle,
    #[serde(flatten)]
    pub(crate) tail: Tail,
}

#[contract(open)]
#[derive(PartialEq)]
pub(crate) struct Tail {
    #[serde(default)]
    pub(crate) weight: f32,
    #[serde(alias = "old")]
    pub(crate) new: i64,
}

pub(crate) const INTERNAL: [&str; 6] = [
    r#"{"kind": "scores", "by_round": {"5": 2, "0": -7}, "share": 0.25}"#,
    r#"{"by_id": {"-3": "a", "12": "b"}, "kind": "map", "single": 1.5}"#,
    r#"{"kind": "flat", "id": 1, "cost": 0.5, "by_year": {"-44": 0.5}, "level": null, "weight": 1.5, "new": 3}"#,
    r#"{"all": [{"kind": "nothing"}, {"kind": "of", "all": []}], "kind": "of", "one": {"kind": "scores", "by_round": {}, "share": 1.5}}"#,
    r#"{"c": 0.75, "kind": "either", "t": "Share"}"#,
    r#"{"kind": "nothing"}"#,
];
pub(crate) const ADJACENT: [&str; 6] = [
    r#"{"c": {"by_round": {"1": 1}, "share": 0.5}, "t": "Scores"}"#,
    r#"{"c": 0.5, "t": "Share"}"#,
    r#"{"c": [-1, 0.5], "t": "Pair"}"#,
    r#"{"c": {"by_size": {"18446744073709551615": 1}, "union": {"by_id": {"7": 1.5}}}, "t": "Named"}"#,
    r#"{"c": null, "t": "Maybe"}"#,
    r#"{"t": "Nothing"}"#,
];
pub(crate) const UNION: [&str; 4] = [
    r#"{"by_id": {"7": 0.5}}"#,
    r#"{"by_round": {"7": 1}, "share": 0.5}"#,
    "0.5",
    r#"[0.5, {"by_id": {"7": 0.5}}, []]"#,
];
pub(crate) const FLAT: [&str; 1] =
    [r#"{"id": 1, "cost": 0.5, "by_year": {"-44": 0.5}, "level": 3, "weight": 1.5, "new": 3}"#];

/// Keys of every kind.
#[contract]
#[derive(PartialEq)]
#[serde(tag = "by")]
pub(crate) enum Keyed {
    Flag { map: BTreeMap<bool, u8> },
    Letter { map: BTreeMap<char, u8> },
    Side { map: BTreeMap<Side, u8> },
    Wrapped { map: HashMap<Wrapped, u8> },
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Left,
    Right,
}

#[contract]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Wrapped(i64);

/// Reads a document in every way, writes it, and reads it again.
fn round_trip<T: Contract + PartialEq + std::fmt::Debug>(documents: &[&str]) {
    for document in documents {
        let read = T::parse(document).unwrap_or_else(|error| panic!("{document}: {error}"));
        let written = serde_json::to_string(&read).expect("a contract is written");
        assert_eq!(T::parse(&written).as_ref(), Ok(&read), "{written}");
        // By serde alone, from a text and from a tree of its own.
        assert_eq!(serde_json::from_str::<T>(document).ok().as_ref(), Some(&read), "{document}");
        let value: Value = serde_json::from_str(document).expect("JSON");
        assert_eq!(serde_json::from_value::<T>(value).ok().as_ref(), Some(&read), "{document}");
    }
}

#[test]
fn what_is_written_is_read() {
    round_trip::<Internal>(&INTERNAL);
    round_trip::<Adjacent>(&ADJACENT);
    round_trip::<Union>(&UNION);
    round_trip::<Flat>(&FLAT);
    round_trip::<Keyed>(&[
        r#"{"map": {"true": 1, "false": 2}, "by": "Flag"}"#,
        r#"{"map": {"é": 1, "\"": 2}, "by": "Letter"}"#,
        r#"{"map": {"left": 1, "right": 2}, "by": "Side"}"#,
        r#"{"map": {"-9223372036854775808": 1}, "by": "Wrapped"}"#,
    ]);
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    for (text, found) in [
        (r#"{"kind":"scores","by_round":{"300":2},"share":1}"#, "propertyNames /by_round/300"),
        (r#"{"kind":"scores","by_round":{"05":2},"share":1}"#, "propertyNames /by_round/05"),
        (r#"{"kind":"map","by_id":{"1":2},"single":1}"#, "type /by_id/1"),
        (r#"{"kind":"map","by_id":{},"single":1e39}"#, "type /single"),
        (r#"{"kind":"nothing","more":1}"#, "additionalProperties /more"),
        (r#"{"kind":"flat","id":1,"cost":1,"by_year":{},"new":1,"old":2}"#, "duplicate /old"),
        (r#"{"kind":"either","t":"Share"}"#, "required /c"),
        (r#"{"kind":"either","t":"Nothing","c":1}"#, "additionalProperties /c"),
        (r#"{"kind":"of","all":[{"kind":"scores","by_round":{},"share":"1"}]}"#, "type /all/0/share"),
    ] {
        let error = Internal::parse(text).expect_err(text);
        let told: Vec<String> =
            error.violations().iter().map(|told| format!("{} {}", told.keyword, told.pointer)).collect();
        assert_eq!(told, [found], "{text}");
        assert!(serde_json::from_str::<Internal>(text).is_err(), "{text}");
    }
}

#[test]
fn minus_zero_is_an_integer_wherever_it_stands() {
    for text in [
        r#"{"kind":"scores","by_round":{"1":-0},"share":-0}"#,
        r#"{"kind":"flat","id":-0,"cost":-0,"by_year":{"1":-0},"new":-0}"#,
        r#"{"kind":"either","t":"Pair","c":[-0,-0]}"#,
    ] {
        assert!(Internal::parse(text).is_ok(), "{text}");
    }
    assert_eq!(u8::parse("-0"), Ok(0));
    assert_eq!(Option::<Vec<i64>>::parse("[-0,0]"), Ok(Some(vec![0, 0])));
    assert!(f64::parse("-0").is_ok_and(f64::is_sign_negative));
    assert!(u8::parse("-1").is_err() && u8::parse("0.0").is_err());
}

/// `serde_json` does not tell it from `-0`, so it cannot be refused as the measurements `0.0` and `2.0` are.
#[test]
fn minus_zero_with_a_fraction_is_the_integer_that_the_schema_says_it_is() {
    let schema = jsonschema::validator_for(i64::schema().as_value()).expect("a schema");
    for (text, valid, read) in [
        ("-0", true, true),
        ("-0.0", true, true),
        ("-0e7", true, true),
        ("-0.5", false, false),
        ("-1e-3", false, false),
        // Where they part, as the documentation says.
        ("0.0", true, false),
        ("2.0", true, false),
    ] {
        assert_eq!(schema.is_valid(&serde_json::from_str(text).unwrap()), valid, "{text}");
        assert_eq!(i64::parse(text).is_ok(), read, "{text}");
        let buffered =
            Internal::parse(&format!(r#"{{"kind":"flat","id":{text},"cost":1,"by_year":{{}},"new":1}}"#));
        assert_eq!(buffered.is_ok(), read, "{text}: {buffered:?}");
    }
    assert_eq!(i64::parse("-0.0"), Ok(0));
}

/// On the 2 MiB of a test's thread, without optimisation.
#[test]
fn the_deepest_documents_have_room_on_the_stack() {
    let internal = |levels: usize| {
        let (before, after) = (r#"{"kind":"of","all":["#.repeat(levels), "]}".repeat(levels));
        format!(r#"{before}{{"kind":"nothing"}}{after}"#)
    };
    let union = |levels: usize| format!("{}0.5{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Internal::parse(&internal(63)).is_ok());
    assert!(Internal::parse(&internal(64)).is_err());
    assert!(Union::parse(&union(127)).is_ok());
    assert!(Union::parse(&union(128)).is_err());
}
