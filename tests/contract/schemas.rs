//! What a schema says where no other is its measure: what it allows is what the reader takes.

use std::collections::BTreeMap;

use handoff::Contract;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

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

    let schema = Described::schema().as_value();
    assert_eq!(schema["required"], json!(["number"]));
    assert!(Described::parse(r#"{"number":1}"#).is_ok());
    assert!(Described::parse(r#"{"option":1}"#).is_err());
}

/// It would refuse the tag that it does not see, or let in whatever stands beside the tag of an enum.
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

    let validator = jsonschema::validator_for(Tagged::schema().as_value()).expect("a schema");
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
        assert_eq!(Tagged::parse(json).is_ok(), holds, "the reader on {json}");
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

    for schema in [Chain::schema(), Either::schema(), Tagged::schema()] {
        assert!(jsonschema::validator_for(schema.as_value()).is_ok(), "{schema:?}");
    }
    assert!(Either::parse("[[],[[]]]").is_ok());
    assert!(Either::parse("[[],\"\"]").is_err());
    assert!(Chain::parse("[null,[null,[]]]").is_ok());
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
        Whole::schema().as_value().clone()
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
    /// Notes how many keywords there were.
    fn count(schema: &mut Schema) {
        let keywords = schema.as_object().map_or(0, serde_json::Map::len);
        schema.insert("x-keywords".to_owned(), keywords.into());
    }

    let schema = Checked::schema().as_value();
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
