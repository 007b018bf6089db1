//! The providers' published rules, as a checker: what their servers answer with 400 for.

use std::collections::BTreeSet;

use handoff::Contract;
use handoff_models::Dialect;
use serde_json::Value;

use crate::for_each_contract;

/// What is wrong with a schema, a line each.
type Rules = fn(&Value) -> Vec<String>;

fn obeys<T: Contract>(dialect: Dialect, rules: Rules) {
    let written = dialect.write::<T>();
    let Some(schema) = written.schema() else { return };
    let schema: Value = schema.to_string().parse().expect("a schema is JSON");
    let wrong = rules(&schema);
    assert!(wrong.is_empty(), "{} in {dialect:?}: {wrong:#?}\n{schema}", T::name());
}

/// Every schema in a schema, with where it stands.
fn nodes<'a>(schema: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    found.push((at.to_owned(), schema));
    for keyword in ["properties", "$defs", "patternProperties"] {
        for (name, part) in schema.get(keyword).and_then(Value::as_object).into_iter().flatten() {
            nodes(part, &format!("{at}/{keyword}/{name}"), found);
        }
    }
    for keyword in ["items", "additionalProperties", "propertyNames", "not"] {
        if let Some(part) = schema.get(keyword).filter(|part| part.is_object()) {
            nodes(part, &format!("{at}/{keyword}"), found);
        }
    }
    for keyword in ["anyOf", "oneOf", "allOf", "prefixItems"] {
        for (place, part) in schema.get(keyword).and_then(Value::as_array).into_iter().flatten().enumerate() {
            nodes(part, &format!("{at}/{keyword}/{place}"), found);
        }
    }
}

fn all_nodes(schema: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    nodes(schema, "", &mut found);
    found
}

fn names(schema: &Value) -> BTreeSet<&str> {
    schema.as_object().into_iter().flatten().map(|(keyword, _)| keyword.as_str()).collect()
}

fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|name| name == kind),
        name => name == kind,
    }
}

/// The references of a schema all lead somewhere, and to no schema that stands around them.
fn references(schema: &Value, recursion: bool, wrong: &mut Vec<String>) {
    fn follow<'a>(
        node: &'a Value,
        root: &'a Value,
        path: &mut Vec<&'a str>,
        recursion: bool,
        wrong: &mut Vec<String>,
    ) {
        match node {
            Value::Object(keywords) => {
                if let Some(target) = keywords.get("$ref").and_then(Value::as_str) {
                    if path.contains(&target) {
                        if !recursion {
                            wrong.push(format!("{target} leads back to itself"));
                        }
                        return;
                    }
                    let Some(found) = root.pointer(target.trim_start_matches('#')) else {
                        return wrong.push(format!("{target} leads nowhere"));
                    };
                    path.push(target);
                    follow(found, root, path, recursion, wrong);
                    path.pop();
                }
                for (_, part) in keywords.iter().filter(|(keyword, _)| *keyword != "$defs") {
                    follow(part, root, path, recursion, wrong);
                }
            }
            Value::Array(parts) => parts.iter().for_each(|part| follow(part, root, path, recursion, wrong)),
            _ => {}
        }
    }
    follow(schema, schema, &mut vec!["#"], recursion, wrong);
}

const OPENAI: &[&str] = &[
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "enum",
    "const",
    "$ref",
    "$defs",
    "description",
    "pattern",
    "format",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
];
const OPENAI_FORMATS: &[&str] =
    &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

fn openai(schema: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if schema["type"] != "object" {
        wrong.push("the root is no object".to_owned());
    }
    for (at, node) in all_nodes(schema) {
        let keywords = names(node);
        wrong.extend(
            keywords
                .iter()
                .filter(|keyword| !OPENAI.contains(keyword))
                .map(|keyword| format!("{at}: {keyword}")),
        );
        if keywords.contains("$ref") && keywords.len() > 1 {
            wrong.push(format!("{at}: siblings of $ref"));
        }
        if !["type", "anyOf", "$ref"].iter().any(|keyword| keywords.contains(keyword)) {
            wrong.push(format!("{at}: no type"));
        }
        if is(node, "object") {
            let required =
                node["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if node["additionalProperties"] != false || names(&node["properties"]) != required {
                wrong.push(format!("{at}: an open object"));
            }
        }
        if is(node, "array") && !keywords.contains("items") {
            wrong.push(format!("{at}: a list of anything"));
        }
        if node.get("format").is_some_and(|format| !OPENAI_FORMATS.iter().any(|known| format == known)) {
            wrong.push(format!("{at}: the format {}", node["format"]));
        }
    }
    references(schema, true, &mut wrong);
    wrong
}

