//! Whether the schema of an object refuses unknown fields, where it stands among the fields of another.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::contract::layout::SchemaSource;
use crate::contract::schema::object::insert;

/// The keywords that refuse unknown fields.
const CLOSING: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// Finds what a schema refers to.
fn referred<'g>(
    schema: &Map<String, Value>,
    generator: &'g SchemaGenerator,
) -> Option<&'g Map<String, Value>> {
    let (_, name) = schema.get("$ref")?.as_str()?.rsplit_once('/')?;
    generator.definitions().get(name)?.as_object()
}

/// Lets an object have unknown fields, whatever of what its schema is made of refuses them. Says whether anything did.
/// `through` has the definitions that it was come through: a type may hold itself.
pub(super) fn open<'g>(
    schema: &mut Map<String, Value>,
    generator: &'g SchemaGenerator,
    through: &mut Vec<&'g Map<String, Value>>,
) -> bool {
    let mut opened = open_parts(schema, generator, through);
    for keyword in CLOSING {
        if schema.get(keyword) == Some(&Value::Bool(false)) {
            schema.remove(keyword);
            opened = true;
        }
    }
    if let Some(definition) = referred(schema, generator)
        && !through.iter().any(|known| std::ptr::eq(*known, definition))
    {
        through.push(definition);
        let mut inner = definition.clone();
        if open(&mut inner, generator, through) {
            schema.remove("$ref");
            for (keyword, value) in inner {
                schema.entry(keyword).or_insert(value);
            }
            opened = true;
        }
        through.pop();
    }
    opened
}

/// Opens what the schema is made of alone.
fn open_parts<'g>(
    schema: &mut Map<String, Value>,
    generator: &'g SchemaGenerator,
    through: &mut Vec<&'g Map<String, Value>>,
) -> bool {
    let mut opened = false;
    for keyword in ["allOf", "anyOf", "oneOf", "if", "then", "else"] {
        let parts = match schema.get_mut(keyword) {
            Some(Value::Array(parts)) => parts.as_mut_slice(),
            Some(part) => std::slice::from_mut(part),
            None => continue,
        };
        for part in parts {
            if let Value::Object(part) = part {
                opened |= open(part, generator, through);
            }
        }
    }
    opened
}

/// Closes the schema of an internally tagged variant: what is in it was opened to make room for the tag, and stays open
/// where that is an enum.
pub(super) fn close(schema: &mut Schema, content: &SchemaSource) {
    let keywords = schema.ensure_object();
    if content.closed && !CLOSING.iter().any(|keyword| keywords.contains_key(*keyword)) {
        insert(keywords, "unevaluatedProperties", Value::Bool(false));
    }
}

/// Makes the schema of what stands in one object with the tag of its variant. What refuses unknown fields, or
/// takes them for the entries of a map, must see the tag, so it may neither be referred to nor be a part of
/// something else; what does not may be.
pub(super) fn beside_tag(source: &SchemaSource, generator: &mut SchemaGenerator) -> Schema {
    let whole = source.whole(generator);
    let mut seen = whole.clone();
    let map = seen.ensure_object();
    while let Some(definition) = referred(map, generator) {
        map.remove("$ref");
        for (keyword, value) in definition.clone() {
            map.entry(keyword).or_insert(value);
        }
    }
    let opened = open_parts(map, generator, &mut Vec::new());
    let says = |keyword: &&str| !matches!(map.get(*keyword), None | Some(Value::Bool(true)));
    let judges = CLOSING.iter().any(says);
    let is_null = map.get("type").is_some_and(|kind| kind == "null");
    if opened || judges || is_null {
        seen
    } else if source.inline() || generator.settings().inline_subschemas {
        whole
    } else {
        (source.reference)(generator)
    }
}
