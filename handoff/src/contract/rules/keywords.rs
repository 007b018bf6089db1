//! Checks as keywords of a JSON Schema.

use schemars::Schema;
use serde_json::{Map, Value};

use super::super::field::{self, FieldAt, Visitor};
use super::super::part::Part;
use super::bounds::add_range;
use super::{Bounds, Included, Rule, Scoring};

/// Adds what the checks of a field say to its schema: a path for `#[schemars(transform = …)]`.
pub fn keywords<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    C::visit(Keywords { schema });
}

/// Closes the schema of an internally tagged variant that holds the field: schemars opens up what is in it, to make
/// room for the tag, and leaves it open where that is an enum.
pub fn close_variant<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    let keywords = schema.ensure_object();
    let closed = ["additionalProperties", "unevaluatedProperties"]
        .iter()
        .any(|keyword| keywords.contains_key(*keyword));
    if field::closed::<C, N, T>() && !closed {
        keywords.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
}

/// Adds the keywords of checks to the schema of a field.
struct Keywords<'a> {
    schema: &'a mut Schema,
}

impl<T> Visitor<T> for Keywords<'_> {
    type Out = ();

    fn rule<R: Rule<T>>(self, rule: R) -> Self {
        rule.add_to(self.schema.ensure_object());
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        add_range(self.schema.ensure_object(), Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) });
        self
    }

    fn part<P: Part<Of = T>>(self, _: P) {}
}

/// The schema of what is in lists, however deep. What is in an `Option` stands beside `null`.
pub(super) fn innermost(schema: &mut Map<String, Value>) -> &mut Map<String, Value> {
    if !matches!(schema.get("items"), Some(Value::Object(_))) {
        return schema;
    }
    match schema.get_mut("items") {
        Some(Value::Object(items)) => innermost(items),
        _ => unreachable!("it was looked at just now"),
    }
}
