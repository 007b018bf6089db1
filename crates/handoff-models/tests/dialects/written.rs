//! What is sent, word by word.

use handoff::Contract;
use handoff_models::Dialect;
use serde_json::{Value, json};

use crate::contracts::{
    Chain, Comment, Fact, Keys, Leaves, Line, Mood, Person, Place, Plan, Query, Scores, Step, Triage,
};

fn schema<T: Contract>(dialect: Dialect) -> Value {
    let written = dialect.write::<T>();
    written.schema().expect("a schema").to_string().parse().expect("JSON")
}

#[test]
fn keys_stand_in_the_order_of_declaration() {
    for dialect in [Dialect::Plain, Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic] {
        let written = dialect.write::<Plan>();
        let text = written.schema().expect("a schema").to_string();
        let places = ["\"subtasks\":", "\"reasoning\":", "\"confidence\":"]
            .map(|name| text.find(name).expect("a field"));
        assert!(places.is_sorted(), "{dialect:?}: {text}");
    }
}

#[test]
fn an_optional_field_is_null_where_all_are_required_and_left_out_where_a_union_is_dear() {
    let openai = schema::<Query>(Dialect::OpenAi);
    assert_eq!(openai["required"], json!(["text", "limit", "fuzzy", "sites", "mood", "near"]));
    assert_eq!(
        openai["properties"]["limit"],
        json!({"type": ["integer", "null"], "minimum": 1, "maximum": 50, "description": "null for 10"})
    );
    let anthropic = schema::<Query>(Dialect::Anthropic);
    assert_eq!(anthropic["required"], json!(["text"]));
    assert_eq!(anthropic["properties"]["near"], json!({"$ref": "#/$defs/Address"}));
    assert_eq!(
        anthropic["properties"]["limit"],
        json!({"type": "integer", "description": "from 1 to 50, by default 10"})
    );

    let written = Dialect::OpenAi.write::<Query>();
    let sent = r#"{"text":"a","limit":null,"fuzzy":null,"sites":null,"mood":null,"near":null}"#;
    let (query, _): (Query, _) = written.read(sent.to_owned(), false).expect("a query");
    assert_eq!((query.limit, query.fuzzy, query.sites.len(), query.near.is_none()), (10, false, 0, true));
}

#[test]
fn maps_are_pairs_and_tuples_are_objects() {
    let scores = schema::<Scores>(Dialect::OpenAi);
    assert_eq!(
        scores["properties"]["by_criterion"],
        json!({
            "type": "array",
            "description": "1 to 10 entries",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": {"type": "number", "minimum": 0.0, "maximum": 1.0}},
                "required": ["key", "value"],
                "additionalProperties": false,
            },
        })
    );
    assert_eq!(scores["properties"]["by_round"]["items"]["properties"]["key"]["pattern"], "^\\d+$");
    assert_eq!(
        schema::<Scores>(Dialect::Gemini)["properties"]["by_round"]["additionalProperties"],
        json!({"type": "integer"})
    );
    let place = schema::<Place>(Dialect::Anthropic);
    assert_eq!(place["properties"]["at"]["required"], json!(["item_0", "item_1"]));
    assert_eq!(place["properties"]["maybe"]["type"], "object");
}

#[test]
fn a_key_that_is_there_twice_is_a_violation_and_no_loss() {
    let written = Dialect::OpenAi.write::<std::collections::BTreeMap<String, u8>>();
    let answer = r#"{"value":[{"key":"a","value":1},{"key":"a","value":2}]}"#;
    let read: Result<(std::collections::BTreeMap<String, u8>, _), _> = written.read(answer.to_owned(), false);
    assert!(read.unwrap_err().to_string().contains("repeated"), "it says so");
}

