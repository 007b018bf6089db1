//! What a schema means, without how it is written: the form that is fingerprinted.

use hmac_sha256::Hash;
use schemars::Schema;
use serde_json::{Map, Value};

use crate::contract::schema::fingerprint::Fingerprint;
use crate::contract::schema::jcs::written;

/// Keywords that say nothing about which values are valid.
const ANNOTATIONS: [&str; 10] = [
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "$comment",
    "$schema",
    "$id",
    "$defs",
    "definitions",
];

/// Keywords that hold one schema.
pub(super) const SCHEMA: [&str; 11] = [
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
];

/// Keywords that hold a list of schemas; `oneOf` is one more, whose order does not count.
pub(super) const SCHEMAS: [&str; 3] = ["allOf", "anyOf", "prefixItems"];

/// Keywords that hold schemas by name.
pub(super) const NAMED_SCHEMAS: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// Keywords that hold schemas for others to refer to.
pub(super) const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// The largest integer up to which every integer is a double, as RFC 8785 needs it.
const LARGEST_EXACT: u64 = 1 << 53;

#[inline]
pub(crate) fn fingerprint(schema: &Schema) -> Fingerprint {
    let root = schema.as_value();
    let mut named = vec![("#".to_owned(), root)];
    for place in DEFINITIONS {
        if let Some(Value::Object(definitions)) = root.get(place) {
            named.extend(definitions.iter().map(|(name, schema)| (format!("#/{place}/{name}"), schema)));
        }
    }
    // A reference stands for what it refers to, whatever that is called: each round replaces the references by the
    // digests of the round before. After as many rounds as there are names, two names have the same digest exactly
    // when no path of references tells them apart, cycles included.
    let mut digests = Map::new();
    for (name, _) in &named {
        digests.insert(name.clone(), Value::String(String::new()));
    }
    for _ in 0..=named.len() {
        let before = digests.clone();
        for (name, schema) in &named {
            digests.insert(name.clone(), Value::String(hex(&digest(schema, &before))));
        }
    }
    Fingerprint::new(digest(root, &digests))
}

#[inline]
fn digest(schema: &Value, digests: &Map<String, Value>) -> [u8; 32] {
    Hash::hash(written(&normal(schema, Form::Digested(digests))).as_bytes())
}

/// The same, to be read: what is referred to stands beside it under its name, and integers are exact.
#[inline]
pub(crate) fn meaning(schema: &Schema) -> Schema {
    readable(schema, Form::Meaning)
}

/// The meaning with its documentation, which no fingerprint has.
#[inline]
pub(crate) fn documented(schema: &Schema) -> Schema {
    readable(schema, Form::Documented)
}

/// What a schema is put into one order for.
#[derive(Clone, Copy)]
enum Form<'a> {
    /// To be digested, with the digests of what is referred to.
    Digested(&'a Map<String, Value>),
    /// To be read.
    Meaning,
    /// To be read by people, too.
    Documented,
}

#[inline]
fn readable(schema: &Schema, form: Form<'_>) -> Schema {
    let mut readable = normal(schema.as_value(), form);
    for place in DEFINITIONS {
        if let (Value::Object(readable), Some(definitions @ Value::Object(_))) =
            (&mut readable, schema.as_value().get(place))
        {
            readable.insert(place.to_owned(), with_each(definitions, &|schema| normal(schema, form)));
        }
    }
    // What is normal of a schema is one, an object or a `bool`.
    Schema::try_from(readable).unwrap_or_default()
}

#[inline]
fn hex(digest: &[u8; 32]) -> String {
    Fingerprint::new(*digest).to_string()
}

