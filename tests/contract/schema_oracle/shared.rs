//! What the types of the other tables hold.

oracle! {
    {
        /// A type with a schema that is written by hand.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub(in crate::schema_oracle) struct Leaf(String);
        impl schemars::JsonSchema for Leaf {
            fn schema_name() -> Cow<'static, str> { "Leaf".into() }
            fn schema_id() -> Cow<'static, str> { "the/leaf".into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!({ "type": "string", "format": "leaf" }) }
        }
        /// The same, inlined, and with definitions.
        #[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
        pub(in crate::schema_oracle) struct InlinedLeaf(Vec<Leaf>);
        impl schemars::JsonSchema for InlinedLeaf {
            fn inline_schema() -> bool { true }
            fn schema_name() -> Cow<'static, str> { "InlinedLeaf".into() }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "array", "items": generator.subschema_for::<Leaf>(), "title": "Leaves" })
            }
        }
    }
    struct Inner { pub(in crate::schema_oracle) text: String, pub(in crate::schema_oracle) note: Option<String> }
    /** A documented struct. */ #[derive(Default)] struct Documented { /** Its number. */ number: u8 }
    [open] struct Open { id: u8 }
    #[derive(Default)] #[serde(default)] struct Defaulted { count: u8, name: String, inner: Option<Inner> }
    struct Empty {} struct Id(String); struct Pair(u8, String); struct Unit;
    #[serde(transparent)] struct Wrapped { number: u8 } #[serde(transparent)] struct Maybe(Option<u8>);
    #[derive(Default, PartialEq, Eq, Hash, PartialOrd, Ord)] enum Level { #[default] Low, High }
    enum Shape { Nothing, Round(f64), Square { side: f64 } }
    #[serde(tag = "kind")] enum Tagged { Nothing, Square { side: f64 } }
    #[serde(tag = "t", content = "c")] enum Adjacent { Nothing, Round(f64) }
    #[serde(untagged)] enum Untagged { Number(u8), Text(String) }
    struct Tree { name: String, children: Vec<Self> }
}
