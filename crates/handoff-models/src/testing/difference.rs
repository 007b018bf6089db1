//! Where two values differ, for people.

use std::fmt;

use serde_json::Number;

use crate::json::Json;

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// Characters before the first that differs.
const BEFORE: usize = 20;

/// One place where two values differ.
#[derive(Debug)]
pub(super) struct Difference {
    /// A JSON pointer.
    pub(super) pointer: String,
    /// How many characters of two texts are the same.
    pub(super) same: usize,
    /// What the one has there, and what the other has.
    pub(super) one: String,
    pub(super) other: String,
}

impl Difference {
    /// Says it in one line, with a word for each side.
    pub(super) fn say(&self, one: &str, other: &str) -> String {
        let Self { pointer, same, one: left, other: right } = self;
        let from = if *same > 0 { format!(" from character {same}") } else { String::new() };
        format!("{pointer}{from}: {one} {left}, {other} {right}")
    }
}

/// All places where two values differ, in the order of the first. The order of keys is none of them.
pub(super) fn differences(pointer: &str, one: &Json, other: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(pointer.to_owned(), Some(one), Some(other), &mut found);
    found
}

fn walk(pointer: String, one: Option<&Json>, other: Option<&Json>, found: &mut Vec<Difference>) {
    match (one, other) {
        (Some(Json::Object(entries)), Some(Json::Object(others))) => {
            let only_there = others.iter().filter(|(key, _)| entries.iter().all(|(name, _)| name != key));
            for (key, _) in entries.iter().chain(only_there) {
                let step = key.replace('~', "~0").replace('/', "~1");
                let [one, other] = [one, other].map(|value| value.and_then(|value| value.get(key)));
                walk(format!("{pointer}/{step}"), one, other, found);
            }
        }
        (Some(Json::List(items)), Some(Json::List(others))) => {
            for index in 0..items.len().max(others.len()) {
                walk(format!("{pointer}/{index}"), items.get(index), others.get(index), found);
            }
        }
        (Some(Json::Text(text)), Some(Json::Text(other))) if text != other => {
            let same = text.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
            let [one, other] = [text, other].map(|text| format!("`{}`", around(text, same)));
            found.push(Difference { pointer, same, one, other });
        }
        // How a number is written is not what it is.
        (Some(Json::Number(one)), Some(Json::Number(other)))
            if one.as_f64() == other.as_f64() && is_float(one, other) => {}
        (one, other) if one != other => {
            let [one, other] = [one, other]
                .map(|value| value.map_or("nothing".to_owned(), |value| format!("`{}`", shown(value))));
            found.push(Difference { pointer, same: 0, one, other });
        }
        _ => {}
    }
}

/// Whether one of two numbers has a fraction, be it `.0`.
fn is_float(one: &Number, other: &Number) -> bool {
    one.is_f64() || other.is_f64()
}

/// Where the keys of two values that differ in nothing else are in another order.
pub(super) fn reordered(pointer: &str, one: &Json, other: &Json) -> Option<String> {
    match (one, other) {
        (Json::Object(entries), Json::Object(others)) => {
            let same = entries.iter().map(|(key, _)| key).eq(others.iter().map(|(key, _)| key));
            if !same {
                return Some(pointer.to_owned());
            }
            let mut pairs = entries.iter().zip(others);
            pairs.find_map(|((key, one), (_, other))| reordered(&format!("{pointer}/{key}"), one, other))
        }
        (Json::List(items), Json::List(others)) => {
            let mut pairs = items.iter().zip(others).enumerate();
            pairs.find_map(|(index, (one, other))| reordered(&format!("{pointer}/{index}"), one, other))
        }
        _ => None,
    }
}

/// A part of a text, around the character from which on it is of interest.
fn around(text: &str, at: usize) -> String {
    let first = at.saturating_sub(BEFORE);
    let part = text.chars().skip(first).take(SHOWN).collect::<String>();
    let (before, after) = (first > 0, text.chars().count() > first + SHOWN);
    format!("{}{}{}", if before { "…" } else { "" }, OneLine(&part), if after { "…" } else { "" })
}

/// A value, cut.
pub(super) fn shown(value: &Json) -> String {
    around(&value.to_string(), 0)
}

/// A text whose line breaks and the like are escaped.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            character if character.is_control() => write!(f, "{}", character.escape_default()),
            character => write!(f, "{character}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(one: &str, other: &str) -> Vec<String> {
        let [one, other] = [one, other].map(|text| serde_json::from_str(text).expect("JSON"));
        differences("", &one, &other).iter().map(|difference| difference.say("expected", "found")).collect()
    }

    #[test]
    fn every_place_is_told() {
        let one = r#"{"a": 1, "b": [1, 2, {"c": null}], "d": "the same", "e/f": true}"#;
        let other = r#"{"b": [1, 3], "e/f": "true", "d": "the same", "a": 1, "g": [0]}"#;
        assert_eq!(
            said(one, other),
            [
                "/b/1: expected `2`, found `3`",
                r#"/b/2: expected `{"c":null}`, found nothing"#,
                r#"/e~1f: expected `true`, found `"true"`"#,
                "/g: expected nothing, found `[0]`",
            ]
        );
    }

    #[test]
    fn numbers_are_compared_by_what_they_are() {
        assert!(said("[1, 1.5, 0.0]", "[1.0, 15e-1, 0]").is_empty());
        assert_eq!(said("9007199254740993", "9007199254740992").len(), 1);
        assert_eq!(said("1", "1.1"), [": expected `1`, found `1.1`"]);
    }

    #[test]
    fn texts_are_shown_from_where_they_differ() {
        let one = format!(r#""{}\nWhy is the sky blue? {}""#, "a".repeat(80), "b".repeat(80));
        let other = one.replace("sky", "sea");
        assert_eq!(
            said(&one, &other),
            [concat!(
                r" from character 93: expected `…aaaaaaa\nWhy is the sky blue? bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…`, ",
                r"found `…aaaaaaa\nWhy is the sea blue? bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…`",
            )]
        );
        assert_eq!(said(r#""a""#, r#""ab""#), [" from character 1: expected `a`, found `ab`"]);
    }

    #[test]
    fn the_order_of_keys_is_a_difference_of_its_own() {
        let [one, other] = [r#"{"a": [{"b": 1, "c": 2}]}"#, r#"{"a": [{"c": 2, "b": 1}]}"#]
            .map(|text| serde_json::from_str(text).expect("JSON"));
        assert!(differences("", &one, &other).is_empty());
        assert_eq!(reordered("", &one, &other).as_deref(), Some("/a/0"));
        assert_eq!(reordered("", &one, &one), None);
    }
}