/// A schema without what does not count, in one order.
#[inline]
fn normal(schema: &Value, form: Form<'_>) -> Value {
    let plain = |value: &Value| match form {
        Form::Digested(_) => plain(value),
        Form::Meaning | Form::Documented => value.clone(),
    };
    let is_shown = |keyword: &str| matches!(form, Form::Documented) && keyword == "description";
    let normal = |schema: &Value| normal(schema, form);
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut result = Map::new();
    for (keyword, value) in keywords {
        let key = keyword.as_str();
        if ANNOTATIONS.contains(&key) && !is_shown(key) {
            continue;
        }
        let value = match value {
            Value::String(target) if key == "$ref" => match form {
                Form::Digested(digests) => digests.get(target).unwrap_or(value).clone(),
                Form::Meaning | Form::Documented => value.clone(),
            },
            value if SCHEMA.contains(&key) => normal(value),
            Value::Array(schemas) if key == "oneOf" => one_of(each(schemas, &normal), form),
            Value::Array(_) if SCHEMAS.contains(&key) => with_each(value, &normal),
            Value::Object(_) if NAMED_SCHEMAS.contains(&key) => with_each(value, &normal),
            Value::Array(values) if matches!(key, "required" | "enum" | "type") => {
                Value::Array(sorted_set(each(values, &plain)))
            }
            value => plain(value),
        };
        if key == "const" {
            result.insert("enum".to_owned(), Value::Array(vec![value]));
        } else if !(key == "required" && value == Value::Array(Vec::new())) {
            result.insert(keyword.clone(), value);
        }
    }
    // A choice of one is that one.
    if let Some(Value::Array(schemas)) = result.get("oneOf")
        && let [Value::Object(only)] = schemas.as_slice()
    {
        let only = only.clone();
        if !only.keys().any(|keyword| result.contains_key(keyword)) {
            result.remove("oneOf");
            result.extend(only);
        }
    }
    Value::Object(result)
}

/// Choices in one order, and the strings among them as one choice: a comment on a unit variant sets it apart from its
/// siblings, and stays there where it is shown.
#[inline]
fn one_of(schemas: Vec<Value>, form: Form<'_>) -> Value {
    let mut strings = Vec::new();
    let mut rest = Vec::new();
    for mut schema in schemas {
        match &mut schema {
            Value::Object(keywords)
                if keywords.len() == 2
                    && keywords.contains_key("enum")
                    && keywords.get("type").and_then(Value::as_str) == Some("string") =>
            {
                if let Some(Value::Array(values)) = keywords.get_mut("enum") {
                    strings.append(values);
                }
            }
            _ => rest.push(schema),
        }
    }
    if !strings.is_empty() {
        rest.push(serde_json::json!({ "type": "string", "enum": sorted_set(strings) }));
    }
    Value::Array(match form {
        Form::Digested(_) | Form::Meaning => sorted(rest),
        Form::Documented => {
            // What a comment says moves nothing.
            rest.sort_by_cached_key(|schema| written(&normal(schema, Form::Meaning)));
            rest
        }
    })
}

#[inline]
fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_cached_key(written);
    values
}

#[inline]
fn sorted_set(values: Vec<Value>) -> Vec<Value> {
    let mut values = sorted(values);
    values.dedup();
    values
}

/// Data, with the integers that a double cannot hold as text.
#[inline]
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            let large = number.as_u64().is_some_and(|integer| integer > LARGEST_EXACT)
                || number.as_i64().is_some_and(|integer| integer.unsigned_abs() > LARGEST_EXACT);
            if large { Value::String(number.to_string()) } else { value.clone() }
        }
        _ => with_each(value, &plain),
    }
}

/// A list or an object with what `made` makes of each value in it.
#[inline]
fn with_each(value: &Value, made: &dyn Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(values) => Value::Array(each(values, made)),
        Value::Object(values) => {
            let mut result = Map::new();
            for (key, value) in values {
                result.insert(key.clone(), made(value));
            }
            Value::Object(result)
        }
        _ => value.clone(),
    }
}

