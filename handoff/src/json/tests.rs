//! What is written is held against what `serde_json` writes.

use super::*;
use crate::contract::MOST_LEVELS;
use serde::Serializer;
use serde::ser::SerializeSeq as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

fn written(value: &impl Serialize) -> Result<String, String> {
    text(value, MOST_LEVELS).map_err(|unwritten| match unwritten {
        Unwritten::NotJson(error) => error.to_string(),
        unwritten => format!("{unwritten:?}"),
    })
}

#[track_caller]
fn is_the_same(value: &(impl Serialize + ?Sized)) {
    let expected = serde_json::to_string(value).map_err(|error| error.to_string());
    assert_eq!(written(&value), expected);
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype<T>(T);

#[derive(Serialize)]
struct Tuple(u8, String);

#[derive(Serialize)]
struct Named {
    r#type: Option<i64>,
    #[serde(rename = "a \"name\" that is escaped")]
    escaped: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u8>,
}

#[derive(Serialize)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Named {
        text: Option<String>,
        list: Vec<u8>,
    },
    #[serde(rename = "\"")]
    Escaped(()),
}

#[derive(Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    Named { number: u8 },
    Unit,
}

#[test]
fn every_character_is_the_same() {
    for character in (0..=0x2_FFFF).filter_map(char::from_u32) {
        is_the_same(&character);
    }
    is_the_same(&char::MAX);
}

/// Strings of every length up to some chunks, with something special at every place.
#[test]
fn a_special_character_is_found_wherever_it_stands() {
    for length in 0..70 {
        is_the_same(&"x".repeat(length));
        for special in ["\"", "\\", "\n", "\u{0}", "\u{1f}", "\u{7f}", "é", "🦀"] {
            for place in 0..=length {
                is_the_same(&format!("{}{special}{}", "x".repeat(place), "y".repeat(length - place)));
            }
        }
    }
}

