//! What a schema says for people: doc comments, and the attributes of schemars'.

use schemars::Schema;
use serde_json::json;

use super::shared::Leaf;

const TITLE: &str = "A title of a constant";

fn text() -> String {
    "a text".to_owned()
}

/// Counts how often it was there, and what it saw.
fn count(schema: &mut Schema) {
    let seen = schema.get("x-seen").and_then(serde_json::Value::as_u64).unwrap_or(0);
    let keywords = schema.as_object().map_or(0, serde_json::Map::len);
    schema.insert("x-seen".to_owned(), (seen + 1).into());
    schema.insert(format!("x-keywords-{seen}"), keywords.into());
}

fn forget(schema: &mut Schema) {
    *schema = true.into();
}

mod transforms {
    use schemars::Schema;
    use schemars::transform::Transform;

    #[derive(Clone)]
    pub(super) struct Tag(pub(super) &'static str);

    impl Transform for Tag {
        fn transform(&mut self, schema: &mut Schema) {
            schema.insert("x-tag".to_owned(), self.0.into());
        }
    }
}

macro_rules! words {
    () => {
        "Words of a macro."
    };
}

twins! {
    {
        use shared::*;

        impl OfItself {
            const TITLE: &str = "Its title";

            fn sample() -> Self {
                Self { number: 5, inner: Inner { text: "a".to_owned(), note: None } }
            }

            fn change(schema: &mut Schema) {
                schema.insert("x-type".to_owned(), std::any::type_name::<u8>().into());
            }
        }

        impl OfItselfAlone {
            fn samples() -> [Self; 2] {
                [Self::First, Self::Second(Some(1))]
            }
        }
    }

    /// One line.
    closed struct OneLine {
        /// One line.
        number: u8,
        /// One line.
        inner: Inner,
        /// One line.
        maybe: Option<Inner>,
        /// One line.
        leaf: Leaf,
        /// One line.
        documented: Documented,
        /// One line.
        value: serde_json::Value,
    }

    /// Several
    /// lines.
    ///
    /// And another paragraph,
    ///   indented,
    ///     further.
    ///
    ///
    /// - a list
    ///   of one
    ///
    closed struct SeveralLines {
        /// Several
        /// lines.
        ///
        ///     let code = 1;
        ///
        /// ```json
        /// { "quoted": "\"\\n\"" }
        /// ```
        number: u8,
        ///No space.
        ///  Two spaces.
        spaces: u8,
        #[doc = "\tA tab."]
        tab: u8,
        ///
        /// After an empty line.
        ///
        empty_lines: u8,
        /// `code`, "quotes", \backslashes\, {braces}, größe 🦀
        characters: u8,
    }

    /// # Title
    closed struct Titled {
        /// # Title
        alone: u8,
        /// # Title
        /// Description.
        near: u8,
        /// # Title
        ///
        /// Description
        /// of two lines.
        apart: u8,
        ///   ### Title ###
        ///
        /// # Not the title
        deeper: u8,
        /// #Title
        no_space: u8,
        /// #
        /// Description.
        empty: u8,
        /// #
        nothing: u8,
        /// Description.
        /// # Not the title
        below: u8,
        /// # Title
        inner: Inner,
        /// # Title
        ///
        ///   Description.
        documented: Documented,
    }

    /// # The title of a struct
    ///
    /// And its description.
    closed struct TitledAndDescribed {
        titled: Titled,
    }

    ///
    closed struct Empty {
        ///
        number: u8,
        #[doc = ""]
        text: u8,
        ///
        ///
        blank: u8,
        #[doc(hidden)]
        hidden: u8,
        #[doc(alias = "other")]
        alias: Documented,
        #[doc = ""]
        documented: Documented,
    }

    #[doc = "By an attribute."]
    closed struct ByAttribute {
        #[doc = " With a space."]
        space: u8,
        #[doc = "  With two spaces."]
        spaces: u8,
        #[doc = "Two\nlines.\r\n\tAnd a third.\n"]
        lines: u8,
        #[doc = r#" Raw "quotes" \n"#]
        raw: u8,
        #[doc = "First."]
        #[doc = " Second."]
        /// Third.
        #[doc = ""]
        #[doc = "Last."]
        several: u8,
        #[doc = "# Title\ndescription"]
        titled: u8,
        #[doc = "\u{a0}not ASCII\u{2003}"]
        unicode: u8,
    }

    #[doc = concat!("By ", "a ", "macro.")]
    closed struct ByMacro {
        #[doc = concat!(" Number ", 1, ", ", 2.5, ", ", true, ", ", 'c')]
        concat: u8,
        #[doc = concat!("# Title", "\n", "description of ", stringify!(number))]
        titled: u8,
        #[doc = stringify!(a + b)]
        stringify: u8,
        #[doc = env!("CARGO_PKG_NAME")]
        environment: u8,
        #[doc = include_str!("../../../rustfmt.toml")]
        included: u8,
        #[doc = words!()]
        own: u8,
        /// Before,
        #[doc = concat!(" between ", "and")]
        /// after.
        among: u8,
        #[doc = concat!()]
        nothing: u8,
        #[doc = concat!("of ", words!())]
        inner: Inner,
    }

    /** A block. */
    closed struct Block {
        /** A block. */
        one_line: u8,
        /**
         * Stars
         * in front.
         *
         * - of every line
         */
        stars: u8,
        /**
        No stars,

            indented.
        */
        no_stars: u8,
        /**No space*/
        no_space: u8,
        /** # Title

        Description. */
        titled: u8,
        /** A block. */
        /// And a line.
        both: u8,
        /**/
        empty: u8,
    }

    /// A documented enum.
    closed enum Variants {
        /// # Title
        ///
        /// Description.
        Unit,
        /** A block. */
        Newtype(
            /// # Title
            /// Description.
            u8,
        ),
        #[doc = "By an attribute."]
        Tuple(
            /// First
            /// field.
            u8,
            #[doc = concat!("second ", "field")]
            Inner,
        ),
        ///
        Struct {
            /// # Title
            number: u8,
            ///
            inner: Inner,
        },
        /// Several
        ///   lines.
        ///
        /// - and a list
        Inner(Inner),
        #[doc(hidden)]
        Hidden,
    }

    #[deprecated]
    closed struct Deprecated {
        #[deprecated]
        number: u8,
        #[deprecated = "for a reason"]
        reason: u8,
        /// A documented field.
        #[deprecated(since = "0.1.0", note = "for a reason")]
        documented: Inner,
        #[deprecated]
        inner: Inner,
        #[deprecated]
        maybe: Option<Inner>,
        #[deprecated]
        value: serde_json::Value,
    }

    #[deprecated = "for a reason"]
    closed struct DeprecatedNewtype(#[deprecated] u8);

    /// A documented enum.
    #[deprecated]
    closed enum DeprecatedEnum {
        First,
        #[deprecated]
        Second,
        #[deprecated = "for a reason"]
        Number(#[deprecated] u8),
        /// A documented variant.
        #[deprecated]
        Struct {
            #[deprecated]
            number: u8,
        },
    }

    #[deprecated]
    closed enum DeprecatedUnits {
        First,
        Second,
    }

    #[schemars(title = "A title", description = "A description", example = 1, example = "a text")]
    #[schemars(extend("x" = 1))]
    closed struct Annotated {
        #[schemars(title = "A title")]
        title: u8,
        #[schemars(description = "A description\n of two lines")]
        description: u8,
        #[schemars(title = "", description = "")]
        empty: u8,
        /// # A title of a comment
        ///
        /// A description of a comment.
        #[schemars(title = "A title")]
        title_and_comment: u8,
        /// # A title of a comment
        ///
        /// A description of a comment.
        #[schemars(description = "A description")]
        description_and_comment: u8,
        /// # A title of a comment
        #[schemars(title = "", description = "A description")]
        no_title: u8,
        #[schemars(title = TITLE, description = text())]
        expressions: u8,
        #[schemars(title = concat!("a ", "title"), description = format!("{} {}", "a", 1))]
        macros: u8,
        #[schemars(example = 1)]
        example: u8,
        #[schemars(example = 1, example = "two words", example = 'c', example = [1, 2], example = text())]
        #[schemars(example = &"text")]
        examples: u8,
        #[schemars(example = json!({ "a": [1, null] }))]
        #[schemars(example = None::<u8>)]
        more_examples: u8,
        #[schemars(example = std::collections::BTreeMap::from([((1, 2), 3)]))]
        no_example: u8,
        #[schemars(extend("x" = 1, "y" = "text", "z" = { "a": [1, true, null], "b": { "c": 1.5 } }))]
        extended: u8,
        #[schemars(extend("x" = text()), extend("y" = 1 + 1))]
        extended_by_expressions: u8,
        #[schemars(extend("type" = ["integer", "null"], "format" = "own", "description" = "replaced"))]
        /// A documented field.
        replaced: u8,
        #[schemars(transform = count)]
        transformed: u8,
        #[schemars(transform = count, transform = count, extend("x" = 1), transform = transforms::Tag("t"))]
        #[schemars(transform = count)]
        transformed_twice: u8,
        #[schemars(transform = |schema: &mut Schema| { schema.remove("minimum"); })]
        by_closure: u8,
        #[schemars(transform = forget)]
        forgotten: Inner,
        #[schemars(title = "A title", example = 1, extend("x" = 1), transform = count)]
        inner: Inner,
        #[schemars(title = "A title", example = 1, extend("x" = 1), transform = count)]
        maybe: Option<Inner>,
        #[schemars(title = "A title", extend("x" = 1))]
        value: serde_json::Value,
        #[schemars(title = "A title")]
        leaf: Leaf,
        #[schemars(title = "A title", description = "A description")]
        documented: Documented,
        #[serde(default)]
        #[schemars(title = "A title", extend("default" = 1), transform = count)]
        defaulted: u8,
        #[serde(default)]
        #[schemars(title = "A title", transform = count)]
        level: Level,
        #[schemars(title = "A title")]
        #[schemars(example = 2)]
        #[deprecated]
        #[schemars(extend("x" = 1))]
        #[serde(rename = "other")]
        /// Documented below.
        all: u8,
    }

    #[schemars(title = Self::TITLE, example = Self::sample(), transform = Self::change)]
    closed struct OfItself {
        #[schemars(description = Self::TITLE, example = Self::sample().number, transform = Self::change)]
        number: u8,
        #[schemars(extend("x" = Self::sample().inner, "y" = { "z": Self::TITLE }))]
        inner: Inner,
    }

    #[schemars(example = Self::samples(), extend("x" = Self::samples()[1].clone()))]
    closed enum OfItselfAlone {
        First,
        #[schemars(example = Self::samples()[1].clone(), example = OfItselfAlone::First)]
        Second(#[schemars(example = Self::samples().len())] Option<u8>),
    }

    /// # A title of a comment
    ///
    /// A description of a comment.
    #[schemars(title = "A title", transform = count, extend("type" = "replaced"))]
    open struct OpenAnnotated {
        a: u8,
    }

    #[schemars(
        description = "A description",
        transform = |schema: &mut Schema| { schema.remove("required"); },
    )]
    closed struct TransformedByClosure {
        a: u8,
    }

    #[schemars(extend("additionalProperties" = true), transform = count)]
    closed struct Reopened {
        a: u8,
    }

    #[schemars(extend("x" = 1), transform = count)]
    flattened struct Flat {
        #[serde(flatten)]
        inner: Inner,
        /// A documented field.
        #[schemars(title = "A title", transform = count)]
        own: u8,
    }

    #[schemars(title = "A title", example = 1, extend("x" = 1), transform = count)]
    closed struct Newtype(#[schemars(title = "Inside", example = 2, extend("x" = 2), transform = count)] u8);

    #[schemars(title = "A title")]
    closed struct NewtypeOfInner(#[schemars(description = "A description")] Inner);

    #[schemars(title = "A title", transform = count)]
    closed struct Tuple(#[schemars(title = "Inside", transform = count)] u8, #[schemars(example = 1)] Inner);

    #[schemars(title = "A title", example = (), extend("x" = 1), transform = count)]
    closed struct Unit;

    #[schemars(title = "A title", example = &"First", transform = count)]
    closed enum Units {
        First,
        Second,
    }

    #[schemars(title = "A title", extend("x" = 1), transform = count)]
    closed enum External {
        Plain,
        #[schemars(title = "A title")]
        Titled,
        #[schemars(description = "A description")]
        Described,
        #[schemars(example = &"Exemplary")]
        Exemplary,
        #[schemars(extend("x" = 1))]
        Extended,
        #[schemars(transform = count)]
        Transformed,
        #[schemars(title = "", description = "")]
        Emptied,
        #[schemars(title = "A title", description = "A description", example = 1)]
        #[schemars(extend("x" = 1), transform = count)]
        Newtype(#[schemars(title = "Inside", transform = count)] u8),
        #[schemars(title = "A title", transform = count)]
        Inner(#[schemars(title = "Inside", transform = count)] Inner),
        #[schemars(title = "A title", transform = count)]
        Tuple(#[schemars(title = "Inside", transform = count)] u8, u8),
        #[schemars(title = "A title", transform = count)]
        Struct {
            #[schemars(title = "Inside", transform = count)]
            number: u8,
        },
    }

    #[schemars(title = "A title", extend("x" = 1), transform = count)]
    #[serde(tag = "type")]
    closed enum Internal {
        #[schemars(title = "A title", transform = count)]
        Unit,
        #[schemars(title = "A title", extend("x" = 1), transform = count)]
        Inner(#[schemars(title = "Inside", transform = count)] Inner),
        #[schemars(transform = forget)]
        Forgotten { number: u8 },
        #[schemars(title = "A title", transform = count)]
        Struct {
            #[schemars(title = "Inside", transform = count)]
            number: u8,
        },
        Annotated(Annotated),
    }

    #[schemars(title = "A title", extend("x" = 1), transform = count)]
    #[serde(tag = "t", content = "c")]
    closed enum Adjacent {
        #[schemars(title = "A title", transform = count)]
        Unit,
        #[schemars(title = "A title", extend("x" = 1), transform = count)]
        Inner(#[schemars(title = "Inside", transform = count)] Inner),
        #[schemars(title = "A title", transform = count)]
        Tuple(#[schemars(title = "Inside", transform = count)] u8, u8),
        #[schemars(title = "A title", transform = count)]
        Struct {
            #[schemars(title = "Inside", transform = count)]
            number: u8,
        },
    }

    #[schemars(title = "A title", extend("x" = 1), transform = count)]
    #[serde(untagged)]
    closed enum Untagged {
        #[schemars(title = "A title", extend("x" = 1), transform = count)]
        Inner(#[schemars(title = "Inside", transform = count)] Inner),
        #[schemars(title = "A title", transform = count)]
        Tuple(#[schemars(title = "Inside", transform = count)] u8, u8),
        #[schemars(title = "A title", transform = count)]
        Struct {
            #[schemars(title = "Inside", transform = count)]
            number: u8,
        },
        #[schemars(transform = count)]
        Number(#[schemars(title = "Inside", transform = count)] u8),
        #[schemars(transform = count)]
        Unit,
    }

    #[schemars(inline, title = "A title", transform = count)]
    closed struct Inlined {
        inner: Inner,
    }

    closed struct Holder {
        /// A documented field.
        annotated: Annotated,
        #[schemars(title = "Here")]
        inlined: Inlined,
        newtype: Newtype,
        unit: Unit,
        units: Option<Units>,
        external: External,
    }
}
