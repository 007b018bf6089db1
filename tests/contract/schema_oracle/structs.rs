//! Structs of every form.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shared::{InlinedLeaf, Leaf};

twins! {
    {
        use shared::*;
    }

    closed struct Named {
        a: u8,
        b: Option<String>,
    }

    open struct OpenNamed {
        a: u8,
        b: Option<Inner>,
    }

    closed struct NoFields {}

    open struct OpenNoFields {}

    /// Nothing.
    closed struct DocumentedNoFields {}

    closed struct NothingButOptions {
        a: Option<u8>,
        b: Option<Inner>,
    }

    closed struct Many {
        a0: u8, a1: Inner, a2: u8, a3: u8, a4: u8, a5: u8, a6: u8, a7: u8, a8: u8, a9: Option<u8>,
        b0: u8, b1: u8, b2: u8, b3: u8, b4: u8, b5: u8, b6: u8, b7: u8, b8: u8, b9: Option<Inner>,
        c0: u8, c1: u8, c2: u8, c3: u8, c4: u8, c5: u8, c6: u8, c7: u8, c8: u8, c9: Inner,
        d0: Inner, d1: Inner, d2: Option<Inner>, d3: Option<u8>, d4: u8, #[serde(default)] d5: Level, d6: u8,
    }

    closed struct Two(u8, String);

    open struct OpenTwo(u8, Inner);

    closed struct Three(Option<u8>, Vec<Inner>, Level);

    closed struct NoPlaces();

    /// A pair.
    closed struct Commented(
        /// The first.
        u8,
        /// The second.
        Inner,
        #[schemars(title = "third", extend("x" = 1))] Option<u8>,
    );

    closed struct Newtype(u8);

    open struct OpenNewtype(u8);

    closed struct OfText(String);

    closed struct OfOption(Option<u8>);

    closed struct OfList(Vec<Inner>);

    closed struct OfMap(BTreeMap<String, Inner>);

    closed struct OfContract(Inner);

    closed struct OfEnum(Shape);

    closed struct OfUnitEnum(Level);

    closed struct OfUnit(Unit);

    closed struct OfNewtype(Newtype);

    closed struct OfLeaf(Leaf);

    closed struct OfInlinedLeaf(InlinedLeaf);

    closed struct OfValue(Value);

    closed struct OfTuple((u8, Inner));

    closed struct OfItself(Vec<OfItself>);

    closed struct OfDocumented(Documented);

    /// A newtype.
    closed struct CommentedNewtype(u8);

    /// A newtype of a documented struct.
    closed struct CommentedOfDocumented(Documented);

    /// A newtype.
    closed struct CommentedTwice(
        /// A number.
        u8,
    );

    closed struct CommentedInside(
        /// A number.
        u8,
    );

    closed struct CommentedInsideOfContract(
        /// An inner.
        Inner,
    );

    closed struct NoValue;

    open struct OpenNoValue;

    /// A unit.
    closed struct CommentedNoValue;

    #[serde(transparent)]
    closed struct Transparent(u8);

    #[serde(transparent)]
    open struct OpenTransparent {
        inner: Inner,
    }

    #[serde(transparent)]
    closed struct TransparentOption {
        number: Option<u8>,
    }

    #[serde(transparent)]
    closed struct TransparentOptionOfContract(Option<Inner>);

    #[serde(transparent)]
    closed struct TransparentContract {
        inner: Inner,
    }

    #[serde(transparent)]
    closed struct TransparentDocumented(Documented);

    #[serde(transparent)]
    closed struct TransparentEnum(Shape);

    #[serde(transparent)]
    closed struct TransparentUnit(Unit);

    #[serde(transparent)]
    closed struct TransparentList(Vec<Inner>);

    #[serde(transparent)]
    closed struct TransparentLeaf(Leaf);

    #[serde(transparent)]
    closed struct TransparentInlinedLeaf(InlinedLeaf);

    #[serde(transparent)]
    closed struct TransparentTransparent(TransparentOption);

    #[serde(transparent)]
    closed struct TransparentBesideSkipped {
        #[serde(skip)]
        scratch: Vec<u8>,
        inner: Inner,
        #[serde(skip)]
        other: u8,
    }

    #[serde(transparent, rename = "Renamed")]
    closed struct TransparentRenamed(Inner);

    /// A documented wrapper.
    #[serde(transparent)]
    closed struct CommentedTransparent {
        number: u8,
    }

    /// A documented wrapper.
    #[serde(transparent)]
    closed struct CommentedTransparentContract {
        inner: Inner,
    }

    /// A documented wrapper.
    #[serde(transparent)]
    closed struct CommentedTransparentDocumented(Documented);

    /// A documented wrapper.
    #[serde(transparent)]
    closed struct CommentedTransparentBesideSkipped {
        #[serde(skip)]
        scratch: u8,
        inner: Inner,
    }

    #[serde(transparent)]
    closed struct TransparentCommentedInside {
        /// A documented field.
        number: u8,
    }

    #[serde(transparent)]
    closed struct TransparentCommentedContract {
        /// A documented field.
        inner: Inner,
    }

    #[serde(transparent)]
    #[schemars(title = "A wrapper", extend("x" = 1), inline)]
    closed struct TransparentTitled(u8);

    #[serde(transparent)]
    #[deprecated]
    closed struct TransparentDeprecated(u8);

    #[serde(transparent)]
    #[schemars(inline)]
    closed struct TransparentInline(Inner);

    closed struct Holder {
        named: Named,
        two: Two,
        no_places: NoPlaces,
        newtype: Newtype,
        of_option: OfOption,
        of_contract: OfContract,
        of_documented: OfDocumented,
        commented: CommentedNewtype,
        commented_inside: CommentedInsideOfContract,
        no_value: NoValue,
        transparent: Transparent,
        transparent_option: TransparentOption,
        transparent_option_of_contract: TransparentOptionOfContract,
        transparent_contract: TransparentContract,
        transparent_transparent: TransparentTransparent,
        transparent_renamed: TransparentRenamed,
        transparent_list: TransparentList,
        transparent_documented: TransparentDocumented,
        commented_transparent: CommentedTransparentContract,
        titled: TransparentTitled,
        inline: TransparentInline,
    }

    #[schemars(inline)]
    closed struct Inline {
        a: u8,
        inner: Inner,
    }

    #[schemars(inline)]
    closed struct InlineNewtype(Inner);

    #[schemars(inline)]
    closed struct InlineUnit;

    closed struct HolderOfInline {
        inline: Inline,
        list: Vec<Inline>,
        /// Documented here.
        maybe: Option<Inline>,
        newtype: InlineNewtype,
        unit: InlineUnit,
    }

    #[derive(PartialEq)]
    #[allow(clippy::struct_excessive_bools)]
    #[must_use]
    #[non_exhaustive]
    closed struct OtherAttributes {
        #[allow(dead_code)]
        a: bool,
    }

    #[derive(Default)]
    #[serde(default)]
    closed struct DefaultedPair(Level, u8);

    #[serde(deny_unknown_fields)]
    denied struct DeniedByHand {
        a: u8,
    }
}
