//! Equal values are written as the same text, whatever order their maps and sets come in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher};

use handoff::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use handoff::{Contract, Envelope, Shared, contract};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::oracle::Random;

/// An envelope with this payload.
fn envelope<T: Contract>(payload: &str) -> Envelope<T> {
    let json = format!(
        r#"{{"version":1,"source":{{"name":"a","role":"worker"}},"target":{{"name":"b","role":"worker"}},
        "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","confidence":1.0,"warnings":[],
        "tokens":{{"count":1,"encoding":"none"}},"contract":"","schema":"{}","payload":{payload}}}"#,
        T::fingerprint()
    );
    Envelope::from_json(&json).unwrap_or_else(|error| panic!("{}: {payload}: {error}", T::name()))
}

/// The payload as it stands in an envelope.
fn written<T: Contract>(envelope: &Envelope<T>) -> String {
    let json = envelope.to_json().expect("a payload that was read");
    let (_, payload) = json.split_once(r#","payload":"#).expect("an envelope");
    payload.strip_suffix('}').expect("an object").to_owned()
}

/// The same document, with the keys of its objects in another order.
fn shuffled(document: &Value, random: &mut Random) -> String {
    match document {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            for last in (1..entries.len()).rev() {
                entries.swap(last, random.below(last + 1));
            }
            let entry = |(key, value)| format!("{}:{}", Value::from(key), shuffled(value, random));
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(key, value): (&String, _)| (key.as_str(), value))
                .map(entry)
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| shuffled(item, random)).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// What is in a document, whatever order it stands in.
fn loosely(document: Value) -> Value {
    match document {
        Value::Array(items) => {
            let mut items: Vec<_> = items.into_iter().map(loosely).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, loosely(value))).collect(),
        other => other,
    }
}

/// Reads a document that fits the contract some times, each with hashers of its own, and compares what is written.
pub(crate) fn is_written_in_one_order<T: Contract>(document: &Value, random: &mut Random) {
    let values = [(); 3].map(|()| envelope::<T>(&shuffled(document, random)));
    let texts = values.each_ref().map(written);
    assert_eq!(texts, [(); 3].map(|()| texts[0].clone()), "{}", T::name());
    // Nothing is lost, and nothing changes any more.
    let read = |text: &str| loosely(serde_json::from_str(text).expect("JSON"));
    let as_serde = serde_json::to_string(&values[0].payload).expect("JSON");
    assert_eq!(read(&texts[0]), read(&as_serde), "{}", T::name());
    assert_eq!(written(&envelope::<T>(&texts[0])), texts[0], "{}", T::name());
}

/// The document is written so, however its maps and sets come out.
#[track_caller]
fn is_written<T: Contract>(document: &str, expected: &str) {
    let document: Value = serde_json::from_str(document).expect("JSON");
    for seed in 0..20 {
        is_written_in_one_order::<T>(&document, &mut Random(seed));
        assert_eq!(written(&envelope::<T>(&shuffled(&document, &mut Random(seed)))), expected);
    }
}

type Fixed = BuildHasherDefault<DefaultHasher>;

#[contract]
#[derive(PartialEq, Eq, Hash)]
enum Color {
    Red,
    Green,
    Blue,
}

/// Of what is put in order, one of each.
#[contract]
#[allow(clippy::box_collection)] // a box is seen through
struct Sets {
    // Not in the order of their names.
    words: HashSet<String>,
    numbers: HashSet<i64>,
    colors: HashSet<Color, Fixed>,
    ordered: BTreeSet<u32>,
    list: Vec<u32>,
    lists: HashSet<Vec<u8>>,
    several: Vec<HashSet<u8>>,
    by_name: HashMap<String, HashSet<u8>>,
    by_color: HashMap<Color, u8, Fixed>,
    by_number: BTreeMap<i16, Option<Box<HashSet<char>>>>,
    pair: (HashSet<u8>, [HashSet<u8>; 2]),
    shared: Shared<HashSet<u8>>,
}

#[test]
fn sets_and_maps_are_written_in_order_and_lists_as_they_are() {
    is_written::<Sets>(
        r#"{"words":["b","a","c","a b"],"numbers":[10,9,-1,100],"colors":["Red","Green","Blue"],
            "ordered":[10,9],"list":[3,1,2],"lists":[[2,1],[1,2]],"several":[[9,8,7,10],[3,2,1]],
            "by_name":{"b":[2,1,3],"a":[3,2,1],"c":[]},"by_color":{"Red":1,"Green":2,"Blue":3},
            "by_number":{"10":["b","a","c"],"9":null,"-1":[]},"pair":[[3,2,1],[[6,5,4],[9,8,7]]],"shared":[3,2,1]}"#,
        concat!(
            r#"{"words":["a","a b","b","c"],"numbers":[-1,9,10,100],"colors":["Blue","Green","Red"],"#,
            r#""ordered":[9,10],"list":[3,1,2],"lists":[[1,2],[2,1]],"several":[[7,8,9,10],[1,2,3]],"#,
            r#""by_name":{"a":[1,2,3],"b":[1,2,3],"c":[]},"by_color":{"Blue":3,"Green":2,"Red":1},"#,
            r#""by_number":{"-1":[],"9":null,"10":["a","b","c"]},"pair":[[1,2,3],[[4,5,6],[7,8,9]]],"shared":[1,2,3]}"#,
        ),
    );
}

