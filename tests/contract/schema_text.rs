//! `Contract::schema_json`: the schema as text, in the order of declaration.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use handoff::prelude::*;
use handoff::{Contract, Partial};
use schemars::JsonSchema;
use serde_json::Value;

/// The text says what the schema says, and these stand in it in this order.
fn expect<T: Contract>(words: &[&str]) {
    let text = T::schema_json();
    assert_eq!(&text.parse::<Value>().expect("JSON"), T::schema().as_value());
    let mut from = 0;
    for word in words {
        let at = text[from..].find(word);
        from += at.unwrap_or_else(|| panic!("{word} is not after those before it in {text}")) + word.len();
    }
}

/// The properties as they stand in a text.
fn properties(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("\"{name}\":{{")).collect()
}

fn expect_properties<T: Contract>(names: &[&str]) {
    let properties = properties(names);
    let words: Vec<&str> = properties.iter().map(String::as_str).collect();
    expect::<T>(&words);
}

/// Steps, and then an answer.
#[contract]
struct Solution {
    #[check(len(1..))]
    steps: Vec<Step>,
    #[serde(flatten)]
    source: Source,
    answer: Option<Answer>,
    #[confidence]
    confidence: f64,
    #[serde(default)]
    by_name: BTreeMap<String, Answer>,
}

#[contract]
struct Step {
    why: String,
    #[serde(rename = "do")]
    act: String,
    after: Vec<Self>,
}

#[contract]
struct Source {
    url: String,
    title: String,
}

#[contract]
#[schemars(inline)]
struct Answer {
    text: String,
    #[serde(rename = "also")]
    more: Option<(Pair, Pair)>,
}

/// It has the fields of [`Riap`] in another order.
#[contract]
#[schemars(inline)]
struct Pair {
    left: u8,
    a_right: u8,
}

#[contract]
#[schemars(inline)]
struct Riap {
    a_right: u8,
    left: u8,
}

#[contract]
struct Both {
    pair: Pair,
    a_riap: Riap,
    many: HashMap<u8, Vec<Option<Riap>>>,
}

#[test]
fn fields_stand_as_they_are_declared() {
    expect_properties::<Solution>(&["steps", "url", "title", "answer", "text", "also", "left", "a_right"]);
    expect_properties::<Solution>(&["also", "confidence", "by_name", "Step", "why", "do", "after"]);
    expect_properties::<Both>(&[
        "pair", "left", "a_right", "a_riap", "a_right", "left", "many", "a_right", "left",
    ]);
    expect_properties::<Vec<Step>>(&["why", "do", "after"]);
    expect_properties::<(Riap, BTreeMap<String, Pair>)>(&["a_right", "left", "left", "a_right"]);
    expect_properties::<Partial<Riap>>(&[
        "results", "a_right", "left", "failures", "total", "task", "label", "agent", "kind", "message",
    ]);
}

#[contract]
#[serde(tag = "type")]
enum Internal {
    Text { body: String },
    Image { alt: String, url: String },
    Held(Solution),
    Inner(Adjacent),
    Nothing,
}

#[contract]
#[serde(tag = "kind", content = "a_content")]
enum Adjacent {
    Pair(Pair),
    Fields { z: u8, a: u8 },
}

#[contract]
enum External {
    Nothing,
    Zed {
        z: u8,
        a: u8,
    },
    All(Pair, Riap),
    /// A documented one.
    Alone,
    Ape(Box<Pair>),
}

#[contract]
#[serde(untagged)]
enum Untagged {
    Zed { z: u8, a: u8 },
    Pair(Pair),
    Number(u8),
}

#[contract]
struct Optional {
    untagged: Option<Untagged>,
    internal: Box<Internal>,
}

#[test]
fn the_tag_comes_first() {
    let of_internal = ["type", "body", "type", "alt", "url", "type", "steps", "url", "title", "answer"];
    expect_properties::<Internal>(&of_internal);
    expect_properties::<Internal>(&["type", "confidence", "by_name", "kind", "a_content", "left", "a_right"]);
    expect_properties::<Adjacent>(&["kind", "a_content", "left", "a_right", "kind", "a_content", "z", "a"]);
    expect_properties::<External>(&["Zed", "z", "a", "All", "Ape"]);
    expect_properties::<External>(&["Ape", "left", "a_right"]);
    expect::<External>(&[
        "\"Nothing\"",
        "\"All\"",
        "\"left\"",
        "\"a_right\"",
        "\"a_right\"",
        "\"left\"",
        "Alone",
    ]);
    expect_properties::<Untagged>(&["z", "a", "left", "a_right"]);
    expect_properties::<Optional>(&["untagged", "internal", "Untagged", "z", "a", "left", "a_right"]);
    expect_properties::<Option<Untagged>>(&["z", "a", "left", "a_right"]);
}

/// Described by the user's derive.
#[contract]
#[derive(JsonSchema)]
struct Derived {
    zed: Solution,
    #[check(len(1..))]
    ape: Vec<Riap>,
}

#[contract]
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum DerivedEnum {
    Zed { zed: u8, ape: u8 },
    Pair(Pair),
}

fn turn(schema: &mut schemars::Schema) {
    schema.insert("a_keyword".to_owned(), serde_json::json!({"z": 1, "a": [{"d": 1, "c": 1}]}));
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut).expect("an object");
    properties.insert("an_entry_more".to_owned(), serde_json::json!({"type": "string"}));
}

/// A title, and more.
#[contract(open)]
#[schemars(transform = turn, extend("x-order" = ["b", "a"]))]
struct Transformed {
    /// A doc comment.
    #[schemars(example = 3u8)]
    zed: u8,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, u8>")]
    ape: BTreeSet<u8>,
}

#[test]
fn what_the_user_adds_is_kept() {
    expect_properties::<Derived>(&[
        "zed", "ape", "a_right", "left", "Solution", "steps", "url", "title", "answer",
    ]);
    expect_properties::<DerivedEnum>(&["type", "zed", "ape", "type", "left", "a_right"]);
    expect::<Transformed>(&["\"zed\":{", "\"ape\":{", "\"an_entry_more\":{"]);
    expect::<Transformed>(&["a_keyword\":{\"a\":[{\"c\":1,\"d\":1}],\"z\":1}", "\"x-order\":[\"b\",\"a\"]"]);
}

#[test]
fn keywords_stand_in_one_order() {
    expect::<Solution>(&[
        "{\"$schema\"",
        "\"type\"",
        "\"title\"",
        "\"description\"",
        "\"properties\"",
        "\"required\"",
        "\"additionalProperties\"",
        "\"$defs\"",
    ]);
    assert!(Solution::schema_json().ends_with("}}}"));
    assert_eq!(
        <Vec<u8>>::schema_json(),
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","title":"Array_of_uint8","items":{"type":"integer","format":"uint8","minimum":0,"maximum":255}}"#
    );
}
