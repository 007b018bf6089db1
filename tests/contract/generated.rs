//! Contracts for the oracle: every check on every kind of type that it goes on, and several at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use handoff::contract;
use serde_json::Value;

use crate::oracle::{Judged, agree};
use crate::shapes::{Id, Level, Open};

macro_rules! contracts {
    ($($name:ident: $type:ty, [$($check:tt)*], $($document:literal),+;)*) => {
        $(
            #[contract]
            pub(crate) struct $name {
                #[check($($check)*)]
                field: $type,
            }
        )*

        /// Each of them against the validator.
        pub(crate) const ALL: &[fn(usize, u64) -> Judged] = &[$(
            |rounds, seed| agree::<$name>(&[$(concat!(r#"{"field": "#, $document, "}")),+], rounds, seed),
        )*];
    };
}

contracts! {
    Length: String, [len(2..=4)], "\"abc\"";
    LengthExclusive: Option<String>, [len(1..3)], "\"ab\"", "null";
    Letters: String, [pattern("^[a-z]+$")], "\"abc\"";
    Mixed: String, [pattern("^(?:[a-z]{2}|é+|0-[ab]?)$"), len(..=3)], "\"ab\"", "\"éé\"", "\"0-a\"";
    NotThese: Box<str>, [pattern(r"^[^\n\r\u2028\u2029]+$")], "\"a b\"";
    Anywhere: Option<Box<String>>, [pattern("a[-0]?b")], "\"xab\"";
    Words: Vec<String>, [pattern("^[a-z]"), len(1..=3), unique], "[\"ab\", \"b\"]";
    WordsEach: Vec<String>, [each(len(1..=2), pattern("[ab]")), unique], "[\"ab\", \"b\"]";
    Optional: Option<Vec<Option<String>>>, [each(len(1..)), len(..=2)], "[\"a\", null]", "null";
    Small: u8, [range(3..=7), multiple_of(2)], "4";
    Signed: i64, [range(-10..10), multiple_of(5)], "-5";
    Wide: Option<u64>, [multiple_of(3)], "300", "null";
    Open0: f64, [range(0.25..1.0)], "0.5";
    Single: f32, [range(..=0.75)], "0.5";
    Integers: Vec<i32>, [multiple_of(5), range(..=20), unique, len(..=4)], "[5, 10, 15]";
    Floats: VecDeque<f64>, [unique, range(0.0..)], "[0.5, 1.5]";
    Anything: Vec<Value>, [unique], "[1, {\"a\": 1, \"b\": [0.5]}, \"1\", [1], true]";
    Rows: Vec<Vec<u8>>, [unique, each(unique, len(1..=3), each(range(..=9)))], "[[1, 2], [3]]";
    Array: [u8; 3], [unique, each(range(1..))], "[1, 2, 3]";
    Slice: Box<[i8]>, [each(multiple_of(5)), len(2..)], "[5, 10, 0]";
    Set: BTreeSet<i16>, [len(1..=3), each(range(..=9))], "[1, 2]";
    Hashed: HashSet<String>, [each(pattern("^[a-c]"))], "[\"a\", \"b\"]";
    Map: BTreeMap<String, i8>, [len(1..=2), each(multiple_of(5))], "{\"x\": 5}";
    Numbered: HashMap<u8, Vec<u8>>, [each(len(..=2), unique)], "{\"7\": [1, 2]}";
    Nested: Option<BTreeMap<String, Vec<Option<f64>>>>, [each(len(1..), each(range(0.0..=1.0)))],
        "{\"x\": [0.5, null]}", "null";
    Contracts: Vec<Id>, [unique, len(..=3)], "[\"ab\", \"b\"]";
    Levels: Vec<Level>, [unique], "[\"low\", \"MID\"]";
    Opens: Vec<Open>, [len(1..)], "[{\"id\": 1}]";
}
