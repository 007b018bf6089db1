//! Enums of every representation.

oracle! {
    { use shared::*; } enum [Units InternalUnits AdjacentUnits _] { First, Second, Third }
    [open] enum [OpenUnits OpenInternalUnits OpenAdjacentUnits _] { First }
    /** An enum. */ enum DocumentedUnits { First, Second }
    enum UnitsAllDocumented { /** The first. */ First, #[doc = " # Second"] #[doc = " The second."] Second }
    /** An enum. */
    enum UnitsSomeDocumented {
        First, /** The second. */ Second, Third, #[deprecated] Fourth, #[doc(hidden)] Fifth,
        #[schemars(title = "sixth")] Sixth, #[serde(rename = "7th")] Seventh,
        #[serde(rename = "8th")] /** The eighth. */ Eighth, #[serde(alias = "9th")] Ninth, #[doc = ""] Tenth,
        #[allow(clippy::upper_case_acronyms)] Eleventh, #[schemars(example = 1)] Twelfth,
        #[schemars(transform = schemars::transform::ReplacePrefixItems::default())] Thirteenth,
    }
    enum OneDocumentedUnit { /** The only one. */ Only } #[serde(untagged)] enum UntaggedUnit { Only }
    #[derive(Default, PartialEq, Eq)] #[repr(u8)] enum Numbered { First = 3, #[default] Second }
    /** An enum of variants of every form. */
    enum External {
        Nothing, /** A documented nothing. */ DocumentedNothing, Number(u8), Text(String), Maybe(Option<u8>),
        MaybeInner(Option<Inner>), List(Vec<Inner>), Map(BTreeMap<String, Inner>), Anything(Value),
        OfUnit(()), Inner(Inner), Boxed(Box<Inner>), Documented(Documented), Open(Open), Defaulted(Defaulted),
        Id(Id), Unit(Unit), Wrapped(Wrapped), Level(Level), Shape(Shape), Tagged(Tagged), Adjacent(Adjacent),
        Untagged(Untagged), Leaf(Leaf), InlinedLeaf(InlinedLeaf), OfTuple((u8, u8)), Tuple(u8, Inner),
        EmptyTuple(), Struct { number: u8, maybe: Option<u8>, inner: Inner }, EmptyStruct {},
        LastUnit, /** # A title of a unit */ TitledUnit,
        #[schemars(title = "A titled nothing")] TitledNothing, #[serde(skip)] Hidden(u8),
        #[serde(skip)] HiddenStruct { number: u8 },
    }
    /** An enum of variants of every form, none of which takes what a later one is written as. */
    #[serde(untagged)]
    enum WithoutTag {
        Nothing, Number(u8), Text(String), EmptyTuple(), List(Vec<Inner>), EmptyStruct {},
        Map(BTreeMap<String, Inner>), Inner(Inner), Boxed(Box<Tree>), Documented(Documented), Open(Open), Id(Id),
        Unit(Unit), Wrapped(Wrapped), Level(Level), Shape(Shape), Tagged(Tagged), Adjacent(Adjacent),
        Untagged(Untagged), Leaf(Leaf), InlinedLeaf(InlinedLeaf), Tuple(u8, Inner),
        Struct { number: u8, maybe: Option<u8>, inner: Inner }, #[serde(skip)] Hidden(u8), Anything(Value),
    }
    #[serde(untagged)] enum UntaggedMaybe { Number(u8), Maybe(Option<String>) }
    #[serde(untagged)] enum UntaggedDocumentedNothing { Number(u8), /** A documented nothing. */ Nothing }
    #[serde(untagged)]
    enum UntaggedTitledNothing { Number(u8), #[schemars(title = "A titled nothing")] Nothing }
    #[serde(untagged)] enum UntaggedDescribedNothing { Number(u8), /** # A title of a unit */ Nothing }
    // Without options: they may be missing beside a tag.
    /** An enum of variants of every form. */
    #[serde(tag = "t", content = "c")]
    enum Adjacently {
        Nothing, /** A documented nothing. */ DocumentedNothing, Number(u8), Text(String), List(Vec<Inner>),
        Map(BTreeMap<String, Inner>), Anything(Value), OfUnit(()), Inner(Inner), Boxed(Box<Inner>),
        Documented(Documented), Open(Open), Defaulted(Defaulted), Id(Id), Unit(Unit), Wrapped(Wrapped),
        Level(Level), Shape(Shape), Tagged(Tagged), Adjacent(Adjacent), Untagged(Untagged), Leaf(Leaf),
        InlinedLeaf(InlinedLeaf), OfTuple((u8, u8)), Tuple(u8, Inner), EmptyTuple(),
        Struct { number: u8, maybe: Option<u8>, inner: Inner }, EmptyStruct {}, LastUnit,
        /** # A title of a unit */ TitledUnit, #[schemars(title = "A titled nothing")] TitledNothing,
        #[serde(skip)] Hidden(u8), #[serde(skip)] HiddenStruct { number: u8 },
    }
    #[serde(tag = "type")]
    enum Internal {
        Nothing, /** A documented nothing. */ DocumentedNothing, Inner(Inner), Boxed(Box<Inner>),
        Documented(Documented), Open(Open), Defaulted(Defaulted), Empty(Empty), Unit(Unit), OfUnit(()),
        Map(BTreeMap<String, Inner>), Hashed(HashMap<String, u8>), Anything(Value),
        Struct { number: u8, maybe: Option<u8>, inner: Inner }, EmptyStruct {}, #[serde(skip)] Hidden(Inner),
        #[serde(skip)] HiddenUnit,
    }
    // No contracts: whether serde can write them shows when it is asked to.
    #[serde(tag = "type")] enum InternalOfOthers { Leaf(Leaf), InlinedLeaf(InlinedLeaf) }
    enum [ExternalOfItself _ AdjacentOfItself _] { Nothing, Itself(Box<Self>) }
    /** An open enum. */
    [open] enum [OpenExternal OpenInternal OpenAdjacently OpenWithoutTag] {
        Nothing, Inner(Inner), Open(Open), Unit(Unit), Struct { number: u8, maybe: Option<Inner> },
        EmptyStruct {},
    }
    [open] enum OpenValues { Inner(Inner), Struct { number: u8, maybe: Option<Inner> }, EmptyStruct {} }
    #[serde(tag = "type")]
    enum InternalOfNewtypes {
        Transparent(TransparentInner), Open(OpenValues), Tree(Tree), Itself(Behind),
    }
    struct Behind { next: Option<Box<InternalOfNewtypes>> }
    #[serde(transparent)] struct TransparentInner(Inner);
    enum [ExternalOfOne InternalOfOne AdjacentOfOne UntaggedOfOne] { Only(Inner) }
    #[serde(tag = "$type")]
    enum InternalOfStructs {
        /** A struct. */ Struct { /** Its number. */ number: u8 }, Tree { children: Vec<Self> },
    }
    enum DocumentedValues {
        #[doc = " A documented variant"] #[doc = ""] #[doc = " of several lines."]
        Number(/** A documented number. */ u8), Undocumented(/** A documented number. */ u8),
        #[doc = " # Titled"] #[doc = ""] #[doc = " And described."]
        Struct { /** A documented field. */ number: u8, /** A documented inner. */ inner: Inner },
    }
    enum [ExternalDocumented InternalDocumented AdjacentDocumented UntaggedDocumented] {
        /** A documented variant. */ Inner(/** A documented inner. */ Inner),
        /** A documented variant. */ Documented(Documented), Plain(Tree),
        Inside(/** A documented field. */ Open), /** A documented variant. */ Unit(Unit),
        #[doc = " # Titled"] #[doc = ""] #[doc = " And described."] Struct { /** A field. */ number: u8 },
    }
    enum [ExternalDocumentedTuples _ AdjacentDocumentedTuples UntaggedDocumentedTuples] {
        /** # Titled */ Tuple(/** The first. */ u8, u8), /** A documented variant. */ Pair(String, u8),
        Inside(/** A documented number. */ u8),
    }
    #[schemars(inline)] enum Inline { First, Second(Inner) }
    #[schemars(inline)] struct InlineStruct { inner: Inner }
    #[serde(tag = "type")] enum OfInline { Struct(InlineStruct) }
    struct Holder {
        a: Units, b: UnitsSomeDocumented, c: Numbered, d: External, e: Internal, f: Adjacently, g: WithoutTag,
        h: Box<InternalOfNewtypes>, i: Inline, j: Option<Inline>,
    }
    enum Configured {
        #[cfg(any())] Never(NoSuchType), #[cfg(all())] AlwaysUnit,
        Tuple(u8, #[cfg(all())] Inner, #[cfg(any())] NoSuchType),
    }
    enum [ExternalConfigured InternalConfigured AdjacentConfigured UntaggedConfigured] {
        #[cfg(all())] Always(#[cfg(all())] Inner), #[cfg(any())] Never(NoSuchType), #[cfg(any())] NeverUnit,
        Struct { #[cfg(any())] never: NoSuchType, #[cfg(all())] always: Inner },
    }
}
