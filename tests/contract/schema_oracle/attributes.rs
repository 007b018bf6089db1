//! What serde is told: defaults, what is left out, what is flattened.

oracle! {
    {
        use shared::*;
        fn seven() -> u8 { 7 } fn is_seven(number: &u8) -> bool { *number == 7 }
        fn never<T>(_: &T) -> bool { false } fn always<T>(_: &T) -> bool { true }
        fn words() -> Vec<String> { vec!["a".to_owned(), "b".to_owned()] }
        fn not_a_number() -> f64 { f64::NAN } fn leaf() -> Leaf { Leaf::default() }
        fn inner() -> Inner { Inner { text: "t".to_owned(), note: None } }
        fn maybe_inner() -> Option<Inner> { Some(inner()) } fn shape() -> Shape { Shape::Square { side: 1.5 } }
        fn plain_by_function() -> PlainByFunction { PlainByFunction { a: 1, b: "b".to_owned() } }
        mod nested { pub(super) fn text() -> String { "text".to_owned() } }

        impl ByFunction { fn own() -> u8 { 6 } }
        impl Default for WholeNewtype { fn default() -> Self { Self(Level::High) } }
        impl Default for Plain { fn default() -> Self { Self { a: 1, b: Some("b".to_owned()), c: 1 } } }
        impl Default for WholeDefaulted {
            fn default() -> Self {
                let (b, level) = ("b".to_owned(), Level::High);
                Self { a: 1, b, inner: inner(), level, maybe: None, list: vec![2], skipped: 3 }
            }
        }
        impl WholeByFunction {
            fn whole() -> Self {
                Self { a: 1, inner: maybe_inner(), empty: vec![], full: vec![1], by_type: 2, by_function: 2 }
            }
        }
    }
    struct OfType {
        #[serde(default)] number: u8, #[serde(default)] float: f64, #[serde(default)] single: f32,
        #[serde(default)] bool: bool, #[serde(default)] character: char, #[serde(default)] text: String,
        #[serde(default)] unit: (), #[serde(default)] maybe: Option<u8>, #[serde(default)] list: Vec<u8>,
        #[serde(default)] map: BTreeMap<String, u8>, #[serde(default)] array: [u8; 3],
        #[serde(default)] tuple: (u8, Option<String>), #[serde(default)] leaf: Leaf,
        #[serde(default)] inlined: InlinedLeaf, #[serde(default)] maybe_inner: Option<Inner>,
        #[serde(default)] documented: Documented, #[serde(default)] defaulted: Defaulted,
        #[serde(default)] level: Level, #[serde(default)] inners: Vec<Inner>,
        #[serde(default)] boxed: Box<Documented>, #[serde(default)] levels: HashMap<u8, Level>,
        #[serde(default)] value: Value, /** A documented field. */ #[serde(default)] described: Documented,
        #[serde(default)] #[deprecated] #[schemars(title = "old", example = 1, extend("default" = 5))]
        annotated: u8, #[serde(default, rename = "other", alias = "name")] renamed: u8,
        #[serde(rename = "more")] #[serde(default)] in_two_attributes: u8,
    }
    [open] struct OpenOfType { #[serde(default)] number: u8, #[serde(default)] level: Level }
    struct ByFunction {
        #[serde(default = "seven")] number: u8, #[serde(default = "words")] words: Vec<String>,
        #[serde(default = "nested::text")] text: String, #[serde(default = "not_a_number")] not_a_number: f64,
        #[serde(default = "leaf")] leaf: Leaf, #[serde(default = "inner")] inner: Inner,
        #[serde(default = "maybe_inner")] maybe: Option<Inner>, #[serde(default = "shape")] shape: Shape,
        #[serde(default = "Vec::<Inner>::new")] list: Vec<Inner>,
        #[serde(default = "i32::default")] of_type: i32,
        #[serde(default = "<u16 as Default>::default")] of_trait: u16,
        #[serde(default = "std::collections::BTreeMap::<String, Inner>::new")] map: BTreeMap<String, Inner>,
        #[serde(default = "ByFunction::own")] own: u8,
    }
    #[serde(default)]
    struct WholeDefaulted {
        a: u8, b: String, inner: Inner, level: Level, maybe: Option<Inner>, list: Vec<u8>,
        #[serde(skip)] skipped: u8,
    }
    #[serde(default)] struct WholeNewtype(Level); #[derive(Default)] #[serde(default)] struct PlainPair(u8, u8);
    #[serde(default)] struct Plain { a: u8, b: Option<String>, #[serde(default = "seven")] c: u8 }
    // The variable of serde's derive is found from a default that is written in the same place as the derive.
    #[serde(default = "WholeByFunction::whole")]
    [by (#[handoff::contract])
        (#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)] #[serde(deny_unknown_fields)])]
    struct WholeByFunction {
        a: u8, inner: Option<Inner>, #[serde(skip_serializing_if = "Vec::is_empty")] empty: Vec<u8>,
        #[serde(skip_serializing_if = "Vec::is_empty")] full: Vec<u8>, #[serde(default)] by_type: u8,
        #[serde(default = "seven")] by_function: u8,
    }
    #[serde(default = "plain_by_function")]
    [by (#[handoff::contract(open)]) (#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)])]
    struct PlainByFunction { a: u8, b: String }
    #[derive(Default)] #[serde(default, rename_all = "camelCase")]
    struct WholeDerived {
        some_number: u8, some_inner: Option<Inner>, #[serde(default = "seven")] some_seven: u8,
        #[serde(skip_serializing_if = "Option::is_none")] some_option: Option<u8>,
    }
    enum [InVariants InInternal InAdjacent InUntagged] {
        Struct {
            #[serde(default)] number: u8, #[serde(default = "seven")] seven: u8,
            #[serde(default = "inner")] inner: Inner, #[serde(default)] level: Level,
            #[serde(skip)] skipped: u8, #[serde(skip_serializing_if = "Option::is_none")] maybe: Option<u8>,
        },
    }
    enum [LeftInVariants LeftInInternal LeftInAdjacent LeftInUntagged] { NothingLeft { #[serde(skip)] skipped: u8 } }
    enum OfDefault { Newtype(#[serde(default)] u8) }
    struct Skipped {
        a: u8, #[serde(skip)] no_contract: std::sync::Arc<()>,
        #[serde(skip)] /** Documented and skipped. */ documented: u8,
        #[serde(skip, default = "seven")] defaulted: u8, #[serde(skip)] #[schemars(title = "x")] titled: u8,
    }
    struct NothingLeft { #[serde(skip)] a: u8 }
    struct WrittenIf {
        #[serde(skip_serializing_if = "Option::is_none")] maybe: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")] maybe_defaulted: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")] maybe_inner: Option<Inner>,
        #[serde(default, skip_serializing_if = "Option::is_none")] maybe_inner_defaulted: Option<Inner>,
        #[serde(default = "maybe_inner", skip_serializing_if = "Option::is_none")] some_inner: Option<Inner>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")] list_defaulted: Vec<u8>,
        #[serde(default = "words", skip_serializing_if = "Vec::is_empty")] words: Vec<String>,
        #[serde(default = "seven", skip_serializing_if = "is_seven")] seven: u8,
        #[serde(default, skip_serializing_if = "is_seven")] not_seven: u8,
        #[serde(default = "inner", skip_serializing_if = "never")] never: Inner,
        #[serde(default = "inner", skip_serializing_if = "always")] always: Inner,
        #[serde(default, skip_serializing_if = "String::is_empty")] text: String,
    }
    [flat] struct Flat { #[serde(flatten)] inner: Inner, own: u8 }
    [flat] struct FlatFirstOwn { own: u8, #[serde(flatten)] inner: Inner, last: Option<u8> }
    [flat] struct FlatTwice { other: u8, #[serde(flatten)] flat: Flat }
    [flat] struct FlatSeveral {
        #[serde(flatten)] inner: Inner, #[serde(flatten)] documented: Documented,
        #[serde(flatten)] open: Open, #[serde(flatten)] empty: Empty,
    }
    [flat] struct FlatDocumented { #[serde(flatten)] documented: Documented }
    /** The doc comment of the whole. */
    [flat] struct DocumentedFlatDocumented {
        /** The doc comment of the field. */ #[serde(flatten)] documented: Documented,
    }
    [flat] struct FlatDefaulted {
        #[serde(flatten)] defaulted: Defaulted, #[serde(flatten)] whole: WholeDerived,
    }
    [flat] struct FlatOfType { #[serde(flatten)] of_type: OfType }
    [flat] struct FlatWrittenIf { #[serde(flatten)] written_if: WrittenIf, #[serde(skip)] skipped: u8 }
    [flat] struct FlatTree { #[serde(flatten)] tree: Tree, more: Vec<Self> }
    [flat] struct FlatEnums { #[serde(flatten)] enums: OfEnums }
    struct OfEnums { level: Level, shape: Option<Shape>, tagged: Vec<Tagged>, inner: Inner }
    [flat] struct FlatAnnotated { #[serde(flatten)] annotated: Annotated }
    #[doc = " # Title"] #[doc = " Description."] #[deprecated] #[schemars(extend("x-inner" = 1), example = 1)]
    struct Annotated { a: u8 }
    /** # Another title */ #[schemars(extend("x-outer" = 1, "x-inner" = 2), example = 2)]
    [flat] struct AnnotatedFlatAnnotated { #[serde(flatten)] annotated: Annotated }
    #[derive(Default)] #[serde(default)]
    [flat] struct DefaultedFlat { own: u8, #[serde(flatten)] documented: Documented }
    [flat] struct FlatWithDefault { #[serde(flatten, default)] documented: Documented }
    [flat] struct FlatAttributes {
        /** Of no consequence. */ #[serde(flatten, rename = "other", skip_serializing_if = "never")]
        #[schemars(title = "Title", example = 1, extend("x" = 1))] #[deprecated] inner: Inner,
    }
    [open] struct OpenFlat { #[serde(flatten)] inner: Inner, own: u8 }
    [open] struct OpenFlatOpen { #[serde(flatten)] open: Open, #[serde(flatten)] flat: Flat }
    struct HolderOfFlat { flat: Flat, flat_twice: Option<FlatTwice>, open: OpenFlat }
    enum [ExternalOfFlat InternalOfFlat AdjacentOfFlat UntaggedOfFlat] {
        Flat(Flat), Twice(FlatTwice), Open(OpenFlat), Defaulted(WholeDefaulted), Skipped(NothingLeft),
    }
    #[serde(transparent)] struct TransparentOfFlat { flat: Flat }
    struct Configured {
        #[cfg(any())] never: NoSuchType, #[cfg(all())] always: u8,
        #[cfg(any())] #[serde(default = "no_such_function", flatten)] never_either: NoSuchType,
        #[cfg(all())] #[serde(default)] always_too: Level, #[cfg(not(all()))] #[serde(default)] twice: u8,
        #[cfg(all())] #[serde(default)] twice: Level,
    }
    struct ConfiguredTuple(u8, #[cfg(all())] Inner, #[cfg(any())] NoSuchType);
    [flat] struct ConfiguredFlat {
        #[cfg(all())] #[serde(flatten)] inner: Inner, #[cfg(any())] #[serde(flatten)] never: NoSuchType,
    }
    #[serde(crate = "handoff::serde")] #[schemars(crate = "handoff::schemars")]
    struct ByOtherPaths { #[serde(default)] a: u8, inner: Inner }
    #[serde(expecting = "something else")] struct Expecting { a: u8, inner: Inner }
}
