//! Options of options: what is left out is one thing, and what is `null` is another.

#![allow(clippy::option_option, reason = "it is what is tested")]

use std::fmt::Debug;

use handoff::{Contract, contract};
use serde_json::json;

#[contract]
#[derive(PartialEq)]
struct Inner {
    #[check(len(1..))]
    text: String,
}

#[contract]
#[derive(PartialEq)]
struct Patch {
    #[check(len(..=5))]
    title: Option<Option<String>>,
    inner: Option<Option<Inner>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<Option<Vec<u8>>>,
}

#[contract]
#[derive(PartialEq)]
struct Around {
    number: u8,
    #[serde(flatten)]
    patch: Patch,
}

#[contract]
#[derive(PartialEq)]
enum Change {
    Set { size: Option<Option<u8>> },
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind")]
enum Tagged {
    Set { size: Option<Option<u8>> },
    Patch(Patch),
}

#[contract]
#[derive(PartialEq)]
#[serde(untagged)]
enum Untagged {
    Set { size: Option<Option<Inner>> },
}

/// The default of the whole has it `null`: what is left out is `None` all the same.
#[contract]
#[derive(PartialEq)]
#[serde(default)]
struct Defaulted {
    number: u8,
    size: Option<Option<u8>>,
}

impl Default for Defaulted {
    fn default() -> Self {
        Self { number: 7, size: Some(None) }
    }
}

fn comes_back<T: Contract + PartialEq + Debug>(value: &T, json: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(T::parse(json).as_ref(), Ok(value), "{json}");
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), value, "{json}");
    assert!(jsonschema::is_valid(T::schema().as_value(), &serde_json::from_str(json).unwrap()), "{json}");
}

#[test]
fn options_of_options_come_back_as_they_are() {
    let nothing = Patch { title: None, inner: None, list: None };
    let null = Patch { title: Some(None), inner: Some(None), list: Some(None) };
    let inner = Inner { text: "a".to_owned() };
    let full = Patch {
        title: Some(Some("b".to_owned())),
        inner: Some(Some(inner.clone())),
        list: Some(Some(vec![1])),
    };
    comes_back(&nothing, "{}");
    comes_back(&null, r#"{"title":null,"inner":null,"list":null}"#);
    comes_back(&full, r#"{"title":"b","inner":{"text":"a"},"list":[1]}"#);
    comes_back(&Around { number: 1, patch: nothing.clone() }, r#"{"number":1}"#);
    comes_back(
        &Around { number: 1, patch: null.clone() },
        r#"{"number":1,"title":null,"inner":null,"list":null}"#,
    );
    comes_back(&Tagged::Patch(nothing), r#"{"kind":"Patch"}"#);
    comes_back(&Tagged::Patch(null), r#"{"kind":"Patch","title":null,"inner":null,"list":null}"#);
    for (size, tagged, plain) in [
        (None, r#"{"kind":"Set"}"#, r#"{"Set":{}}"#),
        (Some(None), r#"{"kind":"Set","size":null}"#, r#"{"Set":{"size":null}}"#),
        (Some(Some(3)), r#"{"kind":"Set","size":3}"#, r#"{"Set":{"size":3}}"#),
    ] {
        comes_back(&Tagged::Set { size }, tagged);
        comes_back(&Change::Set { size }, plain);
    }
    comes_back(&Untagged::Set { size: None }, "{}");
    comes_back(&Untagged::Set { size: Some(None) }, r#"{"size":null}"#);
    comes_back(&Untagged::Set { size: Some(Some(inner)) }, r#"{"size":{"text":"a"}}"#);
    comes_back(&Defaulted { number: 1, size: None }, r#"{"number":1}"#);
    comes_back(&Defaulted { number: 1, size: Some(None) }, r#"{"number":1,"size":null}"#);
}

#[test]
fn what_is_there_is_held_to_its_contract() {
    let violation = Patch::parse(r#"{"title":"too long","inner":{"text":""},"list":[-1]}"#).unwrap_err();
    assert_eq!(crate::pointers(&violation), ["/title", "/inner/text", "/list/0"]);
    assert_eq!(Patch::schema().as_value()["required"], json!(null));
}
