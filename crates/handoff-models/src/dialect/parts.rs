//! What schemas are put together of, and taken apart into.

use super::shape::resolved;
use crate::json::Json;

pub(super) fn is_list(schema: &Json, root: &Json) -> bool {
    resolved(schema, root).and_then(|schema| schema.get("type")).and_then(Json::text) == Some("array")
}

/// The strings of a schema that is nothing else.
pub(super) fn texts(way: &Json) -> Option<Vec<Json>> {
    let values = match way.get("const") {
        Some(constant) => vec![constant.clone()],
        None => way.get("enum")?.items().to_vec(),
    };
    values.iter().all(|value| value.text().is_some()).then_some(values)
}

/// One way of several, with what stands beside all of them.
pub(super) fn merged(schema: &Json, way: &Json) -> Json {
    let list = |keyword: &str, of: &Json| of.get(keyword).map_or(Vec::new(), |list| list.items().to_vec());
    let properties = [schema, way].map(|part| part.get("properties").map_or(&[][..], Json::entries)).concat();
    let mut out = way.clone();
    out.set("type", "object".into());
    out.set("properties", Json::Object(properties));
    out.set("required", Json::List([list("required", schema), list("required", way)].concat()));
    out.set("additionalProperties", Json::Bool(false));
    out
}

pub(super) fn with_type(schema: &Json, kind: &str) -> Json {
    let mut out = schema.clone();
    out.set("type", kind.into());
    out
}

pub(super) fn is_text_or_number(value: &Json) -> bool {
    matches!(value, Json::Text(_) | Json::Number(_))
}

/// The type of values that do not say theirs.
pub(super) fn kind_of(values: &[Json]) -> &'static str {
    match values.first() {
        Some(Json::Bool(_)) => "boolean",
        Some(Json::Number(number)) if number.is_f64() => "number",
        Some(Json::Number(_)) => "integer",
        Some(Json::Null) => "null",
        _ => "string",
    }
}

/// The schema without its `null`, where that is easily taken out.
pub(super) fn without_null(schema: &Json) -> Option<Json> {
    let mut out = schema.clone();
    if let Some(Json::List(kinds)) = schema.get("type") {
        let mut kinds = kinds.iter().filter(|kind| kind.text() != Some("null"));
        let (kind, None) = (kinds.next()?, kinds.next()) else { return None };
        out.set("type", kind.clone());
        return Some(out);
    }
    let is_null = |way: &&Json| way.get("type").and_then(Json::text) == Some("null");
    let ways = schema.get("anyOf")?.items();
    let mut others = ways.iter().filter(|way| !is_null(way));
    let (other, None) = (others.next()?, others.next()) else { return None };
    out.take("anyOf");
    other.entries().iter().for_each(|(keyword, value)| {
        if keyword != "description" || schema.get("description").is_none() {
            out.set(keyword, value.clone());
        }
    });
    Some(out)
}

/// The schema with `null` as another value.
pub(super) fn nullable(mut schema: Json) -> Json {
    let null = Json::object([("type", "null".into())]);
    match (schema.get("type"), schema.get("anyOf")) {
        (Some(Json::Text(kind)), _)
            if matches!(&**kind, "string" | "number" | "integer" | "boolean")
                && schema.get("enum").is_none()
                && schema.get("const").is_none() =>
        {
            let kinds = Json::texts([kind, "null"]);
            schema.set("type", kinds);
            schema
        }
        (None, Some(Json::List(ways))) => {
            let mut ways = ways.clone();
            ways.push(null);
            schema.set("anyOf", Json::List(ways));
            schema
        }
        _ => {
            let description = schema.take("description");
            let mut out = Json::Object(Vec::new());
            if let Some(description) = description {
                out.set("description", description);
            }
            out.set("anyOf", Json::List(vec![schema, null]));
            out
        }
    }
}

/// An object of which every property is required.
pub(super) fn closed_object(properties: impl IntoIterator<Item = (String, Json)>) -> Json {
    let properties: Vec<_> = properties.into_iter().collect();
    let required = Json::texts(properties.iter().map(|(name, _)| name.as_str()));
    Json::object([
        ("type", "object".into()),
        ("properties", Json::Object(properties)),
        ("required", required),
        ("additionalProperties", Json::Bool(false)),
    ])
}

pub(super) fn refers_to_root(schema: &Json) -> bool {
    match schema {
        Json::Object(keywords) => keywords.iter().any(|(keyword, value)| {
            (keyword == "$ref" && value.text() == Some("#")) || refers_to_root(value)
        }),
        Json::List(parts) => parts.iter().any(refers_to_root),
        _ => false,
    }
}

pub(super) fn copy_description(schema: &Json, out: &mut Json) {
    if let Some(description) = schema.get("description") {
        out.set("description", description.clone());
    }
}
