//! Functions of serde's beside schemas of schemars', and schemas that are said by hand alone.

oracle! {
    {
        use shared::*;
        use serde::Deserialize;

        /// A value as its text; `number` is of one type.
        mod as_text {
            use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
            pub(super) fn serialize<T: ToString, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&value.to_string())
            }
            pub(super) fn deserialize<'de, T: std::str::FromStr, D: Deserializer<'de>>(of: D) -> Result<T, D::Error> {
                String::deserialize(of)?.parse().map_err(|_| D::Error::custom("no value"))
            }
            pub(super) fn number<'de, D: Deserializer<'de>>(of: D) -> Result<u64, D::Error> { deserialize(of) }
        }
        fn unwritable<T, S: serde::Serializer>(_: &T, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not to be written"))
        }
        fn itself<'de, D: serde::Deserializer<'de>>(of: D) -> Result<Shape, D::Error> { Deserialize::deserialize(of) }
        pub(in crate::schema_oracle) fn digits(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "string", "pattern": "^[0-9]+$" })
        }
        fn of_leaves(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "array", "items": generator.subschema_for::<Leaf>() })
        }
        fn object(_: &mut SchemaGenerator) -> Schema { json_schema!({ "type": "object", "properties": { "x": true } }) }
        fn anything(_: &mut SchemaGenerator) -> Schema { true.into() }
        fn seven() -> u64 { 7 } fn is_seven(number: &u64) -> bool { *number == 7 }
    }
    struct OfType {
        #[serde(with = "as_text")] #[schemars(with = "String")] both: u64,
        #[serde(serialize_with = "as_text::serialize", deserialize_with = "as_text::deserialize")]
        #[schemars(with = "String")] apart: u64,
        #[serde(serialize_with = "as_text::serialize")] #[schemars(with = "String")] written: u64,
        #[serde(deserialize_with = "as_text::number")] #[schemars(with = "String")] read: u64,
        #[schemars(with = "Inner")] described: u64,
        #[schemars(with = "Vec<Option<Inner>>")] described_as_list: Vec<Inner>,
        #[schemars(with = "Vec<Self>")] described_by_itself: u64, #[schemars(with = "Leaf")] inner: Inner,
        #[schemars(with = "std::collections::BTreeMap<String, u8>")] by_path: u8,
        #[schemars(with = "(u8, Inner)")] tuple: u8, #[schemars(with = "()")] unit: u8,
        /** A documented field. */ #[serde(with = "as_text", rename = "renamed")]
        #[schemars(with = "String", title = "Title", extend("x" = 1), example = "1 ")] annotated: u64,
    }
    struct ByFunction {
        #[serde(with = "as_text")] #[schemars(schema_with = "digits")] both: u64,
        #[serde(with = "as_text")] #[schemars(schema_with = "digits")] again: u64,
        #[serde(deserialize_with = "as_text::number")] #[schemars(schema_with = "digits")] read: u64,
        #[schemars(schema_with = "of_leaves")] described: Inner,
        #[schemars(schema_with = "anything")] anything: u8,
        #[schemars(schema_with = "super::ours::digits")] by_path: u8, /** A documented field. */
        #[schemars(schema_with = "digits", title = "Title", extend("x" = 1))] annotated: u8,
        /** A documented field. */ #[schemars(schema_with = "anything", extend("x" = 1))]
        annotated_anything: u8,
    }
    struct Defaulted {
        #[serde(default, with = "as_text")] #[schemars(with = "String")] both: u64,
        #[serde(default = "seven", with = "as_text")] #[schemars(with = "String")] seven: u64,
        #[serde(default = "seven", with = "as_text", skip_serializing_if = "is_seven")]
        #[schemars(with = "String")] skipped: u64,
        #[serde(default, with = "as_text", skip_serializing_if = "is_seven")] #[schemars(with = "String")]
        not_skipped: u64,
        #[serde(default, with = "as_text")] #[schemars(schema_with = "digits")] by_function: u64,
        #[serde(default = "seven", serialize_with = "as_text::serialize")] #[schemars(schema_with = "digits")]
        written: u64, #[serde(default = "seven", deserialize_with = "as_text::number")]
        #[schemars(with = "String")] read: u64, #[serde(default = "seven", serialize_with = "unwritable")]
        #[schemars(with = "String")] unwritable: u64,
        #[serde(default)] #[schemars(with = "String")] described: u64,
        #[serde(default)] #[schemars(with = "Option<u8>")] described_level: Level,
        #[serde(default = "seven")] #[schemars(schema_with = "digits")] described_by_function: u64,
        #[serde(default)] #[schemars(with = "Option<Inner>")] maybe: Option<u8>,
    }
    #[derive(Default)] #[serde(default)]
    struct WholeDefaulted {
        #[serde(with = "as_text")] #[schemars(with = "String")] number: u64,
        #[serde(with = "as_text", default = "seven")] #[schemars(schema_with = "digits")] seven: u64,
        #[schemars(with = "Inner")] described: Level, level: Level,
    }
    struct WrittenIf {
        #[serde(with = "as_text", default = "seven", skip_serializing_if = "is_seven")] #[schemars(with = "String")]
        number: u64,
        #[serde(default = "seven", skip_serializing_if = "is_seven")] #[schemars(schema_with = "digits")]
        by_function: u64,
    }
    struct Newtype(#[serde(with = "as_text")] #[schemars(with = "String")] u64);
    struct NewtypeByFunction(
        /** A documented number. */ #[serde(with = "as_text")] #[schemars(schema_with = "digits")] u64,
    );
    struct Tuple(
        #[serde(with = "as_text")] #[schemars(with = "String")] u64,
        #[schemars(schema_with = "digits")] Inner, #[schemars(with = "Inner")] u8,
    );
    #[serde(transparent)]
    struct Transparent { #[serde(with = "as_text")] #[schemars(with = "String")] number: u64 }
    #[serde(transparent)]
    struct TransparentByFunction(#[serde(with = "as_text")] #[schemars(schema_with = "digits")] u64);
    #[serde(transparent)] struct TransparentDescribed { #[schemars(with = "Inner")] number: u64 }
    struct Holder {
        newtype: Newtype, transparent: Transparent, by_function: Option<TransparentByFunction>,
        described: TransparentDescribed,
    }
    enum [External _ Adjacent Untagged] {
        Newtype(#[serde(with = "as_text")] #[schemars(with = "String")] u64),
        ByFunction(
            /** A documented number. */ #[serde(with = "as_text")] #[schemars(schema_with = "digits")] u64,
        ),
        /** A documented variant. */
        Documented(#[serde(with = "as_text")] #[schemars(schema_with = "digits")] u64),
        Tuple(#[schemars(with = "Inner")] u8, #[schemars(schema_with = "digits")] u8),
    }
    enum [ExternalObjects InternalObjects AdjacentObjects UntaggedObjects] {
        Struct {
            #[serde(with = "as_text", default = "seven")] #[schemars(with = "String")] number: u64,
            #[serde(with = "as_text", default = "seven")] #[schemars(schema_with = "digits")] other: u64,
            #[schemars(schema_with = "digits")] inner: Inner,
        },
        Newtype(#[schemars(with = "Documented")] Inner), ByFunction(#[schemars(schema_with = "object")] Open),
        Read(#[serde(deserialize_with = "itself")] #[schemars(with = "Shape")] Shape),
    }
}
