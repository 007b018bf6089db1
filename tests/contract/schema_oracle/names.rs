//! The names that serde gives.
#![allow(non_camel_case_types, non_snake_case)]

/// Fields and variants by one convention.
macro_rules! conventions {
    ({ $($beside:tt)* } $($text:literal: $Struct:ident $Enum:ident $InVariants:ident,)*) => {
        oracle! {
            { $($beside)* }
            $(
                #[serde(rename_all = $text)]
                struct $Struct {
                    word: u8, two_words: Inner, r#type: Option<u8>, _led: u8, trailed_: u8,
                    two__underscores: u8, digits_1_2x: u8, mixedCase: u8, größe_ä: u8,
                    #[serde(rename = "kept_asIs")] renamed_field: u8,
                    #[serde(alias = "other_name")] aliased_field: u8, #[serde(default)] defaulted_field: u8,
                }
                #[serde(rename_all = $text)]
                enum $Enum {
                    Word, TwoWords, HTTPServer, V2Beta, r#Raw, Under_Score, GrößeÄ,
                    #[serde(rename = "kept_asIs")] RenamedVariant,
                    /** A documented variant. */ DocumentedVariant, NewType(u8),
                    WithFields { some_field: u8 },
                }
                #[serde(rename_all_fields = $text)]
                enum $InVariants {
                    SomeUnit, SomeFields { some_field: u8, r#type: Inner, mixedCase: u8 },
                    #[serde(rename_all = "kebab-case")]
                    OtherFields { some_field: u8, #[serde(rename = "kept_asIs")] other_field: u8 },
                }
            )*
            #[serde(rename = "Another Name")]
            struct Renamed {
                #[serde(rename = "")] empty: u8, #[serde(rename = "with space")] space: u8,
                #[serde(rename = "a/b~c")] pointer: Inner, #[serde(rename = "\"quoted\"\n{}")] quoted: u8,
                #[serde(rename = "größe 🦀")] unicode: u8, #[serde(rename = "$ref")] keyword: u8,
                #[serde(rename = "type", alias = "kind", alias = "sort")] several: u8,
            }
            #[serde(rename = "Renamed/Enum~")]
            enum RenamedEnum {
                #[serde(rename = "a b")] Unit, #[serde(rename = "größe \"🦀\"")] Value(u8),
                #[serde(rename = "", alias = "none")] Tuple(u8, u8),
                #[serde(rename = "{}")] Struct { #[serde(rename = "Field")] field: u8 },
                #[serde(rename = "documented")] /** A documented unit. */ Documented,
            }
            #[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
            enum [RenamedExternal RenamedInternal RenamedAdjacent RenamedUntagged] {
                SomeUnit, SomeInner(Inner), SomeStruct { some_field: u8 },
                #[serde(rename = "Other", rename_all = "UPPERCASE")] OtherStruct { some_field: u8 },
            }
            #[serde(tag = "the \"tag\"")] enum NamedTag { Unit, Inner(Inner), Struct { field: u8 } }
            #[serde(tag = "the tag", content = "the content")] enum NamedContent { Unit, Struct { field: u8 } }
            #[serde(rename = "RenamedTuple")] struct TupleRenamed(u8, #[serde(rename = "ignored")] u8);
            #[serde(rename = "RenamedUnit")] struct UnitRenamed;
            #[serde(rename = "Inner")] struct Namesake { number: u8 }
            #[serde(rename = "Leaf")] enum NamesakeOfLeaf { Only }
            struct Namesakes {
                namesake: Namesake, inner: Inner, leaves: Vec<NamesakeOfLeaf>, leaf: Leaf,
                again: Option<Namesake>, module: Deep,
            }
            struct r#Raw { r#type: u8, r#match: Option<Inner>, r#async: r#RawEnum, r#plain: u8 }
            enum r#RawEnum { r#Type, r#Match(u8), r#Try { r#fn: u8 } } struct r#struct(u8);
            struct Schema { schema: u8, generator: Option<SchemaGenerator> }
            enum SchemaGenerator {
                Schema(Box<Schema>), JsonSchema(JsonSchema), Contract { contract: Contract },
            }
            #[serde(transparent)] struct JsonSchema(Inner);
            struct Contract { value: Value, default: u8, description: Level }
            struct größe_ä { größe: r#struct }
        }
    };
}

conventions! {
    {
        use shared::*;
        mod deep {
            /// Of the same name as one outside.
            #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
            pub(in crate::schema_oracle) struct Inner { deep: u8 }
        }
        use deep::Inner as Deep;
    }
    "lowercase": Lower LowerEnum LowerFields, "UPPERCASE": Upper UpperEnum UpperFields,
    "PascalCase": Pascal PascalEnum PascalFields, "camelCase": Camel CamelEnum CamelFields,
    "snake_case": Snake SnakeEnum SnakeFields, "kebab-case": Kebab KebabEnum KebabFields,
    "SCREAMING_SNAKE_CASE": ScreamingSnake ScreamingSnakeEnum ScreamingSnakeFields,
    "SCREAMING-KEBAB-CASE": ScreamingKebab ScreamingKebabEnum ScreamingKebabFields,
}
