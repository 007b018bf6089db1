//! A schema as text, in an order that a reader of it can rely on: who writes an object by a schema writes it in the order
//! of its `properties`.

use serde_json::{Map, Value};

use crate::contract::layout::Orders;
use crate::contract::schema::canonical::{DEFINITIONS, NAMED_SCHEMAS, SCHEMA, SCHEMAS};

/// Keywords in the order in which they are written. Others follow in the order of the alphabet, and definitions at the
/// end.
const KEYWORDS: [&str; 30] = [
    "$schema",
    "$id",
    "$ref",
    "type",
    "title",
    "description",
    "deprecated",
    "const",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "properties",
    "required",
    "patternProperties",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "prefixItems",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "oneOf",
];

/// Writes a schema, the properties of its objects in these orders.
#[inline]
pub(crate) fn written(schema: &Value, orders: &Orders) -> String {
    let mut text = String::new();
    write_schema(schema, orders, &mut text);
    text
}

#[inline]
fn write_schema(schema: &Value, orders: &Orders, text: &mut String) {
    match schema {
        Value::Object(keywords) => write_entries(keywords, rank, text, |keyword, value, text| {
            if keyword == "properties" {
                write_properties(value, orders, text);
            } else if NAMED_SCHEMAS.contains(&keyword) || DEFINITIONS.contains(&keyword) {
                write_named(value, orders, text);
            } else if SCHEMA.contains(&keyword) || SCHEMAS.contains(&keyword) || keyword == "oneOf" {
                write_schema(value, orders, text);
            } else {
                write_value(value, text);
            }
        }),
        Value::Array(schemas) => write_list(schemas, text, |schema, text| write_schema(schema, orders, text)),
        other => write_value(other, text),
    }
}

#[inline]
fn rank(keyword: &str) -> usize {
    match KEYWORDS.iter().position(|known| *known == keyword) {
        Some(place) => place,
        None if DEFINITIONS.contains(&keyword) => usize::MAX,
        None => KEYWORDS.len(),
    }
}

/// Writes properties as they are declared; those that are not, after them.
#[inline]
fn write_properties(properties: &Value, orders: &Orders, text: &mut String) {
    let Value::Object(properties) = properties else { return write_value(properties, text) };
    let order = orders.get(&std::ptr::from_ref(properties)).map_or(&[][..], Vec::as_slice);
    let rank = |name: &str| order.iter().position(|known| *known == name).unwrap_or(usize::MAX);
    write_entries(properties, rank, text, |_, schema, text| write_schema(schema, orders, text));
}

#[inline]
fn write_named(schemas: &Value, orders: &Orders, text: &mut String) {
    match schemas {
        Value::Object(schemas) => {
            write_entries(schemas, |_| 0, text, |_, schema, text| write_schema(schema, orders, text));
        }
        other => write_value(other, text),
    }
}

/// Writes what is no schema: a default, an example, a constant.
#[inline]
fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(entries) => {
            write_entries(entries, |_| 0, text, |_, value, text| write_value(value, text));
        }
        Value::Array(values) => write_list(values, text, write_value),
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[inline]
fn write_list(values: &[Value], text: &mut String, mut write: impl FnMut(&Value, &mut String)) {
    text.push('[');
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        write(value, text);
    }
    text.push(']');
}

/// Writes entries by rank, and those of one rank by key: the order of the map is not one to rely on, because it is
/// another one where some crate of the build turns on `preserve_order` of `serde_json`.
#[inline]
fn write_entries(
    entries: &Map<String, Value>,
    rank: impl Fn(&str) -> usize,
    text: &mut String,
    mut write: impl FnMut(&str, &Value, &mut String),
) {
    let mut entries: Vec<_> = entries.iter().map(|(key, value)| (rank(key), key, value)).collect();
    entries.sort_unstable_by_key(|(rank, key, _)| (*rank, *key));
    text.push('{');
    for (index, (_, key, value)) in entries.into_iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        write(key, value, text);
    }
    text.push('}');
}