const GEMINI: &[&str] = &[
    "$id",
    "$defs",
    "$ref",
    "$anchor",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
];

fn gemini(schema: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, node) in all_nodes(schema) {
        let keywords = names(node);
        wrong.extend(
            keywords
                .iter()
                .filter(|keyword| !GEMINI.contains(keyword))
                .map(|keyword| format!("{at}: {keyword}")),
        );
        if keywords.contains("$ref") && keywords.iter().any(|keyword| !keyword.starts_with('$')) {
            wrong.push(format!("{at}: siblings of $ref"));
        }
        let values = node["enum"].as_array().into_iter().flatten();
        if values.into_iter().any(|value| !value.is_string() && !value.is_number()) {
            wrong.push(format!("{at}: an enum of neither strings nor numbers"));
        }
    }
    references(schema, false, &mut wrong);
    wrong
}

const ANTHROPIC: &[&str] = &[
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "enum",
    "const",
    "$ref",
    "$defs",
    "description",
    "default",
    "format",
    "minItems",
    "title",
];
const ANTHROPIC_FORMATS: &[&str] =
    &["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

fn anthropic(schema: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut optional, mut unions) = (0, 0);
    for (at, node) in all_nodes(schema) {
        let keywords = names(node);
        wrong.extend(
            keywords
                .iter()
                .filter(|keyword| !ANTHROPIC.contains(keyword))
                .map(|keyword| format!("{at}: {keyword}")),
        );
        if keywords.contains("$ref") && keywords.len() > 1 {
            wrong.push(format!("{at}: siblings of $ref"));
        }
        if is(node, "object") && node["additionalProperties"] != false {
            wrong.push(format!("{at}: an open object"));
        }
        if node["minItems"].as_u64() > Some(1) {
            wrong.push(format!("{at}: minItems {}", node["minItems"]));
        }
        if let Some(format) = node.get("format")
            && (!is(node, "string") || !ANTHROPIC_FORMATS.iter().any(|known| format == known))
        {
            wrong.push(format!("{at}: the format {format}"));
        }
        optional += names(&node["properties"]).len() - node["required"].as_array().map_or(0, Vec::len);
        unions += usize::from(keywords.contains("anyOf") || node["type"].is_array());
    }
    if optional > 24 || unions > 16 {
        wrong.push(format!("{optional} optional properties and {unions} unions"));
    }
    references(schema, false, &mut wrong);
    wrong
}

fn by_all<T: Contract>() {
    obeys::<T>(Dialect::OpenAi, openai);
    obeys::<T>(Dialect::Gemini, gemini);
    obeys::<T>(Dialect::Anthropic, anthropic);
}

/// Contracts that each provider takes as they are, in its dialect of the same name.
fn refused<T: Contract>() {
    let schema: Value = T::schema_json().parse().expect("a schema is JSON");
    assert!([openai, gemini, anthropic].iter().any(|rules| !rules(&schema).is_empty()), "{}", T::name());
}

#[test]
fn every_schema_obeys_the_rules_of_its_provider() {
    for_each_contract!(by_all);
}

#[test]
fn the_checker_finds_what_the_providers_refuse() {
    for_each_contract!(refused);
}

#[test]
fn what_a_provider_cannot_hold_goes_into_the_prompt() {
    use crate::contracts::{Comment, Policy, Wide};

    for (dialect, written) in [
        (Dialect::Gemini, Dialect::Gemini.write::<Comment>()),
        (Dialect::Anthropic, Dialect::Anthropic.write::<Policy>()),
        (Dialect::Anthropic, Dialect::Anthropic.write::<Wide>()),
    ] {
        assert!(written.schema().is_none(), "{dialect:?}");
        assert!(written.instructions().contains("JSON Schema"), "{dialect:?}");
    }
    for written in [Dialect::OpenAi.write::<Comment>(), Dialect::OpenAi.write::<Wide>()] {
        assert!(written.schema().is_some());
        assert_eq!(written.instructions(), "");
    }
}