#[test]
fn a_reference_stands_alone_and_keeps_its_description() {
    let person = schema::<Person>(Dialect::OpenAi);
    assert_eq!(
        person["properties"]["home"],
        json!({"description": "Where they live.", "anyOf": [{"$ref": "#/$defs/Address"}]})
    );
    let triage = schema::<Triage>(Dialect::Gemini);
    assert_eq!(triage["propertyOrdering"], json!(["summary", "urgency", "customer", "confidence"]));
    assert_eq!(
        triage["properties"]["summary"]["description"],
        "One line for whoever is on duty. (1 to 120 characters)"
    );
}

#[test]
fn a_self_reference_means_the_same_in_a_wrapped_root() {
    let comment = schema::<Comment>(Dialect::OpenAi);
    assert_eq!(comment["properties"]["replies"]["items"], json!({"$ref": "#"}));
    let chain = schema::<Option<Box<Chain>>>(Dialect::OpenAi);
    assert_eq!(chain["required"], json!(["value"]));
    assert_eq!(chain["properties"]["value"]["anyOf"], json!([{"$ref": "#/$defs/Chain"}, {"type": "null"}]));
    let rule = schema::<crate::contracts::Rule>(Dialect::OpenAi);
    assert_eq!(rule["properties"]["value"], json!({"$ref": "#/$defs/root"}));
    assert_eq!(
        rule["$defs"]["root"]["anyOf"][0]["properties"]["and"]["items"],
        json!({"$ref": "#/$defs/root"})
    );
}

#[test]
fn documented_variants_without_data_are_one_enum() {
    let mood = schema::<Mood>(Dialect::OpenAi);
    assert_eq!(
        mood["properties"]["value"],
        json!({
            "type": "string",
            "description": "How it feels. (\"good\": All is well. \"bad\": All is not.)",
            "enum": ["good", "bad"],
        })
    );
}

#[test]
fn enums_in_enums_are_flattened_into_their_variants() {
    let step = schema::<Step>(Dialect::OpenAi);
    let nested = &step["properties"]["value"]["anyOf"][2]["anyOf"][0];
    assert_eq!(nested["required"], json!(["step", "inside", "left"]));
}

#[test]
fn a_map_among_lists_is_told_apart() {
    let written = Dialect::OpenAi.write::<Fact>();
    for (sent, expected) in [
        (r#"{"value":{"entries":[{"key":"a","value":1}]}}"#, json!({"a": 1})),
        (r#"{"value":["a"]}"#, json!(["a"])),
        (r#"{"value":true}"#, json!(true)),
    ] {
        let (fact, _): (Fact, _) = written.read(sent.to_owned(), false).expect(sent);
        assert_eq!(serde_json::to_value(fact).expect("JSON"), expected);
    }
}

#[test]
fn any_json_is_a_string_that_holds_it() {
    let leaves = schema::<Leaves>(Dialect::Anthropic);
    assert_eq!(leaves["properties"]["any"]["type"], "string");
    let keys = schema::<Keys>(Dialect::OpenAi);
    assert_eq!(keys["properties"]["by_mood"]["required"], json!(["Cold", "Warm"]));
}

#[test]
fn an_answer_in_a_fence_is_read_where_that_is_allowed() {
    let written = Dialect::OpenAi.write::<Vec<Line>>();
    let answer = "Here:\n```json\n{\"value\":[{\"item\":\"a\",\"quantity\":1,\"cents\":5}]}\n```";
    let (lines, left_out): (Vec<Line>, _) = written.read(answer.to_owned(), true).expect("lines");
    assert!(lines.len() == 1 && left_out.is_some());
    let strict: Result<(Vec<Line>, _), _> = written.read(answer.to_owned(), false);
    let error = strict.unwrap_err();
    assert_eq!((error.contract(), error.violations()[0].keyword), ("Vec<Line>", "syntax"));
}

#[test]
fn prose_is_no_json() {
    let written = Dialect::OpenAi.write::<String>();
    assert!(written.schema().is_none() && written.instructions().is_empty());
    let (text, _): (String, _) = written.read("As it \"is\".".to_owned(), false).expect("a text");
    assert_eq!(text, "As it \"is\".");
}