#[test]
fn numbers_are_the_same() {
    for number in [0, 1, -1, 9, 10, 99, 100, -128, i64::MIN, i64::MAX] {
        is_the_same(&number);
    }
    is_the_same(&(u8::MAX, i8::MIN, u16::MAX, i16::MIN, u32::MAX, i32::MIN, u64::MAX));
    is_the_same(&(u128::MAX, i128::MIN));
    for number in [0.0, -0.0, 1.0, 0.1, 1e21, 1e-7, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY] {
        is_the_same(&number);
        is_the_same(&BTreeMap::from([(0, number)]));
    }
    for number in [1.1_f32, f32::MAX, f32::MIN_POSITIVE, f32::NEG_INFINITY] {
        is_the_same(&number);
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..100_000 {
        is_the_same(&f64::from_bits(random.u64(..)));
        is_the_same(&f32::from_bits(random.u32(..)));
        is_the_same(&(random.i64(..) >> random.u32(..64)));
    }
}

#[test]
fn all_that_serde_knows_is_the_same() {
    is_the_same(&(Unit, Newtype("text"), Tuple(1, "\t".into()), (), true, Some(3), None::<u8>, 'c'));
    is_the_same(&[
        Choice::Unit,
        Choice::Newtype(1),
        Choice::Tuple(2, "\r".into()),
        Choice::Named { text: None, list: vec![] },
        Choice::Escaped(()),
    ]);
    is_the_same(&[Tagged::Named { number: 1 }, Tagged::Unit]);
    is_the_same(&[
        Named { r#type: None, escaped: 0.5, skipped: None },
        Named { r#type: Some(1), escaped: 1.0, skipped: Some(2) },
    ]);
    is_the_same(&Flat { own: 1, rest: BTreeMap::from([("other".into(), 2)]) });
    is_the_same(&[Vec::<u8>::new(), vec![1], vec![1, 2]]);
    is_the_same(&HashMap::<String, u8>::new());
    // These show themselves in pieces.
    is_the_same(&format_args!("{}\n{:?}", "\"", "\u{1}"));
    is_the_same(&std::net::Ipv6Addr::LOCALHOST);
    is_the_same(c"bytes");
}

#[test]
fn keys_are_the_same() {
    fn in_a_map<K: Serialize + Ord>(key: K) {
        is_the_same(&BTreeMap::from([(key, ["value"])]));
    }
    in_a_map("a \"key\"");
    in_a_map('\n');
    in_a_map(true);
    in_a_map(-1);
    in_a_map(u128::MAX);
    in_a_map(Some("key"));
    in_a_map(Choice::Unit);
    in_a_map(std::net::Ipv4Addr::LOCALHOST);
    // And what is none.
    in_a_map(());
    in_a_map(None::<u8>);
    in_a_map([1]);
    in_a_map((1, 2));
    in_a_map(Choice::Newtype(1));
    in_a_map(Choice::Tuple(1, String::new()));
    in_a_map(Choice::Named { text: None, list: vec![] });
    in_a_map(BTreeMap::from([("key", 1)]));
}

/// What is no key says so before anything else is written, and the next value is no key any more.
#[test]
fn a_key_ends() {
    is_the_same(&json!({ "key": { "inner": [null, 1.5, "text", {}, []] }, "": {} }));
}

#[test]
fn random_values_are_the_same() {
    fn any_string(random: &mut fastrand::Rng) -> String {
        let any = |random: &mut fastrand::Rng| match random.u8(..8) {
            0 => char::from(random.u8(..0x20)),
            1 => ['"', '\\', '/', '\u{7f}', '\u{2028}'][random.usize(..5)],
            2 => random.char(..),
            _ => random.alphanumeric(),
        };
        (0..random.usize(..40)).map(|_| any(random)).collect()
    }
    fn any_value(random: &mut fastrand::Rng, levels: u32) -> Value {
        match random.u8(..if levels == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => random.bool().into(),
            2 => random.i64(..).into(),
            3 => f64::from_bits(random.u64(..)).into(),
            4 => any_string(random).into(),
            5 => (0..random.u8(..5)).map(|_| any_value(random, levels - 1)).collect(),
            _ => {
                let entry = |random: &mut _| (any_string(random), any_value(random, levels - 1));
                (0..random.u8(..5)).map(|_| entry(random)).collect()
            }
        }
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        is_the_same(&any_value(&mut random, 4));
    }
}

/// As `serde_json` makes them with features that nothing here turns on.
#[test]
fn what_serde_json_hides_is_written_as_it_stands() {
    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct Number {
        #[serde(rename = "$serde_json::private::Number")]
        digits: &'static str,
    }

    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::RawValue")]
    struct Raw {
        #[serde(rename = "$serde_json::private::RawValue")]
        json: &'static str,
    }

    let parts = (Number { digits: "1e400" }, Raw { json: r#"{"a": "b"}"# }, "\"");
    assert_eq!(written(&parts).unwrap(), r#"[1e400,{"a": "b"},"\""]"#);
}

/// Lists in lists.
fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

#[test]
fn levels_are_counted() {
    is_the_same(&nested(MOST_LEVELS));
    assert!(matches!(text(&nested(MOST_LEVELS + 1), MOST_LEVELS), Err(Unwritten::TooDeep)));
    // Each of these is two: an object for the variant, and what is in it.
    for two in [Choice::Tuple(1, "text".into()), Choice::Named { text: None, list: vec![] }] {
        assert!(matches!(text(&two, 1), Err(Unwritten::TooDeep)));
    }
    assert!(text(&Choice::Tuple(1, "text".into()), 2).is_ok());
    // One beside the other is no deeper.
    assert!(text(&[(); 32].map(|()| Choice::Newtype(1)), 2).is_ok());
}

#[test]
fn nothing_is_written_beyond_the_room() {
    fn hidden<S: Serializer>(_: &str, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let _ = list.serialize_element("longer than there is room for");
        list.end()
    }

    #[derive(Serialize)]
    struct Hides(#[serde(serialize_with = "hidden")] &'static str);

    let whole = r#"{"a":["b",1,"\n"]}"#;
    let value: Value = serde_json::from_str(whole).unwrap();
    for room in 0..=whole.len() + 1 {
        let mut writer = Writer::new("what was there before".into(), room, MOST_LEVELS);
        match writer.write(&value) {
            Ok(()) => assert_eq!((writer.text(), true), (whole, room >= whole.len())),
            Err(Unwritten::NoRoom) => {
                assert!(room < whole.len() && whole.starts_with(writer.text()), "{writer:?}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let mut writer = Writer::new(String::new(), 10, MOST_LEVELS);
    assert!(matches!(writer.write(&Hides("")), Err(Unwritten::NoRoom)), "the error was hidden");
}
