//! Checks as keywords of a JSON Schema.

use schemars::Schema;
use serde_json::{Map, Value};

use super::super::part::Part;
use super::{Bounds, Counting, Included, LenUnit, Lengths, Number, Ranging, Rules, Scoring};

/// Adds what the field number `N` of a contract says of its schema: a path for `#[schemars(transform = …)]`.
pub trait FieldKeywords<const N: usize> {
    /// Adds them.
    fn add(schema: &mut Schema);
}

/// Adds what the variant whose first field has the number `N` says of its schema.
pub trait VariantKeywords<const N: usize> {
    /// Adds it.
    fn add(schema: &mut Schema);
}

/// Closes the schema of an internally tagged variant that holds the part: schemars opens up what is in it, to make room
/// for the tag, and leaves it open where the part is an enum.
pub fn close_variant(schema: &mut Schema, part: &impl Part) {
    let keywords = schema.ensure_object();
    let closed = ["additionalProperties", "unevaluatedProperties"]
        .iter()
        .any(|keyword| keywords.contains_key(*keyword));
    if part.closed() && !closed {
        keywords.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
}

/// Adds the keywords of checks to the schema of a field.
#[derive(Debug)]
pub struct Keywords<'a> {
    schema: &'a mut Schema,
}

impl<'a> Keywords<'a> {
    /// For `schema`.
    pub fn new(schema: &'a mut Schema) -> Self {
        Self { schema }
    }
}

impl<T: ?Sized> Rules<T> for Keywords<'_> {
    fn len(&mut self, counting: Counting<T>, lengths: Lengths) {
        let (min, max) = match counting.unit {
            LenUnit::Characters => ("minLength", "maxLength"),
            LenUnit::Items => ("minItems", "maxItems"),
            LenUnit::Entries => ("minProperties", "maxProperties"),
        };
        let keywords = self.schema.ensure_object();
        if lengths.min > 0 {
            keywords.insert(min.to_owned(), lengths.min.into());
        }
        if let Some(length) = lengths.max {
            keywords.insert(max.to_owned(), length.into());
        }
    }

    fn range<N: Number>(&mut self, _: Ranging<T, N>, bounds: Bounds<N>) {
        add_range(self.schema.ensure_object(), bounds);
    }

    fn confidence(&mut self, _: Scoring<T>) {
        add_range(self.schema.ensure_object(), Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) });
    }
}

fn add_range<N: Number>(schema: &mut Map<String, Value>, bounds: Bounds<N>) {
    // The numbers of a list stand in `items`, however deep; those of an `Option` beside `null`.
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        return add_range(items, bounds);
    }
    if let Some(min) = bounds.min {
        schema.insert("minimum".to_owned(), min.json());
    }
    if let Some((max, included)) = bounds.max {
        let keyword = match included {
            Included::Yes => "maximum",
            Included::No => "exclusiveMaximum",
        };
        schema.insert(keyword.to_owned(), max.json());
    }
}
