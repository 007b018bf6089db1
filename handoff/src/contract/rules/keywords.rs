//! Checks as keywords of a JSON Schema.

use schemars::Schema;
use serde_json::{Map, Value};

use super::super::field::{self, FieldAt, Visitor};
use super::super::part::Part;
use super::{Bounds, Counting, Included, LenUnit, Lengths, Number, Ranging, Scoring};

/// Adds what the checks of a field say to its schema: a path for `#[schemars(transform = …)]`.
pub fn keywords<C: FieldAt<N, T>, const N: usize, T>(schema: &mut Schema) {
    C::visit(Keywords { schema });
}

/// Closes the schema of an internally tagged variant that holds the field: schemars opens up what is in it, to make
/// room for the tag, and leaves it open where that is an enum.
pub fn close_variant<C: FieldAt<N, T>, const N: usize, T>(schema: &mut Schema) {
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

    fn len(self, counting: Counting<T>, lengths: Lengths) -> Self {
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
        self
    }

    fn range<N: Number>(self, _: Ranging<T, N>, bounds: Bounds<N>) -> Self {
        add_range(self.schema.ensure_object(), bounds);
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        add_range(self.schema.ensure_object(), Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) });
        self
    }

    fn part<P: Part<Of = T>>(self, _: P) {}
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
