//! Schemas put together by hand.

use schemars::Schema;
use serde_json::{Map, Value};

/// An object that is made property by property: `json_schema!` is a lot of code.
pub(crate) struct Object {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Object {
    pub(crate) fn new() -> Self {
        Self { properties: Map::new(), required: Vec::new() }
    }

    /// Adds a property that has to be there.
    pub(crate) fn with(mut self, name: &str, schema: Schema) -> Self {
        self.required.push(name.into());
        self.or_without(name, schema)
    }

    /// Adds a property that may be missing.
    pub(crate) fn or_without(mut self, name: &str, schema: Schema) -> Self {
        insert(&mut self.properties, name, schema.into());
        self
    }

    /// Makes the schema, which refuses unknown fields unless it is `open`.
    pub(crate) fn finish(self, open: bool) -> Schema {
        let mut map = of_type("object");
        insert(&mut map, "properties", Value::Object(self.properties));
        insert(&mut map, "required", Value::Array(self.required));
        if !open {
            insert(&mut map, "additionalProperties", Value::Bool(false));
        }
        map.into()
    }
}

/// Says something of a schema.
pub(crate) fn about(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

/// Allows what exactly one of these allows.
pub(crate) fn one_of(schemas: Vec<Value>) -> Schema {
    let mut map = Map::new();
    insert(&mut map, "oneOf", Value::Array(schemas));
    map.into()
}

/// Allows what is of a JSON type.
pub(crate) fn of_type(kind: &str) -> Map<String, Value> {
    let mut map = Map::new();
    insert(&mut map, "type", kind.into());
    map
}

/// Allows this string and no other.
pub(crate) fn constant(text: &str) -> Map<String, Value> {
    let mut map = of_type("string");
    insert(&mut map, "const", text.into());
    map
}

pub(crate) fn insert(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}
