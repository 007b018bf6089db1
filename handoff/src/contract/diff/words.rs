//! Schemas in words.

use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::diff::bounds::{Range, implied};
use crate::contract::diff::shape::{Form, Kind, Numbers, Rules, Shape};
use crate::text::quoted;

/// Literals that a message spells out.
const MOST_LITERALS: usize = 6;

/// Characters of a literal or a name in a message.
const MOST_CHARACTERS: usize = 60;

/// What a shape allows, as in `a string or null`.
#[inline]
pub(crate) fn whole(shape: &Shape<'_>) -> String {
    if shape.any {
        return "any value".to_owned();
    }
    let mut words = Vec::new();
    if !shape.literals.is_empty() {
        words.push(literals(&shape.literals));
    }
    for form in &shape.forms {
        let word = kind(form);
        if form.kind() != Kind::Null && !words.contains(&word) {
            words.push(word);
        }
    }
    // It stands last, as an afterthought.
    if shape.kinds().contains(Kind::Null) {
        words.push("null".to_owned());
    }
    if words.is_empty() { "nothing".to_owned() } else { words.join(" or ") }
}

/// What one side has and the other has not.
pub(crate) enum Thing<'a> {
    Literal(&'a Value),
    /// With its name as messages have it.
    Variant(String),
    Kind(Kind),
}

impl Thing<'_> {
    #[inline]
    pub(crate) fn gone(&self) -> String {
        match self {
            Self::Literal(value) => format!("{} is no longer allowed", literal(value)),
            Self::Variant(name) => format!("variant {name} removed"),
            Self::Kind(kind) => format!("may no longer be {}", of_kind(*kind)),
        }
    }

    #[inline]
    pub(crate) fn come(&self) -> String {
        match self {
            Self::Literal(value) => format!("{} is allowed now", literal(value)),
            Self::Variant(name) => format!("variant {name} added"),
            Self::Kind(kind) => format!("may be {} now", of_kind(*kind)),
        }
    }
}

#[inline]
pub(crate) fn kind(form: &Form<'_>) -> String {
    match &form.rules {
        Rules::Number(rules) => number(rules),
        Rules::Text(rules) => match rules.formats.first() {
            Some(format) => format!("a string ({})", one_line(format)),
            None => "a string".to_owned(),
        },
        _ => of_kind(form.kind()).to_owned(),
    }
}

#[inline]
fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::Text => "a string",
        Kind::List => "a list",
        Kind::Object => "an object",
    }
}

/// As in `an integer (uint8)`, `a number`.
#[inline]
pub(crate) fn number(rules: &Numbers<'_>) -> String {
    let kind = if rules.integer { "an integer" } else { "a number" };
    match rules.format {
        Some(format) => format!("{kind} ({})", one_line(format)),
        None => kind.to_owned(),
    }
}

/// The same, with its range where that says more than the name of the type.
#[inline]
pub(crate) fn number_in_range(rules: &Numbers<'_>) -> String {
    if rules.range == implied(rules.format) || rules.range == Range::default() {
        return number(rules);
    }
    format!("{} in {}", number(rules), rules.range)
}

/// As in `one of "a", "b"`.
#[inline]
pub(crate) fn literals(values: &[&Value]) -> String {
    if let [value] = values {
        return literal(value);
    }
    let shown = &values[..values.len().min(MOST_LITERALS)];
    let mut words = joined(shown, ", ", &|value| literal(value));
    if values.len() > MOST_LITERALS {
        // A string takes everything.
        let _ = write!(words, ", {} more", values.len() - MOST_LITERALS);
    }
    format!("one of {words}")
}

/// The words of all items, with something between them.
#[inline]
pub(crate) fn joined<T>(items: &[T], between: &str, word: &dyn Fn(&T) -> String) -> String {
    items.iter().map(word).collect::<Vec<_>>().join(between)
}

#[inline]
pub(crate) fn literal(value: &Value) -> String {
    one_line(&value.to_string())
}

/// A name between backquotes.
#[inline]
pub(crate) fn name(name: &str) -> String {
    format!("`{}`", one_line(name))
}

/// On one line, and short: names and patterns may come from elsewhere.
#[inline]
pub(crate) fn one_line(text: &str) -> String {
    quoted(&text, MOST_CHARACTERS)
}
