//! Structs of every form.

oracle! {
    { use shared::*; }
    struct Named { a: u8, b: Option<String> } [open] struct OpenNamed { a: u8, b: Option<Inner> }
    struct NoFields {} [open] struct OpenNoFields {} /** Nothing. */ struct DocumentedNoFields {}
    struct NothingButOptions { a: Option<u8>, b: Option<Inner> }
    struct Many {
        a0: u8, a1: Inner, a2: u8, a3: u8, a4: u8, a5: u8, a6: u8, a7: u8, a8: u8, a9: Option<u8>, b0: u8,
        b1: u8, b2: u8, b3: u8, b4: u8, b5: u8, b6: u8, b7: u8, b8: u8, b9: Option<Inner>, c0: u8, c1: u8,
        c2: u8, c3: u8, c4: u8, c5: u8, c6: u8, c7: u8, c8: u8, c9: Inner, d0: Inner, d1: Inner,
        d2: Option<Inner>, d3: Option<u8>, d4: u8, #[serde(default)] d5: Level, d6: u8,
    }
    #[derive(PartialEq)] #[allow(clippy::struct_excessive_bools)] #[must_use] #[non_exhaustive]
    struct OtherAttributes { #[allow(dead_code)] a: bool }
    #[serde(deny_unknown_fields)] [denied] struct DeniedByHand { a: u8 }
    struct Two(u8, String); [open] struct OpenTwo(u8, Inner); struct Three(Option<u8>, Vec<Inner>, Level);
    struct NoPlaces(); #[derive(Default)] #[serde(default)] struct DefaultedPair(Level, u8);
    /** A pair. */
    struct Commented(
        /** The first. */ u8, /** The second. */ Inner,
        #[schemars(title = "third", extend("x" = 1))] Option<u8>,
    );
    struct NoValue; [open] struct OpenNoValue; /** A unit. */ struct CommentedNoValue;
    struct [Newtype Transparent](u8); [open] struct [OpenNewtype OpenTransparentNewtype](u8);
    struct [OfText TransparentText](String); struct [OfOption TransparentOfOption](Option<u8>);
    struct [OfOptionOfContract TransparentOptionOfContract](Option<Inner>);
    struct [OfList TransparentList](Vec<Inner>); struct [OfMap TransparentMap](BTreeMap<String, Inner>);
    struct [OfContract TransparentOfContract](Inner); struct [OfEnum TransparentEnum](Shape);
    struct [OfUnitEnum TransparentUnitEnum](Level); struct [OfUnit TransparentUnit](Unit);
    struct [OfNewtype TransparentNewtype](Newtype); struct [OfLeaf TransparentLeaf](Leaf);
    struct [OfInlinedLeaf TransparentInlinedLeaf](InlinedLeaf); struct [OfValue TransparentValue](Value);
    struct [OfTuple TransparentTuple]((u8, Inner)); struct OfItself(Vec<OfItself>);
    struct [OfDocumented TransparentDocumented](Documented);
    struct [OfTransparent TransparentTransparent](TransparentOption);
    /** A newtype. */ struct [CommentedNewtype CommentedTransparentNewtype](u8);
    /** A newtype of a documented struct. */
    struct [CommentedOfDocumented CommentedTransparentDocumented](Documented);
    /** A newtype. */ struct [CommentedTwice TransparentCommentedTwice](/** A number. */ u8);
    struct [CommentedInside TransparentNewtypeCommentedInside](/** A number. */ u8);
    struct [CommentedInsideOfContract TransparentCommentedInsideOfContract](/** An inner. */ Inner);
    #[serde(transparent)] [open] struct OpenTransparent { inner: Inner }
    #[serde(transparent)] struct TransparentOption { number: Option<u8> }
    #[serde(transparent)] struct TransparentContract { inner: Inner }
    #[serde(transparent)]
    struct TransparentBesideSkipped {
        #[serde(skip)] scratch: Vec<u8>, inner: Inner, #[serde(skip)] other: u8,
    }
    #[serde(transparent, rename = "Renamed")] struct TransparentRenamed(Inner);
    /** A documented wrapper. */ #[serde(transparent)] struct CommentedTransparent { number: u8 }
    /** A documented wrapper. */ #[serde(transparent)] struct CommentedTransparentContract { inner: Inner }
    /** A documented wrapper. */ #[serde(transparent)]
    struct CommentedTransparentBesideSkipped { #[serde(skip)] scratch: u8, inner: Inner }
    #[serde(transparent)] struct TransparentCommentedInside { /** A documented field. */ number: u8 }
    #[serde(transparent)] struct TransparentCommentedContract { /** A documented field. */ inner: Inner }
    #[schemars(title = "A wrapper", extend("x" = 1), inline)] struct [TitledInline TransparentTitled](u8);
    #[deprecated] struct [Deprecated TransparentDeprecated](u8);
    #[schemars(inline)] struct [InlineNewtype TransparentInline](Inner);
    #[schemars(inline)] struct Inline { a: u8, inner: Inner } #[schemars(inline)] struct InlineUnit;
    struct Holder {
        a: Named, b: Two, c: NoPlaces, d: Newtype, e: OfOption, f: OfContract, g: OfDocumented, h: CommentedNewtype,
        i: CommentedInsideOfContract, j: NoValue, k: Transparent, l: TransparentOption,
        m: TransparentOptionOfContract, n: TransparentContract, o: TransparentTransparent, p: TransparentRenamed,
        q: TransparentList, r: TransparentDocumented, s: CommentedTransparentContract, t: TransparentTitled,
        u: TransparentInline,
    }
    struct HolderOfInline {
        inline: Inline, list: Vec<Inline>, /** Documented here. */ maybe: Option<Inline>,
        newtype: InlineNewtype, unit: InlineUnit,
    }
}
