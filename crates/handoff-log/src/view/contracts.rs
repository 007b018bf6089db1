//! The contracts of a pipeline as the page shows them: each field with its type, its checks and its documentation.

use handoff::describe::DescribedContract;
use serde_json::{Map, Value, json};

/// Returns what the page shows of `contracts`, in their order.
///
/// A contract is a list of shapes: itself, and after it what it refers to. A field is `[name, type, documentation]`.
pub(super) fn of(contracts: &[DescribedContract]) -> Vec<Value> {
    let contract = |contract: &DescribedContract| {
        let DescribedContract { id, max_tokens, schema, .. } = contract;
        let schema = schema.as_value();
        let definitions = ["$defs", "definitions"].into_iter().filter_map(|place| schema[place].as_object());
        let shapes: Vec<_> = std::iter::once(shape(&id.name, schema))
            .chain(definitions.flatten().map(|(name, schema)| shape(name, schema)))
            .collect();
        json!({ "name": id.name, "fingerprint": id.fingerprint, "max": max_tokens, "shapes": shapes })
    };
    contracts.iter().map(contract).collect()
}

fn shape(name: &str, schema: &Value) -> Value {
    let mut rows = Vec::new();
    fields("", schema, &mut rows);
    json!({ "name": name, "is": words(schema), "doc": doc(schema), "fields": rows })
}

fn doc(schema: &Value) -> Option<&str> {
    schema["description"].as_str()
}

