//! What violations are told with, where no payload is.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use handoff::contract::Step;
use handoff::{ContractViolation, Violation};
use serde_json::Value;

use super::record::cut;

/// Most violations of one value that are written.
const MOST: usize = 32;

/// Most of them that stand in the message, as in handoff's own.
const MOST_IN_MESSAGE: usize = 8;

/// A violation in a line, with `*` for each step into an object whose name is not `declared`.
fn line(violation: &Violation, declared: &HashSet<String>) -> String {
    let mut line = String::new();
    for step in violation.pointer.steps() {
        match step {
            Step::Index(index) => write!(line, "/{index}").expect("a string takes whatever is written"),
            Step::Key(name) if declared.contains(name) => {
                line.push('/');
                line.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Key(_) | Step::Entry(_) => line.push_str("/*"),
        }
    }
    if !line.is_empty() {
        line.push_str(": ");
    }
    // Of a check that was written by hand.
    line.extend(cut(violation.message()).chars().map(|c| if c.is_control() { ' ' } else { c }));
    line
}

/// The violations of a value, each in a line.
pub(super) fn lines(broken: &ContractViolation, declared: &HashSet<String>) -> Vec<Cow<'static, str>> {
    broken.violations().iter().take(MOST).map(|violation| line(violation, declared).into()).collect()
}

/// All of them in one line, as [`ContractViolation`]'s `Display` has it.
pub(super) fn message(broken: &ContractViolation, lines: &[Cow<'static, str>]) -> String {
    let shown = &lines[..lines.len().min(MOST_IN_MESSAGE)];
    let mut message = format!("`{}` is broken: {}", broken.contract(), shown.join("; "));
    if let more @ 1.. = broken.total().saturating_sub(shown.len()) {
        write!(message, "; and {more} more").expect("a string takes whatever is written");
    }
    message
}

/// What comes before the violations in a text that quotes a [`ContractViolation`].
const QUOTED: &str = "` is broken: ";

/// A text in somebody else's words. Where it quotes a [`ContractViolation`], it ends there: what follows has the names
/// of unknown fields in it, and may have values.
pub(super) fn without_violations(mut text: String) -> String {
    if let Some(at) = text.find(QUOTED) {
        text.truncate(at + QUOTED.len());
        text.push('…');
    }
    text
}

/// The names that a schema declares for fields.
pub(super) fn declared(schema: &Value) -> HashSet<String> {
    let mut names = HashSet::new();
    collect(schema, &mut names);
    names
}

fn collect(schema: &Value, names: &mut HashSet<String>) {
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match (keyword.as_str(), value) {
                    // Values, not schemas.
                    ("enum" | "const" | "default" | "examples", _) => {}
                    ("properties", Value::Object(fields)) => {
                        names.extend(fields.keys().cloned());
                        fields.values().for_each(|field| collect(field, names));
                    }
                    ("$defs" | "definitions" | "patternProperties", Value::Object(schemas)) => {
                        schemas.values().for_each(|schema| collect(schema, names));
                    }
                    _ => collect(value, names),
                }
            }
        }
        Value::Array(schemas) => schemas.iter().for_each(|schema| collect(schema, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_those_of_fields() {
        let schema = json!({
            "properties": {
                "steps": { "type": "array", "items": { "$ref": "#/$defs/Step" } },
                "properties": { "const": { "properties": { "value": 1 } } },
            },
            "$defs": {
                "Step": { "oneOf": [{ "properties": { "Walk": { "properties": { "to": {} } } } }, { "enum": ["Rest"] }] },
            },
        });
        let names = declared(&schema);
        let mut names: Vec<_> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["Walk", "properties", "steps", "to"]);
    }

    #[test]
    fn a_quoted_violation_is_cut() {
        let cut = |text: &str| without_violations(text.to_owned());
        assert_eq!(cut("task 2: `Plan` is broken: /sk-4711: unknown field"), "task 2: `Plan` is broken: …");
        assert_eq!(cut("the link is broken: see the page"), "the link is broken: see the page");
    }
}