/// Enums whose variants are told apart in every way, and of which only some hold sets.
#[contract]
enum External {
    List(Vec<u8>),
    Set(HashSet<u8>),
    Both { list: Vec<u8>, set: HashSet<u8> },
}

#[contract]
#[serde(tag = "kind")]
enum Internal {
    List { of: Vec<u8> },
    Set { of: HashSet<u8> },
    Map(HashMap<String, u8>),
}

#[contract]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    List(Vec<u8>),
    Set(HashSet<u8>),
}

#[contract]
#[serde(untagged)]
enum Untagged {
    // It fits as far as the set.
    Few { of: HashSet<u8>, few: bool },
    Many { of: Vec<u8> },
    Set { set: HashSet<u8> },
    Named { set: HashSet<String>, list: Vec<u8> },
    List(Vec<u8>),
}

#[test]
fn what_a_variant_holds_is_in_order_where_it_is_a_set() {
    let list = "[3,1,2]";
    is_written::<External>(&format!(r#"{{"List":{list}}}"#), r#"{"List":[3,1,2]}"#);
    is_written::<External>(&format!(r#"{{"Set":{list}}}"#), r#"{"Set":[1,2,3]}"#);
    is_written::<External>(
        &format!(r#"{{"Both":{{"list":{list},"set":{list}}}}}"#),
        r#"{"Both":{"list":[3,1,2],"set":[1,2,3]}}"#,
    );
    is_written::<Internal>(&format!(r#"{{"kind":"List","of":{list}}}"#), r#"{"kind":"List","of":[3,1,2]}"#);
    is_written::<Internal>(&format!(r#"{{"kind":"Set","of":{list}}}"#), r#"{"kind":"Set","of":[1,2,3]}"#);
    is_written::<Internal>(r#"{"kind":"Map","b":1,"a":2}"#, r#"{"a":2,"b":1,"kind":"Map"}"#);
    is_written::<Adjacent>(&format!(r#"{{"kind":"List","of":{list}}}"#), r#"{"kind":"List","of":[3,1,2]}"#);
    is_written::<Adjacent>(&format!(r#"{{"kind":"Set","of":{list}}}"#), r#"{"kind":"Set","of":[1,2,3]}"#);
    is_written::<Untagged>(&format!(r#"{{"set":{list}}}"#), r#"{"set":[1,2,3]}"#);
    is_written::<Untagged>(
        &format!(r#"{{"set":["b","a"],"list":{list}}}"#),
        r#"{"set":["a","b"],"list":[3,1,2]}"#,
    );
    is_written::<Untagged>(list, list);
    is_written::<Untagged>(r#"{"of":[3,1,2]}"#, r#"{"of":[3,1,2]}"#);
    is_written::<Untagged>(r#"{"few":true,"of":[3,1,2]}"#, r#"{"of":[1,2,3],"few":true}"#);
}

#[contract]
struct Base {
    z: u8,
    set: HashSet<u8>,
}

#[contract]
struct Flat {
    last: HashMap<String, u8>,
    #[serde(flatten)]
    base: Base,
    first: u8,
}

#[test]
fn fields_stay_in_the_order_of_their_declaration() {
    is_written::<Flat>(
        r#"{"first":1,"last":{"b":1,"a":2},"z":3,"set":[2,1]}"#,
        r#"{"last":{"a":2,"b":1},"z":3,"set":[1,2],"first":1}"#,
    );
}

/// Types that are no contracts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Labels {
    z: u8,
    of: HashMap<String, HashMap<u8, u8>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Rest {
    name: String,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

/// Of both, no more is known than that they are objects.
macro_rules! objects {
    ($($name:ident)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "object" })
            }
        }
    )*};
}

objects! { Labels Rest }

#[contract]
struct Leaves {
    labels: Labels,
    optional: Option<Rest>,
    value: Value,
}

#[test]
fn maps_in_types_that_are_no_contracts_are_written_in_order() {
    is_written::<Leaves>(
        r#"{"labels":{"z":1,"of":{"b":{"10":1,"9":2},"a":{}}},"optional":{"name":"n","z":1,"a":2,"k":3},
            "value":[{"b":[2,1],"a":null}]}"#,
        concat!(
            r#"{"labels":{"z":1,"of":{"a":{},"b":{"9":2,"10":1}}},"optional":{"a":2,"k":3,"name":"n","z":1},"#,
            r#""value":[{"a":null,"b":[2,1]}]}"#,
        ),
    );
}

#[test]
fn the_containers_of_the_standard_library_are_written_in_order() {
    is_written::<HashMap<String, HashSet<u8>>>(r#"{"b":[2,1],"a":[10,9]}"#, r#"{"a":[9,10],"b":[1,2]}"#);
    is_written::<Vec<Option<HashSet<u8>>>>("[[10,9],null,[2,1]]", "[[9,10],null,[1,2]]");
    is_written::<(HashSet<String>, Vec<String>)>(r#"[["b","a"],["b","a"]]"#, r#"[["a","b"],["b","a"]]"#);
}

/// What it is all for: without it, this would be random.
#[test]
fn serde_writes_equal_values_as_other_texts() {
    let document = r#"{"b":[9,8,7,6,5,4,3,2,1],"a":[1,2,3,4,5,6,7,8,9]}"#;
    let texts: HashSet<_> = (0..20)
        .map(|_| HashMap::<String, HashSet<u8>>::parse(document).expect("it fits"))
        .map(|value| serde_json::to_string(&value).expect("JSON"))
        .collect();
    assert!(texts.len() > 2, "{texts:?}");
}
