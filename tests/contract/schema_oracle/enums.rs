//! Enums of every representation.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::shared::{InlinedLeaf, Leaf};

twins! {
    {
        use shared::*;
    }

    closed enum Units {
        First,
        Second,
        Third,
    }

    open enum OpenUnits {
        First,
    }

    /// An enum.
    closed enum DocumentedUnits {
        First,
        Second,
    }

    closed enum UnitsAllDocumented {
        /// The first.
        First,
        /// # Second
        /// The second.
        Second,
    }

    /// An enum.
    closed enum UnitsSomeDocumented {
        First,
        /// The second.
        Second,
        Third,
        #[deprecated]
        Fourth,
        #[doc(hidden)]
        Fifth,
        #[schemars(title = "sixth")]
        Sixth,
        #[serde(rename = "7th")]
        Seventh,
        #[serde(rename = "8th")]
        /// The eighth.
        Eighth,
        #[serde(alias = "9th")]
        Ninth,
        #[doc = ""]
        Tenth,
        #[allow(clippy::upper_case_acronyms)]
        Eleventh,
        #[schemars(example = 1)]
        Twelfth,
        #[schemars(transform = schemars::transform::ReplacePrefixItems::default())]
        Thirteenth,
    }

    closed enum OneDocumentedUnit {
        /// The only one.
        Only,
    }

    #[derive(Default, PartialEq, Eq)]
    #[repr(u8)]
    closed enum Numbered {
        First = 3,
        #[default]
        Second,
    }

    /// An enum of variants of every form.
    closed enum External {
        Nothing,
        /// A documented nothing.
        DocumentedNothing,
        Number(u8),
        Text(String),
        Maybe(Option<u8>),
        MaybeInner(Option<Inner>),
        List(Vec<Inner>),
        Map(BTreeMap<String, Inner>),
        Anything(Value),
        OfUnit(()),
        Inner(Inner),
        Boxed(Box<Inner>),
        Documented(Documented),
        Open(Open),
        Defaulted(Defaulted),
        Id(Id),
        Unit(Unit),
        Wrapped(Wrapped),
        Level(Level),
        Shape(Shape),
        Tagged(Tagged),
        Adjacent(Adjacent),
        Untagged(Untagged),
        Leaf(Leaf),
        InlinedLeaf(InlinedLeaf),
        OfTuple((u8, u8)),
        Tuple(u8, Inner),
        EmptyTuple(),
        Struct { number: u8, maybe: Option<u8>, inner: Inner },
        EmptyStruct {},
        Itself(Box<Self>),
        LastUnit,
        /// # A title of a unit
        TitledUnit,
        #[serde(skip)]
        Hidden(u8),
        #[serde(skip)]
        HiddenStruct { number: u8 },
    }

    open enum OpenExternal {
        Nothing,
        Inner(Inner),
        Struct { number: u8, maybe: Option<Inner> },
        EmptyStruct {},
    }

    open enum OpenValues {
        Inner(Inner),
        Struct { number: u8, maybe: Option<Inner> },
        EmptyStruct {},
    }

    #[serde(tag = "type")]
    closed enum Internal {
        Nothing,
        /// A documented nothing.
        DocumentedNothing,
        Inner(Inner),
        Boxed(Box<Inner>),
        Documented(Documented),
        Open(Open),
        Defaulted(Defaulted),
        Empty(Empty),
        Unit(Unit),
        OfUnit(()),
        Map(BTreeMap<String, Inner>),
        Hashed(HashMap<String, u8>),
        Anything(Value),
        Struct { number: u8, maybe: Option<u8>, inner: Inner },
        EmptyStruct {},
        #[serde(skip)]
        Hidden(Inner),
        #[serde(skip)]
        HiddenUnit,
    }

    // No contracts: whether serde can write them shows when it is asked to.
    #[serde(tag = "type")]
    closed enum InternalOfOthers {
        Leaf(Leaf),
        InlinedLeaf(InlinedLeaf),
    }

    #[serde(tag = "type")]
    closed enum InternalOfNewtypes {
        Transparent(TransparentInner),
        Open(OpenValues),
        Tree(Tree),
        Itself(Behind),
    }

    closed struct Behind {
        next: Option<Box<InternalOfNewtypes>>,
    }

    #[serde(transparent)]
    closed struct TransparentInner(Inner);

    closed struct HasType {
        r#type: u8,
    }

    /// An open enum.
    #[serde(tag = "type")]
    open enum OpenInternal {
        Nothing,
        Inner(Inner),
        Open(Open),
        Unit(Unit),
        Struct { number: u8, maybe: Option<Inner> },
        EmptyStruct {},
    }

    #[serde(tag = "type")]
    closed enum InternalUnits {
        First,
        Second,
    }

    #[serde(tag = "type")]
    closed enum InternalOfOne {
        Only(Inner),
    }

    #[serde(tag = "$type")]
    closed enum InternalOfStructs {
        /// A struct.
        Struct {
            /// Its number.
            number: u8,
        },
        Tree { children: Vec<Self> },
    }

    #[serde(tag = "t", content = "c")]
    closed enum Adjacently {
        Nothing,
        /// A documented nothing.
        DocumentedNothing,
        Number(u8),
        List(Vec<Inner>),
        Map(BTreeMap<String, Inner>),
        Anything(Value),
        OfUnit(()),
        Inner(Inner),
        Boxed(Box<Inner>),
        Documented(Documented),
        Open(Open),
        Id(Id),
        Unit(Unit),
        Wrapped(Wrapped),
        Level(Level),
        Shape(Shape),
        Tagged(Tagged),
        Adjacent(Adjacent),
        Untagged(Untagged),
        Leaf(Leaf),
        InlinedLeaf(InlinedLeaf),
        Tuple(u8, Inner),
        EmptyTuple(),
        Struct { number: u8, maybe: Option<u8>, inner: Inner },
        EmptyStruct {},
        Itself(Box<Self>),
        #[serde(skip)]
        Hidden(u8),
    }

    #[serde(tag = "t", content = "c")]
    open enum OpenAdjacently {
        Nothing,
        Inner(Inner),
        Struct { number: u8, maybe: Option<Inner> },
    }

    #[serde(tag = "t", content = "c")]
    closed enum AdjacentUnits {
        First,
        Second,
    }

    #[serde(untagged)]
    closed enum WithoutTag {
        Nothing,
        Number(u8),
        Text(String),
        Maybe(Option<u8>),
        EmptyTuple(),
        List(Vec<Inner>),
        EmptyStruct {},
        Map(BTreeMap<String, Inner>),
        Inner(Inner),
        Boxed(Box<Tree>),
        Documented(Documented),
        Open(Open),
        Id(Id),
        Unit(Unit),
        Wrapped(Wrapped),
        Level(Level),
        Shape(Shape),
        Tagged(Tagged),
        Adjacent(Adjacent),
        Untagged(Untagged),
        Leaf(Leaf),
        InlinedLeaf(InlinedLeaf),
        Tuple(u8, Inner),
        Struct { number: u8, maybe: Option<u8>, inner: Inner },
        #[serde(skip)]
        Hidden(u8),
        Anything(Value),
    }

    #[serde(untagged)]
    closed enum DocumentedNothing {
        Number(u8),
        /// A documented nothing.
        Nothing,
    }

    #[serde(untagged)]
    closed enum TitledNothing {
        Number(u8),
        #[schemars(title = "A titled nothing")]
        Nothing,
    }

    #[serde(untagged)]
    open enum OpenWithoutTag {
        Inner(Inner),
        Struct { number: u8, maybe: Option<Inner> },
    }

    #[serde(untagged)]
    closed enum UntaggedUnit {
        Only,
    }

    closed enum DocumentedValues {
        /// A documented variant
        ///
        /// of several lines.
        Number(
            /// A documented number.
            u8,
        ),
        /// A documented variant.
        Inner(
            /// A documented inner.
            Inner,
        ),
        /// A documented variant.
        Documented(Documented),
        Undocumented(
            /// A documented number.
            u8,
        ),
        /// # Titled
        Tuple(
            /// The first.
            u8,
            u8,
        ),
        /// # Titled
        ///
        /// And described.
        Struct {
            /// A documented field.
            number: u8,
            /// A documented inner.
            inner: Inner,
        },
    }

    #[serde(tag = "type")]
    closed enum InternalDocumentedValues {
        /// A documented variant.
        Inner(
            /// A documented inner.
            Inner,
        ),
        /// A documented variant.
        Documented(Documented),
        Plain(Documented),
        Inside(
            /// A documented field.
            Documented,
        ),
        /// A documented variant.
        Unit(Unit),
        /// A documented variant.
        Struct {
            /// A documented field.
            number: u8,
        },
    }

    #[serde(tag = "t", content = "c")]
    closed enum AdjacentDocumentedValues {
        /// A documented variant.
        Inner(
            /// A documented inner.
            Inner,
        ),
        /// A documented variant.
        Documented(Documented),
        /// A documented variant.
        Tuple(
            /// The first.
            u8,
            u8,
        ),
        /// A documented variant.
        Struct {
            /// A documented field.
            number: u8,
        },
    }

    #[serde(untagged)]
    closed enum UntaggedDocumentedValues {
        /// A documented variant.
        Inner(
            /// A documented inner.
            Inner,
        ),
        /// A documented variant.
        Documented(Documented),
        Inside(
            /// A documented number.
            u8,
        ),
        /// A documented variant.
        Tuple(
            /// The first.
            u8,
            u8,
        ),
        /// # Titled
        Struct {
            /// A documented field.
            number: u8,
        },
    }

    #[schemars(inline)]
    closed enum Inline {
        First,
        Second(Inner),
    }

    #[schemars(inline)]
    closed struct InlineStruct {
        inner: Inner,
    }

    closed struct Holder {
        units: Units,
        some: UnitsSomeDocumented,
        numbered: Numbered,
        external: External,
        internal: Internal,
        adjacent: Adjacently,
        untagged: WithoutTag,
        others: Box<InternalOfNewtypes>,
        inline: Inline,
        maybe: Option<Inline>,
    }

    #[serde(tag = "type")]
    closed enum OfInline {
        Struct(InlineStruct),
    }

    closed enum Configured {
        #[cfg(all())]
        Always(#[cfg(all())] u8),
        #[cfg(any())]
        Never(NoSuchType),
        #[cfg(any())]
        NeverUnit,
        #[cfg(all())]
        AlwaysUnit,
        Struct {
            #[cfg(any())]
            never: NoSuchType,
            #[cfg(all())]
            always: Inner,
        },
        Tuple(u8, #[cfg(all())] Inner, #[cfg(any())] NoSuchType),
    }

    #[serde(tag = "type")]
    closed enum InternalConfigured {
        #[cfg(all())]
        Always(Inner),
        #[cfg(any())]
        Never(NoSuchType),
        #[cfg(any())]
        NeverUnit,
    }

    #[serde(untagged)]
    closed enum UntaggedConfigured {
        #[cfg(any())]
        Never(NoSuchType),
        #[cfg(all())]
        Always(Inner),
    }
}