/// Adds the fields and variants of a schema, and of what stands in it without a name of its own.
fn fields(within: &str, schema: &Value, rows: &mut Vec<Value>) {
    if let Some(properties) = schema["properties"].as_object() {
        let required: Vec<&str> = list(&schema["required"]).iter().filter_map(Value::as_str).collect();
        // They are required in the order of their declaration; the order of a map depends on the build.
        let mut names: Vec<&String> = properties.keys().collect();
        names.sort_by_key(|name| {
            (required.iter().position(|known| known == name).unwrap_or(required.len()), *name)
        });
        for name in names {
            let field = &properties[name];
            let optional = if required.contains(&name.as_str()) { "" } else { ", optional" };
            let name = format!("{within}{name}");
            rows.push(json!([name, words(field) + optional, doc(field)]));
            fields(&format!("{name}/"), field, rows);
        }
    }
    if schema["items"].is_object() {
        fields(&format!("{within}*/"), &schema["items"], rows);
    }
    for variant in alternatives(schema) {
        if let Some((name, inner)) = named(variant) {
            let is =
                if inner.is_null() || inner["properties"].is_object() { String::new() } else { words(inner) };
            let name = format!("{within}{name}");
            rows.push(json!([name, is, doc(variant).or_else(|| doc(inner))]));
            fields(&format!("{name}/"), inner, rows);
        } else {
            rows.extend(doc(variant).map(|doc| json!([within, words(variant), doc])));
            fields(within, variant, rows);
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What a schema is one of. An `Option` is no choice.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let all = ["oneOf", "anyOf"].into_iter().flat_map(|keyword| list(&schema[keyword]));
    all.filter(|schema| schema["type"] != "null")
}

/// The name of a variant, and what it has: of `"Find"`, of `{"Find": …}` and of `{"type": "Find", …}`.
fn named(variant: &Value) -> Option<(String, &Value)> {
    const NOTHING: &Value = &Value::Null;
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(name) = only(variant) {
        return Some((plain(name), NOTHING));
    }
    let properties = variant["properties"].as_object()?;
    if let Some(tag) = properties.values().find_map(only) {
        return Some((plain(tag), variant));
    }
    let mut properties = properties.iter();
    match (properties.next(), properties.next()) {
        (Some((name, inner)), None) => Some((name.clone(), inner)),
        _ => None,
    }
}

/// The only value that a schema allows.
fn only(schema: &Value) -> Option<&Value> {
    match list(&schema["enum"]) {
        [only] => Some(only),
        _ => schema.get("const"),
    }
}

/// What a value of a schema is, and its checks: `list of Step, len 1..=8`.
fn words(schema: &Value) -> String {
    let Value::Object(keywords) = schema else { return "anything".to_owned() };
    let mut words = kind(keywords);
    for check in checks(keywords) {
        words.push_str(", ");
        words.push_str(&check);
    }
    words
}

fn kind(keywords: &Map<String, Value>) -> String {
    let get = |keyword: &str| keywords.get(keyword).unwrap_or(&Value::Null);
    if let Some(target) = get("$ref").as_str() {
        return target.rsplit('/').next().unwrap_or(target).to_owned();
    }
    if let Some(constant) = keywords.get("const") {
        return constant.to_string();
    }
    let either = |schemas: &[Value], word: fn(&Value) -> String| {
        let mut words: Vec<String> = Vec::new();
        for schema in schemas {
            let word = word(schema);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(" or ")
    };
    if !list(get("enum")).is_empty() {
        return either(list(get("enum")), Value::to_string);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(Value::Array(schemas)) = keywords.get(several) {
            // Variants with fields are told apart by what they have, and stand below.
            return either(schemas, |schema| match named(schema) {
                Some(_) if only(schema).is_none() => "object".to_owned(),
                _ => words(schema),
            });
        }
    }
    let types = get("type");
    let names = if types.is_string() { std::slice::from_ref(types) } else { list(types) };
    let names = names.iter().filter_map(Value::as_str).map(|name| match name {
        "array" => match (list(get("prefixItems")), get("items")) {
            ([], items @ Value::Object(_)) => format!("list of {}", words(items)),
            ([], _) => "list".to_owned(),
            (tuple, _) => format!("({})", tuple.iter().map(words).collect::<Vec<_>>().join(", ")),
        },
        "object" => match get("additionalProperties") {
            values @ Value::Object(_) => format!("map of {}", words(values)),
            _ => "object".to_owned(),
        },
        name => match get("format").as_str() {
            Some(format) if name != "null" => format!("{name} ({format})"),
            _ => name.to_owned(),
        },
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() { "anything".to_owned() } else { names.join(" or ") }
}

/// The checks as they are written in `#[check(…)]`.
fn checks(keywords: &Map<String, Value>) -> Vec<String> {
    let number = |keyword: &str| keywords.get(keyword).filter(|value| value.is_number());
    let mut checks = Vec::new();
    let mut range = |name: &str, min: Option<&Value>, max: Option<&Value>| {
        let end = |end: Option<&Value>| end.map_or(String::new(), Value::to_string);
        match (min, max) {
            (None, None) => {}
            (min, None) => checks.push(format!("{name} {}..", end(min))),
            (min, max) => checks.push(format!("{name} {}..={}", end(min), end(max))),
        }
    };
    for kind in ["Length", "Items", "Properties"] {
        range("len", number(&format!("min{kind}")), number(&format!("max{kind}")));
    }
    if !keywords.get("format").and_then(Value::as_str).is_some_and(|format| is_implied(format, &number)) {
        range("range", number("minimum"), number("maximum"));
    }
    checks.extend(number("exclusiveMinimum").map(|min| format!("above {min}")));
    checks.extend(number("exclusiveMaximum").map(|max| format!("below {max}")));
    checks.extend(number("multipleOf").map(|step| format!("multiple of {step}")));
    checks.extend(keywords.get("pattern").map(|pattern| format!("pattern {pattern}")));
    checks.extend((keywords.get("uniqueItems") == Some(&true.into())).then(|| "unique".to_owned()));
    checks
}

/// Whether the bounds of a number are those of its type, which stands in `format`.
fn is_implied<'a>(format: &str, number: &impl Fn(&str) -> Option<&'a Value>) -> bool {
    let ends = match format {
        "int8" => [Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))],
        "int16" => [Some(i64::from(i16::MIN)), Some(i64::from(i16::MAX))],
        "uint8" => [Some(0), Some(i64::from(u8::MAX))],
        "uint16" => [Some(0), Some(i64::from(u16::MAX))],
        format if format.starts_with("uint") => [Some(0), None],
        _ => return false,
    };
    ["minimum", "maximum"].map(|end| number(end).and_then(Value::as_i64)) == ends
}

#[cfg(test)]
mod tests {
    use handoff::prelude::*;
    use serde_json::{Value, json};

    /// What is to be done.
    #[contract]
    struct Plan {
        /// One after the other.
        #[check(len(1..=8))]
        steps: Vec<Step>,
        // No documentation.
        urgent: Option<bool>,
        #[check(range(0.0..=1.0))]
        /// From nothing to all.
        share: f64,
        #[check(len(..=3), unique)]
        tags: Vec<String>,
        tries: u8,
    }

    /// A step.
    #[contract]
    struct Step {
        /// Who does it.
        by: Who,
        how: How,
        before: Option<Box<Step>>,
    }

    #[contract]
    enum Who {
        /// With hands.
        Person,
        Machine,
    }

    #[contract]
    enum How {
        /// Looks it up.
        Find {
            /// In which book.
            book: String,
        },
        Ask(Who),
    }

    #[agent]
    async fn plan(goal: String) -> Plan {
        Plan {
            steps: vec![Step { by: Who::Person, how: How::Ask(Who::Machine), before: None }],
            urgent: None,
            share: goal.parse().unwrap_or(0.5),
            tags: vec![],
            tries: 1,
        }
    }

    #[test]
    fn fields_are_told_with_their_types_checks_and_documentation() {
        let contracts = super::of(&Description::of::<plan>().contracts);
        let contract =
            |name: &str| contracts.iter().find(|contract| contract["name"] == name).expect("it is described");
        let shape = |name: &str| {
            let shapes = contract("Plan")["shapes"].as_array().expect("a list");
            let shape = shapes.iter().find(|shape| shape["name"] == name).expect("it is told");
            (shape["doc"].clone(), shape["fields"].clone())
        };
        assert_eq!(
            shape("Plan"),
            (
                "What is to be done.".into(),
                json!([
                    ["steps", "list of Step, len 1..=8", "One after the other."],
                    ["share", "number (double), range 0.0..=1.0", "From nothing to all."],
                    ["tags", "list of string, len ..=3, unique", null],
                    ["tries", "integer (uint8)", null],
                    ["urgent", "boolean or null, optional", null],
                ])
            )
        );
        assert_eq!(
            shape("Step"),
            (
                "A step.".into(),
                json!([
                    ["by", "Who", "Who does it."],
                    ["how", "How", null],
                    ["before", "Step or null, optional", null],
                ])
            )
        );
        assert_eq!(
            shape("Who"),
            (Value::Null, json!([["Machine", "", null], ["Person", "", "With hands."]]))
        );
        assert_eq!(
            shape("How"),
            (
                Value::Null,
                json!([
                    ["Find", "", "Looks it up."],
                    ["Find/book", "string", "In which book."],
                    ["Ask", "Who", null],
                ])
            )
        );
        assert_eq!(
            contract("String")["shapes"],
            json!([{ "name": "String", "is": "string", "doc": null, "fields": [] }])
        );
    }
}
