//! The names that serde gives.
#![allow(non_camel_case_types, non_snake_case)]

use super::shared::Leaf;

/// Fields and variants by one convention.
macro_rules! conventions {
    ({ $($beside:tt)* } $($text:literal: $Struct:ident $Enum:ident $InVariants:ident,)*) => {
        twins! {
            { $($beside)* }

            $(
                #[serde(rename_all = $text)]
                closed struct $Struct {
                    word: u8,
                    two_words: Inner,
                    r#type: Option<u8>,
                    _led: u8,
                    trailed_: u8,
                    two__underscores: u8,
                    digits_1_2x: u8,
                    mixedCase: u8,
                    größe_ä: u8,
                    #[serde(rename = "kept_asIs")]
                    renamed_field: u8,
                    #[serde(alias = "other_name")]
                    aliased_field: u8,
                    #[serde(default)]
                    defaulted_field: u8,
                }

                #[serde(rename_all = $text)]
                closed enum $Enum {
                    Word,
                    TwoWords,
                    HTTPServer,
                    V2Beta,
                    r#Raw,
                    Under_Score,
                    GrößeÄ,
                    #[serde(rename = "kept_asIs")]
                    RenamedVariant,
                    /// A documented variant.
                    DocumentedVariant,
                    NewType(u8),
                    WithFields { some_field: u8 },
                }

                #[serde(rename_all_fields = $text)]
                closed enum $InVariants {
                    SomeUnit,
                    SomeFields { some_field: u8, r#type: Inner, mixedCase: u8 },
                    #[serde(rename_all = "kebab-case")]
                    OtherFields { some_field: u8, #[serde(rename = "kept_asIs")] other_field: u8 },
                }
            )*

            #[serde(rename = "Another Name")]
            closed struct Renamed {
                #[serde(rename = "")]
                empty: u8,
                #[serde(rename = "with space")]
                space: u8,
                #[serde(rename = "a/b~c")]
                pointer: Inner,
                #[serde(rename = "\"quoted\"\n{}")]
                quoted: u8,
                #[serde(rename = "größe 🦀")]
                unicode: u8,
                #[serde(rename = "$ref")]
                keyword: u8,
                #[serde(rename = "type", alias = "kind", alias = "sort")]
                several: u8,
            }

            #[serde(rename = "Renamed/Enum~")]
            closed enum RenamedEnum {
                #[serde(rename = "a b")]
                Unit,
                #[serde(rename = "größe \"🦀\"")]
                Value(u8),
                #[serde(rename = "", alias = "none")]
                Tuple(u8, u8),
                #[serde(rename = "{}")]
                Struct { #[serde(rename = "Field")] field: u8 },
                #[serde(rename = "documented")]
                /// A documented unit.
                Documented,
            }

            #[serde(tag = "the \"tag\"", rename_all = "kebab-case", rename_all_fields = "camelCase")]
            closed enum RenamedInternal {
                SomeUnit,
                SomeInner(Inner),
                SomeStruct { some_field: u8 },
                #[serde(rename = "Other", rename_all = "UPPERCASE")]
                OtherStruct { some_field: u8 },
            }

            #[serde(tag = "the tag", content = "the content")]
            #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
            closed enum RenamedAdjacent {
                SomeUnit,
                SomeInner(Inner),
                SomeStruct { some_field: u8 },
                #[serde(rename = "Other", rename_all = "UPPERCASE")]
                OtherStruct { some_field: u8 },
            }

            #[serde(untagged, rename_all = "snake_case", rename_all_fields = "camelCase")]
            closed enum RenamedUntagged {
                SomeInner(Inner),
                SomeStruct { some_field: u8 },
                #[serde(rename = "Other", rename_all = "UPPERCASE")]
                OtherStruct { some_field: u8 },
                SomeUnit,
            }

            #[serde(rename = "RenamedTuple")]
            closed struct TupleRenamed(u8, #[serde(rename = "ignored")] u8);

            #[serde(rename = "RenamedUnit")]
            closed struct UnitRenamed;

            #[serde(rename = "Inner")]
            closed struct Namesake {
                number: u8,
            }

            #[serde(rename = "Leaf")]
            closed enum NamesakeOfLeaf {
                Only,
            }

            closed struct Namesakes {
                namesake: Namesake,
                inner: Inner,
                leaves: Vec<NamesakeOfLeaf>,
                leaf: Leaf,
                again: Option<Namesake>,
                module: Deep,
            }

            closed struct r#Raw {
                r#type: u8,
                r#match: Option<Inner>,
                r#async: r#RawEnum,
                r#plain: u8,
            }

            closed enum r#RawEnum {
                r#Type,
                r#Match(u8),
                r#Try { r#fn: u8 },
            }

            closed struct r#struct(u8);

            closed struct Schema {
                schema: u8,
                generator: Option<SchemaGenerator>,
            }

            closed enum SchemaGenerator {
                Schema(Box<Schema>),
                JsonSchema(JsonSchema),
                Contract { contract: Contract },
            }

            #[serde(transparent)]
            closed struct JsonSchema(Inner);

            closed struct Contract {
                value: serde_json::Value,
                default: u8,
                description: Level,
            }

            closed struct größe_ä {
                größe: r#struct,
            }
        }
    };
}

conventions! {
    {
        use shared::*;

        mod deep {
            /// Of the same name as one outside.
            #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
            pub(in crate::schema_oracle) struct Inner {
                deep: u8,
            }
        }
        use deep::Inner as Deep;
    }
    "lowercase": Lower LowerEnum LowerFields,
    "UPPERCASE": Upper UpperEnum UpperFields,
    "PascalCase": Pascal PascalEnum PascalFields,
    "camelCase": Camel CamelEnum CamelFields,
    "snake_case": Snake SnakeEnum SnakeFields,
    "SCREAMING_SNAKE_CASE": ScreamingSnake ScreamingSnakeEnum ScreamingSnakeFields,
    "kebab-case": Kebab KebabEnum KebabFields,
    "SCREAMING-KEBAB-CASE": ScreamingKebab ScreamingKebabEnum ScreamingKebabFields,
}
