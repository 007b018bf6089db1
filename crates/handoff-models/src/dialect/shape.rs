//! Which of several schemas a value was written by.

use crate::json::Json;

/// Deepest that references are followed for one value: a bound for those that lead in a circle.
const MOST_REFERENCES: usize = 64;

/// Whether a value has the form of a schema: its types, its fields, its constants. What is bounded is not looked at.
pub(super) fn fits(value: &Json, schema: &Json, root: &Json) -> bool {
    fits_within(value, schema, root, MOST_REFERENCES)
}

/// Whether a value that does not fit says of itself that it was meant to: by a tag, or by the key of its variant.
pub(super) fn claims(value: &Json, schema: &Json, root: &Json) -> bool {
    let Some(schema) = resolved(schema, root) else { return false };
    let properties = schema.get("properties").map_or(&[][..], Json::entries);
    let tags = || properties.iter().filter_map(|(name, property)| Some((name, constant(property)?)));
    if tags().next().is_some() {
        return tags().all(|(name, constant)| value.get(name) == Some(constant));
    }
    matches!((properties, value.entries()), ([(name, _)], [(key, _)]) if name == key)
}

/// The one value of a schema, if there is one.
pub(super) fn constant(schema: &Json) -> Option<&Json> {
    schema.get("const").or_else(|| match schema.get("enum")?.items() {
        [only] => Some(only),
        _ => None,
    })
}

/// What a schema is, behind its references.
pub(super) fn resolved<'a>(schema: &'a Json, root: &'a Json) -> Option<&'a Json> {
    let mut schema = schema;
    for _ in 0..MOST_REFERENCES {
        match schema.get("$ref").and_then(Json::text) {
            Some(target) => schema = root.resolve(target)?,
            None => return Some(schema),
        }
    }
    None
}

/// Whether `null` is a value of a schema.
pub(super) fn takes_null(schema: &Json, root: &Json) -> bool {
    fits(&Json::Null, schema, root)
}

fn fits_within(value: &Json, schema: &Json, root: &Json, references: usize) -> bool {
    if *schema == Json::Bool(false) {
        return false;
    }
    if let Some(target) = schema.get("$ref").and_then(Json::text) {
        let target = references.checked_sub(1).zip(root.resolve(target));
        return target.is_some_and(|(references, schema)| fits_within(value, schema, root, references));
    }
    let within = |value: &Json, schema: &Json| fits_within(value, schema, root, references);
    schema.entries().iter().all(|(keyword, said)| match keyword.as_str() {
        "const" => value == said,
        "enum" => said.items().contains(value),
        "anyOf" | "oneOf" => said.items().iter().any(|way| within(value, way)),
        "type" => match said {
            Json::List(kinds) => kinds.iter().any(|kind| is(value, kind)),
            kind => is(value, kind),
        },
        "items" => {
            let tuple = schema.get("prefixItems").map_or(0, |parts| parts.items().len());
            value.items().iter().skip(tuple).all(|item| within(item, said))
        }
        "prefixItems" => match value {
            Json::List(items) => {
                items.len() == said.items().len()
                    && items.iter().zip(said.items()).all(|(item, part)| within(item, part))
            }
            _ => true,
        },
        "required" => match value {
            Json::Object(_) => {
                said.items().iter().filter_map(Json::text).all(|name| value.get(name).is_some())
            }
            _ => true,
        },
        "properties" => said
            .entries()
            .iter()
            .all(|(name, property)| value.get(name).is_none_or(|value| within(value, property))),
        "patternProperties" => match said.entries() {
            [(_, property)] => value.entries().iter().all(|(_, value)| within(value, property)),
            _ => true,
        },
        "additionalProperties" if schema.get("patternProperties").is_none() => {
            let declared = schema.get("properties");
            let is_declared = |name: &str| declared.is_some_and(|declared| declared.get(name).is_some());
            value.entries().iter().all(|(name, value)| is_declared(name) || within(value, said))
        }
        _ => true,
    })
}

fn is(value: &Json, kind: &Json) -> bool {
    match value {
        Json::Null => kind.text() == Some("null"),
        Json::Bool(_) => kind.text() == Some("boolean"),
        Json::Number(number) if number.is_f64() => kind.text() == Some("number"),
        Json::Number(_) => matches!(kind.text(), Some("integer" | "number")),
        Json::Text(_) => kind.text() == Some("string"),
        Json::List(_) => kind.text() == Some("array"),
        Json::Object(_) => kind.text() == Some("object"),
    }
}