#[inline]
fn each(values: &[Value], made: &dyn Fn(&Value) -> Value) -> Vec<Value> {
    values.iter().map(made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::json_schema;

    #[test]
    fn what_means_the_same_has_the_same_fingerprint() {
        let one = json_schema!({
            "title": "A", "type": "object", "required": ["x", "title"],
            "properties": { "x": { "$ref": "#/$defs/X", "description": "?" }, "title": { "type": ["null", "string"] } },
            "$defs": { "X": { "oneOf": [{ "type": "string", "enum": ["a"] }, { "type": "string", "const": "b" }] } },
        });
        let two = json_schema!({
            "type": "object", "required": ["title", "x"],
            "properties": { "title": { "type": ["string", "null"], "default": null }, "x": { "$ref": "#/$defs/Y" } },
            "$defs": { "Y": { "type": "string", "enum": ["b", "a"], "title": "Y" } },
        });
        assert_eq!(fingerprint(&one), fingerprint(&two));
    }

    #[test]
    fn what_means_something_else_has_another() {
        let base = json_schema!({ "type": "object", "properties": { "title": { "type": "string", "maxLength": 3 } } });
        for other in [
            json_schema!({ "type": "object", "properties": { "title": { "type": "string", "maxLength": 4 } } }),
            json_schema!({ "type": "object", "properties": { "titel": { "type": "string", "maxLength": 3 } } }),
            json_schema!({ "type": "object", "properties": {} }),
            json_schema!({ "type": "object", "properties": { "title": { "type": "string", "maxLength": 3 } }, "required": ["title"] }),
        ] {
            assert_ne!(fingerprint(&base), fingerprint(&other));
        }
        let order =
            |items: [&str; 2]| json_schema!({ "prefixItems": [{ "type": items[0] }, { "type": items[1] }] });
        assert_ne!(fingerprint(&order(["string", "null"])), fingerprint(&order(["null", "string"])));
    }

    #[test]
    fn the_meaning_is_a_schema_that_means_the_same() {
        let schema = json_schema!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A", "type": "object",
            "required": ["b", "a"], "description": "?",
            "properties": {
                "b": { "$ref": "#/$defs/B", "description": "?" },
                "a": { "type": "integer", "maximum": u64::MAX },
            },
            "$defs": { "B": { "title": "B", "type": ["string", "null"] } },
        });
        let expected = json_schema!({
            "type": "object", "required": ["a", "b"],
            "properties": { "b": { "$ref": "#/$defs/B" }, "a": { "type": "integer", "maximum": u64::MAX } },
            "$defs": { "B": { "type": ["null", "string"] } },
        });
        assert_eq!(meaning(&schema), expected);
        assert_eq!(meaning(&expected), expected);
        assert_eq!(fingerprint(&meaning(&schema)), fingerprint(&schema));
    }

    #[test]
    fn documentation_is_in_no_fingerprint_and_moves_nothing() {
        let schema = |doc: &str| {
            json_schema!({
                "description": doc, "type": "object", "title": "A",
                "properties": {
                    "description": { "type": "string", "default": "?" },
                    "kind": { "oneOf": [
                        { "type": "string", "const": "b", "description": doc },
                        { "type": "string", "enum": ["c", "d"] },
                        { "type": "string", "const": "a", "description": "m" },
                    ] },
                },
            })
        };
        let expected = |doc: &str| {
            json_schema!({
                "description": doc, "type": "object",
                "properties": {
                    "description": { "type": "string" },
                    "kind": { "oneOf": [
                        { "type": "string", "enum": ["a"], "description": "m" },
                        { "type": "string", "enum": ["b"], "description": doc },
                        { "type": "string", "enum": ["c", "d"] },
                    ] },
                },
            })
        };
        for doc in ["a", "z"] {
            assert_eq!(documented(&schema(doc)), expected(doc));
            assert_eq!(documented(&expected(doc)), expected(doc));
            assert_eq!(meaning(&expected(doc)), meaning(&schema("a")));
            assert_eq!(fingerprint(&expected(doc)), fingerprint(&meaning(&schema("a"))));
        }
    }

    #[test]
    fn cycles_end_and_still_count() {
        let cycle = |leaf: &str| {
            json_schema!({
                "$ref": "#/$defs/A",
                "$defs": {
                    "A": { "properties": { "b": { "$ref": "#/$defs/B" } } },
                    "B": { "properties": { "a": { "$ref": "#/$defs/A" }, "leaf": { "type": leaf } } },
                },
            })
        };
        assert_eq!(fingerprint(&cycle("string")), fingerprint(&cycle("string")));
        assert_ne!(fingerprint(&cycle("string")), fingerprint(&cycle("number")));
    }
}
