//! Where contracts part from schemars, and how: what stands behind `=>` makes our schema of schemars'.

use serde_json::{Value, json};

oracle! {
    {
        use shared::*;
        /// A type that is read where nothing is given, of which its schema knows nothing.
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub(in crate::schema_oracle) struct MaybeLeaf(Option<u8>);
        impl schemars::JsonSchema for MaybeLeaf {
            fn schema_name() -> Cow<'static, str> { "MaybeLeaf".into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!({ "type": ["integer", "null"] }) }
        }
        /// Notes how many keywords there were.
        fn count(schema: &mut Schema) {
            let keywords = schema.as_object().map_or(0, serde_json::Map::len);
            schema.insert("x-keywords".to_owned(), keywords.into());
        }
        fn anything(_: &mut SchemaGenerator) -> Schema { true.into() }
    }
    enum Figure { Round(f64), Square { side: f64 } }
    #[serde(untagged)] enum Either { Round { radius: f64 }, Square { side: f64 } }
    #[serde(tag = "type")]
    enum OfEnums {
        Figure(Figure), Tagged(Tagged), Adjacent(Adjacent), Either(Either), Boxed(Box<Figure>),
        #[schemars(title = "A title", transform = count)] Annotated(#[schemars(title = "Inside")] Figure),
        Described(#[schemars(with = "Figure")] Figure), Reopened(Reopened),
    } => closed_beside_the_tag
    #[serde(tag = "type")] [open] enum OpenOfEnums { Figure(Figure), Tagged(Tagged) } => closed_beside_the_tag
    #[schemars(extend("additionalProperties" = true))] struct Reopened { number: u8 }
    struct Holder {
        documented: Documented, documented_inside: DocumentedInside, titled: Titled, boxed: Box<Titled>,
        leaf: MaybeLeaf, number: u8,
    } => optional_but_for_the_number
    struct Described {
        #[schemars(with = "Option<u8>")] number: u64, #[schemars(with = "u64")] option: Option<u64>,
        #[schemars(schema_with = "anything")] anything: Option<u64>,
    } => optional_but_for_the_number
    enum HolderInVariant { Struct { documented: Documented, number: u8 } } => optional_in_the_variant
    #[serde(tag = "t", content = "c")]
    enum MaybeContent {
        Nothing, Number(u8), Maybe(Option<u8>), MaybeInner(Option<Inner>),
    } => optional_beside_the_tag
    /** A documented option. */ #[serde(transparent)] struct Documented(Option<u8>);
    #[serde(transparent)] struct DocumentedInside { /** A documented option. */ inner: Option<Inner> }
    #[serde(transparent)] #[schemars(title = "An option")] struct Titled(Option<Inner>);
    #[derive(Default)] #[serde(default, transparent)] struct Defaulted(Level);
    enum Units { First, #[serde(skip)] Hidden(u8) } => of_names_alone
    enum Values { #[serde(skip)] Hidden, Seen(u8) } => without_an_empty_list
}

/// Nothing unknown may stand beside a tag either: schemars opens up what does, to make room for the tag, and leaves it
/// open where that is an enum.
fn closed_beside_the_tag(schema: &mut Value, _: bool) {
    for variant in schema["oneOf"].as_array_mut().expect("variants") {
        // Inlined, what is reopened says so itself.
        if variant.get("additionalProperties").is_none() {
            variant["unevaluatedProperties"] = false.into();
        }
    }
}

/// Whether a field may be missing is a matter of how it is read. To schemars, what is documented is no option, and what is
/// described as another type is that type.
fn optional_but_for_the_number(schema: &mut Value, is_read: bool) {
    if is_read {
        schema["required"] = json!(["number"]);
    }
}

fn optional_in_the_variant(schema: &mut Value, is_read: bool) {
    optional_but_for_the_number(&mut schema["oneOf"][0]["properties"]["Struct"], is_read);
}

/// The reader takes nothing for an option beside its tag, too, where schemars asks for a `null`.
fn optional_beside_the_tag(schema: &mut Value, is_read: bool) {
    if is_read {
        for variant in [2, 3] {
            schema["oneOf"][variant]["required"] = json!(["t"]);
        }
    }
}

/// Of variants that serde leaves out nothing remains, not even the question whether all of them are units.
fn of_names_alone(schema: &mut Value, _: bool) {
    let names = schema["oneOf"][0].take();
    schema["enum"] = names["enum"].clone();
    schema["type"] = names["type"].clone();
    schema.as_object_mut().expect("an object").remove("oneOf");
}

/// Nor an empty list of names.
fn without_an_empty_list(schema: &mut Value, _: bool) {
    schema["oneOf"].as_array_mut().expect("variants").remove(0);
}
