//! What a schema says for people: doc comments, and the attributes of schemars'. A macro hands `/// Text` and a block of
//! several lines on as `#[doc = " Text"]`, which is how they are written where they share a line with others.

oracle! {
    {
        use shared::*;
        const TITLE: &str = "Of a constant";
        macro_rules! words { () => { "Words of a macro." }; }
        fn text() -> String { "a text".to_owned() }
        fn forget(schema: &mut Schema) { *schema = true.into(); }

        /// Counts how often it was there, and what it saw.
        fn count(schema: &mut Schema) {
            let seen = schema.get("x-seen").and_then(Value::as_u64).unwrap_or(0);
            let keywords = schema.as_object().map_or(0, serde_json::Map::len);
            schema.insert("x-seen".to_owned(), (seen + 1).into());
            schema.insert(format!("x-keywords-{seen}"), keywords.into());
        }

        mod transforms { #[derive(Clone)] pub(super) struct Tag(pub(super) &'static str); }
        impl schemars::transform::Transform for transforms::Tag {
            fn transform(&mut self, schema: &mut Schema) { schema.insert("x-tag".to_owned(), self.0.into()); }
        }

        impl OfItself {
            const TITLE: &str = "Its title";
            fn sample() -> Self { Self { number: 5, inner: Inner { text: "a".to_owned(), note: None } } }
            fn change(schema: &mut Schema) {
                schema.insert("x-type".to_owned(), std::any::type_name::<u8>().into());
            }
        }
        impl OfItselfAlone { fn samples() -> [Self; 2] { [Self::First, Self::Second(Some(1))] } }
    }
    /** One line. */
    struct OneLine {
        /** One line. */ number: u8, /** One line. */ inner: Inner, /** One line. */ maybe: Option<Inner>,
        /** One line. */ leaf: Leaf, /** One line. */ documented: Documented, /** One line. */ value: Value,
    }
    #[doc = " Several"] #[doc = " lines."] #[doc = ""] #[doc = " And another paragraph,"]
    #[doc = "   indented,"] #[doc = "     further."] #[doc = ""] #[doc = ""] #[doc = " - a list"]
    #[doc = "   of one"] #[doc = ""]
    struct SeveralLines {
        #[doc = " Several"] #[doc = " lines."] #[doc = ""] #[doc = "     let code = 1;"] #[doc = ""]
        #[doc = " ```json"] #[doc = r#" { "quoted": "\"\\n\"" }"#] #[doc = " ```"] number: u8,
        #[doc = "No space."] #[doc = "  Two spaces."] spaces: u8, #[doc = "\tA tab."] tab: u8,
        #[doc = ""] #[doc = " After an empty line."] #[doc = ""] empty_lines: u8,
        /** `code`, "quotes", \backslashes\, {braces}, größe 🦀 */ characters: u8,
    }
    /** # Title */
    struct Titled {
        /** # Title */ alone: u8, #[doc = " # Title"] #[doc = " Description."] near: u8,
        #[doc = " # Title"] #[doc = ""] #[doc = " Description"] #[doc = " of two lines."] apart: u8,
        #[doc = "   ### Title ###"] #[doc = ""] #[doc = " # Not the title"] deeper: u8,
        /** #Title */ no_space: u8, #[doc = " #"] #[doc = " Description."] empty: u8, /** # */ nothing: u8,
        #[doc = " Description."] #[doc = " # Not the title"] below: u8, /** # Title */ inner: Inner,
        #[doc = " # Title"] #[doc = ""] #[doc = "   Description."] documented: Documented,
    }
    #[doc = " # The title of a struct"] #[doc = ""] #[doc = " And its description."]
    struct TitledAndDescribed { titled: Titled }
    #[doc = ""]
    struct Empty {
        #[doc = ""] number: u8, #[doc = ""] text: u8, #[doc = ""] #[doc = ""] blank: u8,
        #[doc(hidden)] hidden: u8, #[doc(alias = "other")] alias: Documented,
        #[doc = ""] documented: Documented,
    }
    #[doc = "By an attribute."]
    struct ByAttribute {
        #[doc = " With a space."] space: u8, #[doc = "  With two spaces."] spaces: u8,
        #[doc = "Two\nlines.\r\n\tAnd a third.\n"] lines: u8, #[doc = r#" Raw "quotes" \n"#] raw: u8,
        #[doc = "First."] #[doc = " Second."] #[doc = " Third."] #[doc = ""] #[doc = "Last."] several: u8,
        #[doc = "# Title\ndescription"] titled: u8, #[doc = "\u{a0}not ASCII\u{2003}"] unicode: u8,
    }
    #[doc = concat!("By ", "a ", "macro.")]
    struct ByMacro {
        #[doc = concat!(" Number ", 1, ", ", 2.5, ", ", true, ", ", 'c')] concat: u8,
        #[doc = concat!("# Title", "\n", "description of ", stringify!(number))] titled: u8,
        #[doc = stringify!(a + b)] stringify: u8, #[doc = env!("CARGO_PKG_NAME")] environment: u8,
        #[doc = include_str!("../../../rustfmt.toml")] included: u8, #[doc = words!()] own: u8,
        #[doc = " Before,"] #[doc = concat!(" between ", "and")] #[doc = " after."] among: u8,
        #[doc = concat!()] nothing: u8, #[doc = concat!("of ", words!())] inner: Inner,
    }
    /** A block. */
    struct Block {
        /** A block. */ one_line: u8,
        #[doc = "\n         * Stars\n         * in front.\n         *\n         * - of every line\n         "] stars: u8,
        #[doc = "\n        No stars,\n\n            indented.\n        "] no_stars: u8, /**No space*/ no_space: u8,
        #[doc = " # Title\n\n        Description. "] titled: u8, /** A block. */ /** A line. */ both: u8, /**/ empty: u8,
    }
    /** A documented enum. */
    enum Variants {
        #[doc = " # Title"] #[doc = ""] #[doc = " Description."] Unit,
        /** A block. */ Newtype(#[doc = " # Title"] #[doc = " Description."] u8), #[doc = "By an attribute."]
        Tuple(#[doc = " First"] #[doc = " field."] u8, #[doc = concat!("second ", "field")] Inner),
        #[doc = ""] Struct { /** # Title */ number: u8, #[doc = ""] inner: Inner },
        #[doc = " Several"] #[doc = "   lines."] #[doc = ""] #[doc = " - and a list"] Inner(Inner),
        #[doc(hidden)] Hidden,
    }
    #[deprecated]
    struct Deprecated {
        #[deprecated] number: u8, #[deprecated = "for a reason"] reason: u8,
        /** A documented field. */ #[deprecated(since = "0.1.0", note = "for a reason")] documented: Inner,
        #[deprecated] inner: Inner, #[deprecated] maybe: Option<Inner>, #[deprecated] value: Value,
    }
    #[deprecated = "for a reason"] struct DeprecatedNewtype(#[deprecated] u8);
    /** A documented enum. */ #[deprecated]
    enum DeprecatedEnum {
        First, #[deprecated] Second, #[deprecated = "for a reason"] Number(#[deprecated] u8),
        /** A documented variant. */ #[deprecated] Struct { #[deprecated] number: u8 },
    }
    #[deprecated] enum DeprecatedUnits { First, Second }
    #[schemars(title = "T", description = "D", example = 1, example = "a text")] #[schemars(extend("x" = 1))]
    struct Annotated {
        #[schemars(title = "T")] title: u8,
        #[schemars(description = "A description\n of two lines")] description: u8,
        #[schemars(title = "", description = "")] empty: u8, #[doc = " # Of a comment"] #[doc = ""]
        #[doc = " Of a comment."] #[schemars(title = "T")] title_and_comment: u8, #[doc = " # Of a comment"]
        #[doc = ""] #[doc = " Of a comment."] #[schemars(description = "D")] description_and_comment: u8,
        /** # Of a comment */ #[schemars(title = "", description = "D")] no_title: u8,
        #[schemars(title = TITLE, description = text())] expressions: u8,
        #[schemars(title = concat!("a ", "title"), description = format!("{} {}", "a", 1))] macros: u8,
        #[schemars(example = 1)] example: u8,
        #[schemars(example = 1, example = "two words", example = 'c', example = [1, 2], example = text())]
        #[schemars(example = &"text")] examples: u8,
        #[schemars(example = json!({ "a": [1, null] }))] #[schemars(example = None::<u8>)] more_examples: u8,
        #[schemars(example = std::collections::BTreeMap::from([((1, 2), 3)]))] no_example: u8,
        #[schemars(extend("x" = 1, "y" = "text", "z" = { "a": [1, true, null], "b": { "c": 1.5 } }))]
        extended: u8, #[schemars(extend("x" = text()), extend("y" = 1 + 1))] extended_by_expressions: u8,
        #[schemars(extend("type" = ["integer", "null"], "format" = "own", "description" = "replaced"))]
        /** A documented field. */ replaced: u8, #[schemars(transform = count)] transformed: u8,
        #[schemars(transform = count, transform = count, extend("x" = 1), transform = transforms::Tag("t"))]
        #[schemars(transform = count)] transformed_twice: u8,
        #[schemars(transform = |schema: &mut Schema| { schema.remove("minimum"); })] by_closure: u8,
        #[schemars(transform = forget)] forgotten: Inner,
        #[schemars(title = "T", example = 1, extend("x" = 1), transform = count)] inner: Inner,
        #[schemars(title = "T", example = 1, extend("x" = 1), transform = count)] maybe: Option<Inner>,
        #[schemars(title = "T", extend("x" = 1))] value: Value, #[schemars(title = "T")] leaf: Leaf,
        #[schemars(title = "T", description = "D")] documented: Documented,
        #[serde(default)] #[schemars(title = "T", extend("default" = 1), transform = count)] defaulted: u8,
        #[serde(default)] #[schemars(title = "T", transform = count)] level: Level, #[schemars(title = "T")]
        #[schemars(example = 2)] #[deprecated] #[schemars(extend("x" = 1))] #[serde(rename = "other")]
        /** Documented below. */ all: u8,
    }
    #[schemars(title = Self::TITLE, example = Self::sample(), transform = Self::change)]
    struct OfItself {
        #[schemars(description = Self::TITLE, example = Self::sample().number, transform = Self::change)]
        number: u8, #[schemars(extend("x" = Self::sample().inner, "y" = { "z": Self::TITLE }))] inner: Inner,
    }
    #[schemars(example = Self::samples(), extend("x" = Self::samples()[1].clone()))]
    enum OfItselfAlone {
        First, #[schemars(example = Self::samples()[1].clone(), example = OfItselfAlone::First)]
        Second(#[schemars(example = Self::samples().len())] Option<u8>),
    }
    #[doc = " # Of a comment"] #[doc = ""] #[doc = " Of a comment."]
    #[schemars(title = "T", transform = count, extend("type" = "replaced"))]
    [open] struct OpenAnnotated { a: u8 }
    #[schemars(description = "D", transform = |schema: &mut Schema| { schema.remove("required"); })]
    struct TransformedByClosure { a: u8 }
    #[schemars(extend("additionalProperties" = true), transform = count)] struct Reopened { a: u8 }
    #[schemars(extend("x" = 1), transform = count)]
    [flat] struct Flat {
        #[serde(flatten)] inner: Inner,
        /** A documented field. */ #[schemars(title = "T", transform = count)] own: u8,
    }
    #[schemars(title = "T", example = 1, extend("x" = 1), transform = count)]
    struct Newtype(#[schemars(title = "I", example = 2, extend("x" = 2), transform = count)] u8);
    #[schemars(title = "T")] struct NewtypeOfInner(#[schemars(description = "D")] Inner);
    #[schemars(title = "T", transform = count)]
    struct Tuple(#[schemars(title = "I", transform = count)] u8, #[schemars(example = 1)] Inner);
    #[schemars(title = "T", example = (), extend("x" = 1), transform = count)] struct Unit;
    #[schemars(title = "T", example = &"First", transform = count)] enum Units { First, Second }
    #[schemars(title = "T", extend("x" = 1), transform = count)]
    enum External {
        Plain, #[schemars(title = "T")] Titled, #[schemars(description = "D")] Described,
        #[schemars(example = &"Exemplary")] Exemplary, #[schemars(extend("x" = 1))] Extended,
        #[schemars(transform = count)] Transformed, #[schemars(title = "", description = "")] Emptied,
        #[schemars(title = "T", description = "D", example = 1)]
        #[schemars(extend("x" = 1), transform = count)]
        Newtype(#[schemars(title = "I", transform = count)] u8),
    }
    #[schemars(title = "T", extend("x" = 1), transform = count)]
    enum [ExternalTuples _ AdjacentTuples UntaggedTuples] {
        #[schemars(title = "T", transform = count)] Tuple(#[schemars(title = "I", transform = count)] u8, u8),
        #[schemars(transform = count)] Number(#[schemars(title = "I", transform = count)] u8),
        #[schemars(transform = count)] Unit,
    }
    #[schemars(title = "T", extend("x" = 1), transform = count)]
    enum [ExternalObjects InternalObjects AdjacentObjects UntaggedObjects] {
        #[schemars(title = "T", transform = count)] Unit,
        #[schemars(title = "T", extend("x" = 1), transform = count)]
        Inner(#[schemars(title = "I", transform = count)] Inner), #[schemars(title = "T", transform = count)]
        Struct { #[schemars(title = "I", transform = count)] number: u8 },
        #[schemars(transform = forget)] Forgotten { forgotten: u8 }, Annotated(Annotated),
    }
    #[schemars(inline, title = "T", transform = count)] struct Inlined { inner: Inner }
    /** Described by the user's derive. */
    [by (#[handoff::contract] #[derive(schemars::JsonSchema)])
        (#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)] #[serde(deny_unknown_fields)])]
    struct Derived {
        /** An inner. */ inner: Inner, #[serde(default)] level: Level,
        #[schemars(title = "A number")] number: Option<u8>,
    }
    struct Holder {
        /** A documented field. */ annotated: Annotated, #[schemars(title = "Here")] inlined: Inlined,
        newtype: Newtype, unit: Unit, units: Option<Units>, external: External,
    }
}
