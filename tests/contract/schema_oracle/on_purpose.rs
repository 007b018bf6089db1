//! Where contracts part from schemars, and how.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{root, settings};

/// A type that is read where nothing is given, of which its schema knows nothing.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct MaybeLeaf(Option<u8>);

impl JsonSchema for MaybeLeaf {
    fn schema_name() -> Cow<'static, str> {
        "MaybeLeaf".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "null"] })
    }
}

/// Notes how many keywords there were.
fn count(schema: &mut Schema) {
    let keywords = schema.as_object().map_or(0, serde_json::Map::len);
    schema.insert("x-keywords".to_owned(), keywords.into());
}

twins! {
    {
        use shared::*;
    }

    closed enum Figure {
        Round(f64),
        Square { side: f64 },
    }

    #[serde(untagged)]
    closed enum Either {
        Round { radius: f64 },
        Square { side: f64 },
    }

    #[serde(tag = "type")]
    closed enum OfEnums {
        Figure(Figure),
        Tagged(Tagged),
        Adjacent(Adjacent),
        Either(Either),
        Boxed(Box<Figure>),
        #[schemars(title = "A title", transform = count)]
        Annotated(#[schemars(title = "Inside")] Figure),
        Described(#[schemars(with = "Figure")] Figure),
        Reopened(Reopened),
    }

    #[serde(tag = "type")]
    open enum OpenOfEnums {
        Figure(Figure),
        Tagged(Tagged),
    }

    #[schemars(extend("additionalProperties" = true))]
    closed struct Reopened {
        number: u8,
    }

    /// A documented option.
    #[serde(transparent)]
    closed struct Documented(Option<u8>);

    #[serde(transparent)]
    closed struct DocumentedInside {
        /// A documented option.
        inner: Option<Inner>,
    }

    #[serde(transparent)]
    #[schemars(title = "An option")]
    closed struct Titled(Option<Inner>);

    closed struct Holder {
        documented: Documented,
        documented_inside: DocumentedInside,
        titled: Titled,
        boxed: Box<Titled>,
        leaf: MaybeLeaf,
        number: u8,
    }

    closed enum HolderInVariant {
        Struct { documented: Documented, number: u8 },
    }

    #[serde(tag = "t", content = "c")]
    closed enum MaybeContent {
        Nothing,
        Number(u8),
        Maybe(Option<u8>),
        MaybeInner(Option<Inner>),
    }

    #[derive(Default)]
    #[serde(default, transparent)]
    closed struct Defaulted(Level);
}

/// What a contract says is what schemars says, and this.
#[track_caller]
fn parts<Ours: JsonSchema, Theirs: JsonSchema>(settings: &SchemaSettings, change: impl FnOnce(&mut Value)) {
    let ours = settings.clone().into_generator().into_root_schema_for::<Ours>().to_value();
    let theirs = settings.clone().into_generator().into_root_schema_for::<Theirs>().to_value();
    let mut changed = theirs.clone();
    change(&mut changed);
    assert!(changed != theirs, "the change changes nothing: {theirs:#}");
    assert!(ours == changed, "\nours: {ours:#}\nschemars, changed: {changed:#}");
}

/// Nothing unknown may stand beside a tag either: schemars opens up what does, to make room for the tag, and leaves it
/// open where that is an enum.
#[test]
fn what_stands_beside_a_tag_is_closed() {
    let close = |schema: &mut Value| {
        for variant in schema["oneOf"].as_array_mut().expect("variants") {
            // Inlined, what is reopened says so itself.
            if variant.get("additionalProperties").is_none() {
                variant["unevaluatedProperties"] = false.into();
            }
        }
    };
    for (_, settings) in settings() {
        parts::<ours::OfEnums, theirs::OfEnums>(&settings, close);
        parts::<ours::OpenOfEnums, theirs::OpenOfEnums>(&settings, close);
    }
}

/// The reader takes nothing for an option, however it is documented; schemars takes what is documented for no option.
#[test]
fn documented_options_may_be_missing() {
    let read = SchemaSettings::draft2020_12();
    parts::<ours::Holder, theirs::Holder>(&read, |schema| schema["required"] = json!(["number"]));
    parts::<ours::HolderInVariant, theirs::HolderInVariant>(&read, |schema| {
        schema["oneOf"][0]["properties"]["Struct"]["required"] = json!(["number"]);
    });
    let written = read.for_serialize();
    assert_eq!(root::<ours::Holder>(written.clone()), root::<theirs::Holder>(written));
}

/// The reader takes nothing for an option beside its tag, too, where schemars asks for a `null`.
#[test]
fn options_beside_a_tag_may_be_missing() {
    let read = SchemaSettings::draft2020_12();
    parts::<ours::MaybeContent, theirs::MaybeContent>(&read, |schema| {
        for variant in [2, 3] {
            schema["oneOf"][variant]["required"] = json!(["t"]);
        }
    });
    let written = read.for_serialize();
    assert_eq!(root::<ours::MaybeContent>(written.clone()), root::<theirs::MaybeContent>(written));
}

/// Whether a field may be missing is a matter of how it is read, and not of how it is described.
#[test]
fn what_may_be_missing_is_what_is_read_of_nothing() {
    #[handoff::contract]
    struct Described {
        #[schemars(with = "Option<u8>")]
        number: u64,
        #[schemars(with = "u64")]
        option: Option<u64>,
        #[schemars(schema_with = "anything")]
        anything: Option<u64>,
    }
    fn anything(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }

    let schema = <Described as handoff::Contract>::schema().as_value();
    assert_eq!(schema["required"], json!(["number"]));
    assert!(<Described as handoff::Contract>::parse(r#"{"number":1}"#).is_ok());
    assert!(<Described as handoff::Contract>::parse(r#"{"option":1}"#).is_err());
}

/// Of variants that serde leaves out nothing remains, not even an empty list of names.
#[test]
fn skipped_variants_leave_nothing() {
    #[handoff::contract]
    #[allow(dead_code)]
    enum Units {
        First,
        #[serde(skip)]
        Hidden(u8),
    }
    #[handoff::contract]
    #[allow(dead_code)]
    enum Values {
        #[serde(skip)]
        Hidden,
        Seen(u8),
    }

    let units = <Units as handoff::Contract>::schema().as_value();
    assert_eq!((&units["type"], &units["enum"]), (&json!("string"), &json!(["First"])));
    let values = <Values as handoff::Contract>::schema().as_value();
    assert_eq!(values["oneOf"].as_array().map(Vec::len), Some(1));
}

/// schemars refers to what is in a wrapper, which then refuses the tag that it does not see, or lets in whatever stands
/// beside the tag of an enum.
#[test]
fn what_is_wrapped_beside_a_tag_sees_the_tag() {
    #[handoff::contract]
    struct Inner {
        number: u8,
    }
    #[handoff::contract]
    struct Wrapper(Inner);
    #[handoff::contract]
    struct Unit;
    /// Documented, and so a schema of its own.
    #[handoff::contract]
    #[serde(transparent)]
    struct Transparent(Wrapper);
    #[handoff::contract]
    #[serde(tag = "form")]
    enum Form {
        Round { radius: u8 },
    }
    #[handoff::contract]
    #[serde(untagged)]
    enum Either {
        Inner(Wrapper),
        Form(Form),
    }
    #[handoff::contract]
    struct OfUnit(Unit);
    #[handoff::contract]
    struct Table(BTreeMap<String, u8>);
    #[handoff::contract]
    #[serde(tag = "kind")]
    enum Tagged {
        Table(Table),
        Wrapper(Wrapper),
        Transparent(Transparent),
        Form(Form),
        Either(Either),
        OfUnit(OfUnit),
    }

    let validator =
        jsonschema::validator_for(<Tagged as handoff::Contract>::schema().as_value()).expect("a schema");
    for (json, holds) in [
        (r#"{"kind":"Wrapper","number":1}"#, true),
        (r#"{"kind":"Wrapper","number":1,"more":1}"#, false),
        (r#"{"kind":"Transparent","number":1}"#, true),
        (r#"{"kind":"Transparent","number":1,"more":1}"#, false),
        (r#"{"kind":"Form","form":"Round","radius":1}"#, true),
        (r#"{"kind":"Form","form":"Round","radius":1,"more":1}"#, false),
        (r#"{"kind":"Either","number":1}"#, true),
        (r#"{"kind":"Either","form":"Round","radius":1}"#, true),
        (r#"{"kind":"Table","number":1}"#, true),
        (r#"{"kind":"Table","number":"1"}"#, false),
        (r#"{"kind":"OfUnit"}"#, true),
        (r#"{"kind":"OfUnit","more":1}"#, false),
    ] {
        let value = serde_json::from_str(json).expect("JSON");
        assert_eq!(validator.is_valid(&value), holds, "the schema on {json}");
        assert_eq!(<Tagged as handoff::Contract>::parse(json).is_ok(), holds, "the reader on {json}");
    }
}

/// A wrapper is asked for what it holds, which may be itself.
#[test]
fn what_holds_itself_is_described() {
    #[handoff::contract]
    struct Chain(Vec<Option<Box<Chain>>>);
    #[handoff::contract]
    struct Nest(Vec<Nest>);
    #[handoff::contract]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Nest(Nest),
    }
    #[handoff::contract]
    struct Tower(BTreeMap<String, Tower>);
    #[handoff::contract]
    #[serde(tag = "kind")]
    enum Tagged {
        Tower(Tower),
    }

    for schema in [
        <Chain as handoff::Contract>::schema(),
        <Either as handoff::Contract>::schema(),
        <Tagged as handoff::Contract>::schema(),
    ] {
        assert!(jsonschema::validator_for(schema.as_value()).is_ok(), "{schema:?}");
    }
    assert!(<Either as handoff::Contract>::parse("[[],[[]]]").is_ok());
    assert!(<Either as handoff::Contract>::parse("[[],\"\"]").is_err());
    assert!(<Chain as handoff::Contract>::parse("[null,[null,[]]]").is_ok());
}

/// Two types of one name are two types, wherever they stand.
#[test]
fn types_of_one_name_are_told_apart() {
    fn first() -> Value {
        #[handoff::contract]
        struct Part {
            number: u8,
        }
        #[handoff::contract]
        struct Whole {
            part: Part,
            other: second::Part,
        }
        mod second {
            #[handoff::contract]
            pub(super) struct Part {
                text: String,
            }
        }
        <Whole as handoff::Contract>::schema().as_value().clone()
    }

    let schema = first();
    let definitions = schema["$defs"].as_object().expect("definitions");
    assert_eq!(definitions.keys().map(String::as_str).collect::<Vec<_>>(), ["Part", "Part2"]);
}

/// Checks have the last word: nothing in the schema may promise another thing than they do.
#[test]
fn checks_come_after_the_attributes() {
    #[handoff::contract]
    struct Checked {
        /// A documented text.
        #[check(len(2..=8))]
        #[schemars(transform = count, extend("maxLength" = 3))]
        #[serde(default = "text")]
        text: String,
    }
    fn text() -> String {
        "text".to_owned()
    }

    let schema = <Checked as handoff::Contract>::schema().as_value();
    let expected = json!({
        "description": "A documented text.",
        "type": "string",
        "default": "text",
        "minLength": 2,
        "maxLength": 8,
        "x-keywords": 4,
    });
    assert_eq!(schema["properties"]["text"], expected);
}
