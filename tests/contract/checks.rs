//! Every check: what it takes and refuses, where it says so, and what it adds to the schema.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use handoff::{Contract, ErrorKind, Runtime, Violations, agent, contract, pipeline};
use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, proptest};
use proptest::sample::Index;
use serde_json::json;

use crate::pointers;
use crate::shapes::expect;

#[contract]
struct Texts {
    #[check(pattern("^[a-z]+$"), len(..=4))]
    word: String,
    #[check(pattern("^é{2}$"))]
    #[serde(default)]
    maybe: Option<String>,
    #[check(pattern("a"), len(1..))]
    list: Vec<Option<String>>,
}

#[contract]
struct Numbers {
    #[check(multiple_of(5))]
    step: i32,
    #[check(multiple_of(STEP), range(10..))]
    list: Vec<u64>,
    #[check(range(LOW..HIGH))]
    half_open: f64,
}

const STEP: u64 = 3;
const LOW: f64 = 0.5;
const HIGH: f64 = 1.0;

#[contract]
struct Lists {
    #[check(unique)]
    ids: Vec<u32>,
    #[check(unique, len(..=3))]
    floats: Option<VecDeque<f64>>,
    #[check(unique)]
    anything: Vec<serde_json::Value>,
    #[check(each(len(1..=3), pattern("^[a-z]*$")), unique)]
    words: Vec<String>,
    #[check(len(1..), each(unique, each(range(..=9))))]
    rows: Vec<Vec<u8>>,
    #[check(each(multiple_of(2)))]
    by_name: BTreeMap<String, i8>,
    #[check(each(len(..=1)))]
    by_number: HashMap<u8, Option<Vec<u8>>>,
    #[check(each(range(1..)))]
    set: BTreeSet<u8>,
}

const LISTS: &str = r#"{"ids":[1,2],"floats":[0.5,1],"anything":[1,{"a":1,"b":[2]},"1"],"words":["ab"],
    "rows":[[1,2],[]],"by_name":{"x":2},"by_number":{"7":[1],"8":null},"set":[1,2]}"#;

