//! The keywords of a schema that stand for themselves, as rules.

use serde_json::{Map, Value};

use crate::contract::diff::bounds::{Amount, End, Range, implied};
use crate::contract::diff::names::Names;
use crate::contract::diff::shape::{Kind, Lists, Numbers, Objects, Rest, Rules, Shape};

/// Keywords that say nothing about which values are valid, or that hold schemas for others to refer to.
const SILENT: [&str; 12] = [
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "$schema",
    "$id",
    "$defs",
    "definitions",
];

/// Keywords that are always read here; others are as the case may be, and if not, they are compared as they stand.
const READ: [&str; 22] = [
    "type",
    "enum",
    "const",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "prefixItems",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
];

/// What the keywords say that stand for themselves.
#[inline]
pub(crate) fn base(keywords: &Map<String, Value>) -> Shape<'_> {
    let mut shape = Shape::anything();
    let names: Vec<&str> = match keywords.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if keywords.contains_key("type") {
        let allows = |kind| match kind {
            Kind::Null => names.contains(&"null"),
            Kind::Bool => names.contains(&"boolean"),
            Kind::Number => names.contains(&"number") || names.contains(&"integer"),
            Kind::Text => names.contains(&"string"),
            Kind::List => names.contains(&"array"),
            Kind::Object => names.contains(&"object"),
        };
        shape.forms.retain(|form| allows(form.kind()));
    }
    for form in &mut shape.forms {
        match &mut form.rules {
            Rules::Null | Rules::Bool => {}
            Rules::Number(rules) => {
                rules.integer = names.contains(&"integer") && !names.contains(&"number");
                numbers(keywords, rules);
            }
            Rules::Text(rules) => {
                rules.len = length(keywords, "minLength", "maxLength");
                rules.patterns = text(keywords, "pattern");
                if names.contains(&"string") {
                    rules.formats = text(keywords, "format");
                }
            }
            Rules::List(rules) => lists(keywords, rules),
            Rules::Object(rules) => objects(keywords, rules),
        }
    }
    let pattern_is_read = |value: &Value| {
        value.as_object().is_some_and(|patterns| patterns.len() == 1)
            && keywords.get("additionalProperties") == Some(&Value::Bool(false))
    };
    for (keyword, value) in keywords {
        let read = match keyword.as_str() {
            // What they say is added to this.
            "$ref" | "allOf" | "anyOf" | "oneOf" => continue,
            "unevaluatedProperties" if *value == Value::Bool(false) => continue,
            "patternProperties" => pattern_is_read(value),
            keyword if SILENT.contains(&keyword) => continue,
            keyword => READ.contains(&keyword),
        };
        shape.any = false;
        if !read {
            shape.note(keyword, value);
        }
    }
    let spelt_out: Option<Vec<&Value>> = match (keywords.get("enum"), keywords.get("const")) {
        (Some(Value::Array(values)), _) => Some(values.iter().collect()),
        (_, Some(value)) => Some(vec![value]),
        _ => None,
    };
    if let Some(values) = spelt_out {
        let forms = std::mem::take(&mut shape.forms);
        for value in values {
            let Some(form) = forms.iter().find(|form| form.holds(value) != Some(false)) else { continue };
            if value.is_null() {
                shape.forms.push(form.clone());
            } else {
                shape.literals.push(value);
            }
        }
    }
    shape
}

#[inline]
fn text<'a>(keywords: &'a Map<String, Value>, keyword: &str) -> Names<'a> {
    Names::of(keywords.get(keyword).and_then(Value::as_str).into_iter().collect())
}

#[inline]
fn length(keywords: &Map<String, Value>, min: &str, max: &str) -> Range {
    Range::of_length(
        keywords.get(min).and_then(Value::as_u64).unwrap_or(0),
        keywords.get(max).and_then(Value::as_u64),
    )
}

#[inline]
fn numbers<'a>(keywords: &'a Map<String, Value>, rules: &mut Numbers<'a>) {
    let end = |keyword: &str, included| match keywords.get(keyword) {
        Some(Value::Number(number)) => Some(End { at: Amount::of(number), included }),
        _ => None,
    };
    let named = Range { min: end("minimum", true), max: end("maximum", true) };
    let exclusive = Range { min: end("exclusiveMinimum", false), max: end("exclusiveMaximum", false) };
    rules.format = keywords.get("format").and_then(Value::as_str);
    rules.range = named.and(exclusive).and(implied(rules.format));
    if rules.integer {
        rules.range = rules.range.of_integers();
    }
    if let Some(Value::Number(step)) = keywords.get("multipleOf") {
        rules.steps.push(Amount::of(step));
    }
}

#[inline]
fn lists<'a>(keywords: &'a Map<String, Value>, rules: &mut Lists<'a>) {
    rules.len = length(keywords, "minItems", "maxItems");
    rules.unique = keywords.get("uniqueItems") == Some(&Value::Bool(true));
    if let Some(Value::Array(schemas)) = keywords.get("prefixItems") {
        rules.prefix.extend(schemas.iter().map(|schema| vec![schema]));
    }
    match keywords.get("items") {
        Some(Value::Bool(false)) => {
            rules.len = rules.len.and(Range::of_length(0, u64::try_from(rules.prefix.len()).ok()));
        }
        Some(items) => rules.items.push(items),
        None => {}
    }
}

#[inline]
fn objects<'a>(keywords: &'a Map<String, Value>, rules: &mut Objects<'a>) {
    rules.len = length(keywords, "minProperties", "maxProperties");
    if let Some(Value::Object(fields)) = keywords.get("properties") {
        // They come in their order: see `Schemas`.
        rules.fields.extend(fields.iter().map(|(name, schema)| (name.as_str(), vec![schema])));
    }
    if let Some(Value::Array(required)) = keywords.get("required") {
        rules.required = Names::of(required.iter().filter_map(Value::as_str).collect());
    }
    let keyed = match keywords.get("patternProperties") {
        Some(Value::Object(patterns)) if patterns.len() == 1 => patterns.iter().next(),
        _ => None,
    };
    rules.rest = match (keywords.get("additionalProperties"), keyed) {
        (Some(Value::Bool(false)), Some((pattern, schema))) => Rest::Keyed(pattern, vec![schema]),
        (Some(Value::Bool(false)), None) => Rest::Closed,
        (None | Some(Value::Bool(true)), _) => Rest::Open,
        (Some(schema), _) => Rest::Entries(vec![schema]),
    };
}
