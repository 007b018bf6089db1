//! Derives of the user's own stand beside those of the macro.
#![deny(warnings)]

use handoff::__private::{schemars, serde};
use handoff::prelude::*;

#[contract]
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Own {
    #[check(len(1..))]
    some_text: String,
}

#[contract]
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Half {
    Number(u8),
    Text(String),
}

#[contract]
#[derive(schemars::JsonSchema)]
struct Schema {
    /// Described.
    #[check(range(0.5..))]
    #[schemars(title = "A number", example = 0.75)]
    number: f64,
}

#[test]
fn it_runs() {
    assert!(Own::parse(r#"{"someText":"a"}"#).is_ok_and(|own| own.some_text == "a"));
    assert!(Own::parse(r#"{"someText":""}"#).is_err());
    assert!(matches!(Half::parse("1"), Ok(Half::Number(1))));
    assert!(matches!(Half::parse("\"a\""), Ok(Half::Text(_))));
    let schema = Schema::schema().as_value();
    assert_eq!(schema["properties"]["number"]["minimum"], 0.5);
    assert_eq!(schema["properties"]["number"]["description"], "Described.");
    assert!(Schema::parse(r#"{"number":0.25}"#).map(|schema| schema.number).is_err());
}
