//! What the items of the oracle hold.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A type with a schema that is written by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Leaf(String);

impl JsonSchema for Leaf {
    fn schema_name() -> Cow<'static, str> {
        "Leaf".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "the/leaf".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "leaf" })
    }
}

/// The same, inlined, and with definitions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct InlinedLeaf(Vec<Leaf>);

impl JsonSchema for InlinedLeaf {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "InlinedLeaf".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": generator.subschema_for::<Leaf>(), "title": "Leaves" })
    }
}

twins! {
    closed struct Inner {
        pub(in crate::schema_oracle) text: String,
        pub(in crate::schema_oracle) note: Option<String>,
    }

    /// A documented struct.
    #[derive(Default)]
    closed struct Documented {
        /// Its number.
        number: u8,
    }

    open struct Open {
        id: u8,
    }

    #[derive(Default)]
    #[serde(default)]
    closed struct Defaulted {
        count: u8,
        name: String,
        inner: Option<Inner>,
    }

    closed struct Empty {}

    closed struct Id(String);

    closed struct Pair(u8, String);

    closed struct Unit;

    #[serde(transparent)]
    closed struct Wrapped {
        number: u8,
    }

    #[serde(transparent)]
    closed struct Maybe(Option<u8>);

    #[derive(Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
    closed enum Level {
        #[default]
        Low,
        High,
    }

    closed enum Shape {
        Nothing,
        Round(f64),
        Square { side: f64 },
    }

    #[serde(tag = "kind")]
    closed enum Tagged {
        Nothing,
        Square { side: f64 },
    }

    #[serde(tag = "t", content = "c")]
    closed enum Adjacent {
        Nothing,
        Round(f64),
    }

    #[serde(untagged)]
    closed enum Untagged {
        Number(u8),
        Text(String),
    }

    closed struct Tree {
        name: String,
        children: Vec<Self>,
    }
}
