//! What the user's own `#[derive(JsonSchema)]` is told, where it stands beside the attribute.

use schemars::Schema;

use crate::contract::fields::field::FieldAt;
use crate::contract::fields::visitors::field_schema;
use crate::contract::layout::SchemaSource;
use crate::contract::schema::closing::close;

/// Finds out how a field is described.
#[must_use]
pub fn described<C: FieldAt<N, T>, N, T>() -> SchemaSource {
    field_schema::<C, N, T>(None)
}

/// Adds what the checks of a field say to its schema: a path for `#[schemars(transform = …)]`.
pub fn keywords<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    field_schema::<C, N, T>(Some(schema));
}

/// Closes the schema of an internally tagged variant that holds the field; the same kind of path.
pub fn close_variant<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    close(schema, &field_schema::<C, N, T>(None));
}
