//! What a dialect cannot say in keywords, in words.

use crate::json::Json;

/// Says the constraints of a schema that are among these keywords, in a few words: `3 to 9 characters`.
pub(super) fn constraints(schema: &Json, unsaid: impl Fn(&str) -> bool) -> Vec<String> {
    let get = |keyword: &str| schema.get(keyword).filter(|_| unsaid(keyword));
    let mut notes = Vec::new();
    notes.extend(range(get("minLength"), get("maxLength"), "character", "characters"));
    notes.extend(numbers(get("minimum"), get("exclusiveMinimum"), get("maximum"), get("exclusiveMaximum")));
    notes.extend(get("multipleOf").map(|step| format!("a multiple of {step}")));
    notes.extend(
        get("pattern")
            .and_then(Json::text)
            .map(|pattern| format!("matches the regular expression `{pattern}`")),
    );
    // Those of numbers are notes of schemars': there are bounds.
    let format = get("format").and_then(Json::text).filter(|_| is(schema, "string"));
    notes.extend(format.map(|format| format!("in the format `{format}`")));
    notes.extend(range(get("minItems"), get("maxItems"), "item", "items"));
    notes.extend(
        get("uniqueItems").filter(|unique| **unique == Json::Bool(true)).map(|_| "no item twice".to_owned()),
    );
    notes.extend(range(get("minProperties"), get("maxProperties"), "entry", "entries"));
    notes.extend(get("propertyNames").and_then(|names| names.get("pattern")).and_then(Json::text).map(keys));
    notes
}

/// What the keys of a map look like.
pub(super) fn keys(pattern: &str) -> String {
    format!("keys match the regular expression `{pattern}`")
}

/// Adds notes to the description of a schema.
pub(super) fn describe(schema: &mut Json, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let notes = notes.join(", ");
    let text = match schema.get("description").and_then(Json::text) {
        Some(description) => format!("{description} ({notes})"),
        None => notes,
    };
    schema.set("description", Json::Text(text));
}

fn is(schema: &Json, kind: &str) -> bool {
    match schema.get("type") {
        Some(Json::Text(name)) => name == kind,
        Some(Json::List(names)) => names.iter().any(|name| name.text() == Some(kind)),
        _ => false,
    }
}

fn range(least: Option<&Json>, most: Option<&Json>, one: &str, many: &str) -> Option<String> {
    let unit = |number: &Json| if number.integer() == Some(1) { one } else { many }.to_owned();
    match (least.filter(|least| least.integer() != Some(0)), most) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {least} {}", unit(least))),
        (Some(least), Some(most)) => Some(format!("{least} to {most} {}", unit(most))),
        (Some(least), None) => Some(format!("at least {least} {}", unit(least))),
        (None, Some(most)) => Some(format!("at most {most} {}", unit(most))),
        (None, None) => None,
    }
}

fn numbers(
    least: Option<&Json>,
    above: Option<&Json>,
    most: Option<&Json>,
    below: Option<&Json>,
) -> Option<String> {
    if let (Some(least), None, Some(most), None) = (least, above, most, below) {
        return Some(format!("from {least} to {most}"));
    }
    let bounds = [("at least", least), ("above", above), ("at most", most), ("below", below)];
    let said = bounds.into_iter().filter_map(|(word, bound)| bound.map(|bound| format!("{word} {bound}")));
    let said: Vec<_> = said.collect();
    (!said.is_empty()).then(|| said.join(" and "))
}