#[test]
fn patterns() {
    expect::<Texts>(
        &[r#"{"word":"abc","list":["a"]}"#, r#"{"word":"abc","maybe":"éé","list":["a",null,"ba"]}"#],
        &[
            (r#"{"word":"Ab","maybe":"é","list":["a","b"]}"#, &["/word", "/maybe", "/list/1"]),
            // Two checks on one field, in the order in which they are written.
            (r#"{"word":"ABCDE","list":["a"]}"#, &["/word", "/word"]),
            (r#"{"word":"a\n","list":[""]}"#, &["/word", "/list/0"]),
        ],
    );
    let error = Texts::parse(r#"{"word":"Secret","list":["a"]}"#).map(drop).unwrap_err();
    let violation = &error.violations()[0];
    assert_eq!((violation.keyword, violation.message()), ("pattern", "does not match `^[a-z]+$`"));
    assert_eq!(violation.found(), Some(r#""Secret""#));
    assert!(!format!("{error} {error:?}").contains("Secret"));
    let schema = Texts::schema().as_value();
    assert_eq!(schema.pointer("/properties/word/pattern"), Some(&json!("^[a-z]+$")));
    assert_eq!(schema.pointer("/properties/list/items/pattern"), Some(&json!("a")));
}

#[test]
fn multiples() {
    expect::<Numbers>(
        &[r#"{"step":-10,"list":[12,300],"half_open":0.5}"#, r#"{"step":0,"list":[],"half_open":0.75}"#],
        &[(r#"{"step":7,"list":[12,13,9],"half_open":1.0}"#, &["/step", "/list/1", "/list/2", "/half_open"])],
    );
    let schema = Numbers::schema().as_value();
    assert_eq!(schema.pointer("/properties/step/multipleOf"), Some(&json!(5)));
    assert_eq!(schema.pointer("/properties/list/items/multipleOf"), Some(&json!(3)));
    let error = Numbers::parse(r#"{"step":7,"list":[],"half_open":0.5}"#).map(drop).unwrap_err();
    assert_eq!(error.violations()[0].message(), "not a multiple of 5");
}

#[test]
fn items() {
    let mutated = |from: &str, to: &str| {
        assert!(LISTS.contains(from), "{from}");
        pointers(&Lists::parse(&LISTS.replacen(from, to, 1)).map(drop).expect_err(to))
    };
    Lists::parse(LISTS).expect("good");
    for (from, to, expected) in [
        ("[1,2],\"floats\"", "[1,2,1],\"floats\"", &["/ids"][..]),
        ("[0.5,1]", "[0.5,5e-1]", &["/floats"]),
        ("[0.5,1]", "[0,-0.0]", &["/floats"]),
        ("[0.5,1]", "[1,1,1,1]", &["/floats", "/floats"]),
        (r#"[1,{"a":1,"b":[2]},"1"]"#, "[1,1.0]", &["/anything"]),
        (r#"[1,{"a":1,"b":[2]},"1"]"#, r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1}]"#, &["/anything"]),
        (r#"["ab"]"#, r#"["ab","A","abcd","ab"]"#, &["/words", "/words/1", "/words/2"]),
        ("[[1,2],[]]", "[[1,1],[10,10]]", &["/rows/0", "/rows/1", "/rows/1/0", "/rows/1/1"]),
        (r#"{"x":2}"#, r#"{"x":2,"a/b":3}"#, &["/by_name/a~1b"]),
        (r#"{"7":[1],"8":null}"#, r#"{"7":[1,2]}"#, &["/by_number/7"]),
        ("\"set\":[1,2]", "\"set\":[0,2]", &["/set/0"]),
    ] {
        assert_eq!(mutated(from, to), expected, "{to}");
    }
    for distinct in [r#"[1,"1"]"#, "[1,true]", "[[1],[[1]]]", "[1e300,2e300]", r#"[{"a":1},{"a":2}]"#] {
        Lists::parse(&LISTS.replacen(r#"[1,{"a":1,"b":[2]},"1"]"#, distinct, 1)).expect(distinct);
    }
    let schema = Lists::schema().as_value();
    for (pointer, value) in [
        (
            "/properties/ids",
            json!({"type": "array", "uniqueItems": true, "items": {"type": "integer", "format": "uint32", "minimum": 0}}),
        ),
        (
            "/properties/words/items",
            json!({"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[a-z]*$"}),
        ),
        ("/properties/rows/items/uniqueItems", json!(true)),
        ("/properties/rows/items/items/maximum", json!(9)),
        ("/properties/by_name/additionalProperties/multipleOf", json!(2)),
        ("/properties/set/items/minimum", json!(1)),
    ] {
        assert_eq!(schema.pointer(pointer), Some(&value), "{pointer}: {schema:#}");
    }
    let by_number = schema.pointer("/properties/by_number").expect("there").to_string();
    assert!(by_number.contains(r#""maxItems":1"#), "{by_number}");
}

#[test]
fn many_items_are_compared_in_one_pass() {
    let items: Vec<String> = (0..50_000).map(|n| n.to_string()).collect();
    let text = LISTS.replacen("\"ids\":[1,2]", &format!("\"ids\":[{}]", items.join(",")), 1);
    Lists::parse(&text).expect("distinct");
}

#[contract]
struct Even {
    #[check(with(even), range(..=10))]
    n: u32,
    #[check(with(trimmed))]
    #[serde(default)]
    name: Option<String>,
    #[check(each(with(in_order), len(..=2)), with(few))]
    #[serde(default)]
    pairs: Vec<Vec<u8>>,
    #[check(with(not_both))]
    #[serde(default)]
    inner: Option<Box<Inner>>,
}

#[contract]
struct Inner {
    #[check(range(..=1))]
    a: u8,
    b: u8,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as a check is called
fn even(n: &u32) -> Result<(), String> {
    assert!(*n <= 10, "the other checks hold");
    if n.is_multiple_of(2) { Ok(()) } else { Err("is odd\nby far".to_owned()) }
}

fn trimmed(name: &str) -> Result<(), &'static str> {
    if name.trim() == name { Ok(()) } else { Err("has white space round it") }
}

fn in_order(pair: &[u8]) -> Result<(), String> {
    if pair.is_sorted() { Ok(()) } else { Err("is not in order".to_owned()) }
}

fn few(pairs: &[Vec<u8>]) -> Result<(), &'static str> {
    if pairs.len() < 3 { Ok(()) } else { Err("are too many") }
}

fn not_both(inner: &Inner) -> Result<(), String> {
    assert!(inner.a <= 1, "what is in it is good");
    if inner.a == inner.b { Err("are the same".to_owned()) } else { Ok(()) }
}

#[test]
fn functions() {
    expect::<Even>(
        &[
            r#"{"n":2}"#,
            r#"{"n":2,"name":null,"inner":null}"#,
            r#"{"n":2,"name":"a","pairs":[[1,2]],"inner":{"a":1,"b":2}}"#,
        ],
        &[
            (r#"{"n":3}"#, &["/n"]),
            (r#"{"n":13}"#, &["/n"]),
            (
                r#"{"n":3,"name":" a","pairs":[[2,1],[1]],"inner":{"a":1,"b":1}}"#,
                &["/n", "/name", "/pairs/0", "/inner"],
            ),
            (r#"{"n":3,"m":1}"#, &["/n", "/m"]),
            (r#"{"n":2,"pairs":[[2,1,0]]}"#, &["/pairs/0"]),
            (r#"{"n":2,"pairs":[[],[],[]],"inner":{"a":2,"b":2}}"#, &["/pairs", "/inner/a"]),
        ],
    );
    let error = Even::parse(r#"{"n":3}"#).map(drop).unwrap_err();
    assert_eq!(error.violations()[0].keyword, "with");
    assert_eq!(error.violations()[0].message(), r"is odd\nby far");
    let mut violations = Violations::new();
    Even { n: 5, name: None, pairs: vec![vec![2, 1]], inner: None }.check(&mut violations);
    let found: Vec<_> = violations.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(found, [r"/n: is odd\nby far", "/pairs/0: is not in order"]);
    assert!(!Even::schema().as_value().to_string().contains("with"));
}

#[contract]
struct Explosive {
    #[check(with(explode))]
    n: u8,
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::unnecessary_wraps)] // as a check is called
fn explode(n: &u8) -> Result<(), String> {
    if *n > 0 { panic!("a bug in a check") } else { Ok(()) }
}

#[agent]
async fn make(n: u8) -> Explosive {
    Explosive { n }
}

pipeline! { explosive(u8) -> Explosive { make } }

#[tokio::test]
async fn a_panic_in_a_function_is_one_of_the_agent() {
    let error = Runtime::default().run(explosive, 1).await.map(drop).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Panicked { .. }), "{error}");
    assert!(Runtime::default().run(explosive, 0).await.is_ok());
}

#[test]
fn contracts_with_sets_and_unique_lists_keep_both() {
    #[contract]
    struct Both {
        #[check(unique)]
        list: Vec<u8>,
        set: BTreeSet<u8>,
    }
    expect::<Both>(
        &[r#"{"list":[1],"set":[1]}"#],
        &[(r#"{"list":[1,1],"set":[1,1]}"#, &["/list", "/set/1"])],
    );
    assert!(!Both::schema().as_value().to_string().contains("$comment"));
}

/// Texts that were valid until something happened to them: read or refused, without a panic, and refused with a reason.
fn mangled(valid: &str, edits: &[(Index, usize, String)]) -> String {
    let mut text: Vec<char> = valid.chars().collect();
    for (at, cut, put) in edits {
        let at = at.index(text.len() + 1);
        let end = (at + cut).min(text.len());
        text.splice(at..end, put.chars());
    }
    text.into_iter().collect()
}

proptest! {
    #[test]
    fn no_mangled_text_panics(
        edits in vec((any::<Index>(), 0_usize..4, "\\PC{0,3}|[\\[\\]{}\",:0-9eE+.-]{0,3}"), 1..8),
    ) {
        let texts = [r#"{"word":"abc","maybe":"éé","list":["a",null,"ba"]}"#, LISTS];
        for text in texts.map(|text| mangled(text, &edits)) {
            for error in [Texts::parse(&text).err(), Numbers::parse(&text).err(), Lists::parse(&text).err()] {
                prop_assert!(error.is_none_or(|error| !error.violations().is_empty()));
            }
        }
    }
}

/// A literal that overflows, where its lint is allowed, is an end that only the compiler sees.
mod overflowing {
    #![allow(overflowing_literals)]

    #[handoff::contract]
    pub(crate) struct Weight {
        #[check(range(0.0..=1e999))]
        kilograms: f64,
        #[check(each(range(-1e39..1e39)))]
        grams: Vec<f32>,
    }
}

#[test]
fn no_bound_in_a_schema_is_null() {
    let schema = serde_json::to_value(overflowing::Weight::schema()).unwrap();
    let kilograms = &schema["properties"]["kilograms"];
    assert_eq!((kilograms.get("minimum"), kilograms.get("maximum")), (Some(&json!(0.0)), None));
    let grams = schema["properties"]["grams"]["items"].as_object().unwrap();
    assert!(grams.values().all(|keyword| !keyword.is_null()), "{grams:?}");
}
