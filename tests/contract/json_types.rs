//! What may stand beside a tag, and what may be a key: whatever compiles is written, and comes back as it was.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use handoff::__private::contract::JsonType;
use handoff::{Contract, Shared, contract};
use proptest::prelude::*;
use serde_json::Value;

macro_rules! contracts {
    ($($item:item)*) => {$(
        #[contract]
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
        $item
    )*};
}

contracts! {
    pub(crate) struct Name(String);

    pub(crate) struct Number(u32);

    pub(crate) struct Flag(bool);

    pub(crate) struct Deep(Name);

    #[serde(transparent)]
    pub(crate) struct Boxed {
        inner: Box<i64>,
    }

    pub(crate) enum Color {
        Red,
        #[serde(rename = "deep blue")]
        Blue,
        #[serde(skip)]
        #[allow(dead_code)]
        Hidden(u8),
    }

    #[serde(untagged)]
    pub(crate) enum Known {
        Color(Color),
        Other(String),
    }

    pub(crate) struct Point {
        x: u8,
        y: Option<u8>,
    }

    pub(crate) struct Empty {}

    pub(crate) struct Nothing;

    pub(crate) struct OfNothing(Nothing);

    pub(crate) struct Place(Box<Point>);

    pub(crate) struct Table(BTreeMap<String, u8>);

    pub(crate) enum Shape {
        Dot(),
        Circle(u8),
        Square { side: u8 },
        Line(u8, u8),
        Hollow {},
    }

    #[serde(tag = "inner")]
    pub(crate) enum Inner {
        Point(Point),
        Side { side: u8 },
        Nothing,
    }

    #[serde(tag = "inner", content = "value")]
    pub(crate) enum Adjacent {
        Number(u8),
        Pair(u8, u8),
        Nothing,
    }

    #[serde(untagged)]
    pub(crate) enum Either {
        Point(Point),
        Size { size: u8 },
    }

    #[serde(tag = "kind")]
    pub(crate) enum Tagged {
        Nothing,
        Point(Point),
        Boxed(Box<Point>),
        Empty(Empty),
        Unit(()),
        UnitStruct(Nothing),
        OfNothing(OfNothing),
        Place(Place),
        Table(Table),
        Map(BTreeMap<String, u8>),
        ByColor(BTreeMap<Color, Point>),
        Shape(Shape),
        Inner(Inner),
        Adjacent(Adjacent),
        Either(Either),
        Named { list: Vec<u8>, maybe: Option<String> },
        #[cfg(all())]
        Choice(Place),
        #[cfg(any())]
        Choice(NoSuchType),
        #[serde(skip)]
        #[allow(dead_code)]
        Hidden(Vec<u8>),
    }
}

contracts! {
    pub(crate) struct ByNumber(BTreeMap<u16, u8>);

    #[serde(tag = "inner")]
    pub(crate) enum InnerKeyed {
        Numbers(BTreeMap<Number, u8>),
        Flags { flags: Vec<BTreeMap<Flag, u8>> },
    }

    #[serde(tag = "kind")]
    pub(crate) enum Keyed {
        Integers(BTreeMap<i64, u8>),
        Booleans(BTreeMap<bool, u8>),
        Named { numbers: BTreeMap<Number, u8>, boxed: Option<BTreeMap<Box<u64>, Flag>> },
        Newtype(ByNumber),
        Inner(InnerKeyed),
    }

    #[serde(tag = "kind", content = "value")]
    pub(crate) enum AdjacentKeyed {
        Integers(BTreeMap<i64, u8>),
        Flags(BTreeMap<Flag, u8>),
    }
}

/// A number in an order that is total.
#[contract]
#[derive(PartialEq)]
pub(crate) struct Measure(f64);

impl Eq for Measure {}

impl PartialOrd for Measure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Measure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind")]
pub(crate) enum Measured {
    Measures { measures: BTreeMap<Measure, u8> },
}

/// Holds that a value is written as its schema says, and read as it was.
fn comes_back<T: Contract + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).expect("what compiles is written");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(T::schema().as_value()).expect("a schema");
    assert!(validator.is_valid(&json), "the schema refuses {text}");
    match T::parse(&text) {
        Ok(read) => assert_eq!(&read, value, "{text}"),
        Err(error) => panic!("{text} is not read: {error}"),
    }
}

macro_rules! keys {
    ($($name:ident: $key:ty = $strategy:expr;)*) => {$(
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]

            #[test]
            fn $name(map in prop::collection::btree_map($strategy, any::<u8>(), 0..4)) {
                let map: BTreeMap<$key, u8> = map;
                comes_back(&map);
            }
        }
    )*};
}

fn color() -> impl Strategy<Value = Color> {
    prop_oneof![Just(Color::Red), Just(Color::Blue)]
}

fn known() -> impl Strategy<Value = Known> {
    // What has the name of a color is that color.
    prop_oneof![color().prop_map(Known::Color), "[a-z]{0,3}".prop_map(Known::Other)]
}

fn measure() -> impl Strategy<Value = Measure> {
    (prop::num::f64::NORMAL | prop::num::f64::ZERO).prop_map(Measure)
}

keys! {
    texts: String = any::<String>();
    boxed_texts: Box<str> = any::<String>().prop_map(Into::into);
    characters: char = any::<char>();
    booleans: bool = any::<bool>();
    small_integers: i8 = any::<i8>();
    large_integers: u64 = any::<u64>();
    signed_integers: i64 = any::<i64>();
    boxed_integers: Box<u16> = any::<u16>().prop_map(Box::new);
    newtypes_of_texts: Name = any::<String>().prop_map(Name);
    newtypes_of_integers: Number = any::<u32>().prop_map(Number);
    newtypes_of_booleans: Flag = any::<bool>().prop_map(Flag);
    newtypes_of_newtypes: Deep = any::<String>().prop_map(|text| Deep(Name(text)));
    transparent_structs: Boxed = any::<i64>().prop_map(|number| Boxed { inner: Box::new(number) });
    enums_of_names: Color = color();
    untagged_enums_of_texts: Known = known();
    newtypes_of_floats: Measure = measure();
}

fn point() -> impl Strategy<Value = Point> {
    (any::<u8>(), any::<Option<u8>>()).prop_map(|(x, y)| Point { x, y })
}

fn entries<K: Debug + Ord>(key: impl Strategy<Value = K>) -> impl Strategy<Value = BTreeMap<K, u8>> {
    prop::collection::btree_map(key, any::<u8>(), 0..3)
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Dot()),
        any::<u8>().prop_map(Shape::Circle),
        any::<u8>().prop_map(|side| Shape::Square { side }),
        any::<(u8, u8)>().prop_map(|(from, to)| Shape::Line(from, to)),
        Just(Shape::Hollow {}),
    ]
}

fn inner() -> impl Strategy<Value = Inner> {
    prop_oneof![
        point().prop_map(Inner::Point),
        any::<u8>().prop_map(|side| Inner::Side { side }),
        Just(Inner::Nothing),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        any::<u8>().prop_map(Adjacent::Number),
        any::<(u8, u8)>().prop_map(|(first, second)| Adjacent::Pair(first, second)),
        Just(Adjacent::Nothing),
    ]
}

fn either() -> impl Strategy<Value = Either> {
    prop_oneof![point().prop_map(Either::Point), any::<u8>().prop_map(|size| Either::Size { size })]
}

fn tagged() -> impl Strategy<Value = Tagged> {
    let key = "[a-d]{0,2}";
    prop_oneof![
        Just(Tagged::Nothing),
        Just(Tagged::Empty(Empty {})),
        Just(Tagged::Unit(())),
        Just(Tagged::UnitStruct(Nothing)),
        Just(Tagged::OfNothing(OfNothing(Nothing))),
        point().prop_map(Tagged::Point),
        point().prop_map(|point| Tagged::Boxed(Box::new(point))),
        point().prop_map(|point| Tagged::Place(Place(Box::new(point)))),
        entries(key).prop_map(|map| Tagged::Table(Table(map))),
        entries(key).prop_map(Tagged::Map),
        prop::collection::btree_map(color(), point(), 0..2).prop_map(Tagged::ByColor),
        shape().prop_map(Tagged::Shape),
        inner().prop_map(Tagged::Inner),
        adjacent().prop_map(Tagged::Adjacent),
        either().prop_map(Tagged::Either),
        point().prop_map(|point| Tagged::Choice(Place(Box::new(point)))),
        any::<(Vec<u8>, Option<String>)>().prop_map(|(list, maybe)| Tagged::Named { list, maybe }),
    ]
}

proptest! {
    #[test]
    fn what_stands_beside_a_tag(value in prop::collection::vec(tagged(), 1..4)) {
        comes_back(&value);
    }
}

fn keyed() -> impl Strategy<Value = Keyed> {
    let number = || any::<u32>().prop_map(Number);
    let flag = || any::<bool>().prop_map(Flag);
    let boxed = || prop::collection::btree_map(any::<u64>().prop_map(Box::new), flag(), 0..3);
    prop_oneof![
        entries(any::<i64>()).prop_map(Keyed::Integers),
        entries(any::<bool>()).prop_map(Keyed::Booleans),
        (entries(number()), prop::option::of(boxed()))
            .prop_map(|(numbers, boxed)| Keyed::Named { numbers, boxed }),
        entries(any::<u16>()).prop_map(|map| Keyed::Newtype(ByNumber(map))),
        entries(number()).prop_map(|map| Keyed::Inner(InnerKeyed::Numbers(map))),
        prop::collection::vec(entries(flag()), 0..3)
            .prop_map(|flags| Keyed::Inner(InnerKeyed::Flags { flags })),
    ]
}

fn adjacent_keyed() -> impl Strategy<Value = AdjacentKeyed> {
    prop_oneof![
        entries(any::<i64>()).prop_map(AdjacentKeyed::Integers),
        entries(any::<bool>().prop_map(Flag)).prop_map(AdjacentKeyed::Flags),
    ]
}

proptest! {
    #[test]
    fn keys_that_are_no_texts_beside_a_tag(value in keyed()) {
        comes_back(&value);
    }

    #[test]
    fn floats_as_keys_beside_a_tag(measures in entries(measure())) {
        comes_back(&Measured::Measures { measures });
    }

    /// The content may come before its tag.
    #[test]
    fn keys_that_are_no_texts_before_a_tag(value in adjacent_keyed()) {
        comes_back(&value);
        let mut json = serde_json::to_value(&value).expect("what compiles is written");
        let (kind, content) = (json["kind"].take(), json["value"].take());
        let turned = format!(r#"{{"value":{content},"kind":{kind}}}"#);
        prop_assert_eq!(AdjacentKeyed::parse(&turned).expect("the same in another order"), value);
    }
}

/// What the compiler is told is what the schema says.
#[test]
fn json_types_are_those_of_the_schema() {
    fn holds<T: Contract>() {
        let schema = T::schema().as_value();
        let said = match T::JSON_TYPE {
            JsonType::Several | JsonType::Unknown => None,
            ty => Some(format!("{ty:?}").to_lowercase()),
        };
        let mut itself = schema;
        while let Some(reference) = itself["$ref"].as_str() {
            itself = schema.pointer(&reference[1..]).expect("what is referred to");
        }
        assert_eq!(itself["type"].as_str().map(str::to_owned), said, "{}: {schema}", T::name());
    }
    macro_rules! hold {
        ($($ty:ty),* $(,)?) => { $(holds::<$ty>();)* };
    }

    hold!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, f32, f64, bool, char, (), String);
    hold!(Vec<u8>, [u8; 3], (u8,), (u8, String), Option<u8>, Box<Vec<u8>>, Box<Point>);
    hold!(std::collections::VecDeque<u8>, std::collections::BTreeSet<u8>, std::collections::HashSet<u8>);
    hold!(BTreeMap<u8, u8>, HashMap<String, u8>);
    hold!(Shared<u8>, Shared<Point>, Shared<Vec<u8>>);
    hold!(Name, Number, Flag, Deep, Boxed, Color, Point, Empty, Nothing, OfNothing, Place, Table, Measure);
}

/// Those of enums depend on how their variants are told apart.
#[test]
fn json_types_of_enums() {
    #[contract]
    enum Mixed {
        Nothing,
        Number(u8),
    }
    #[contract]
    #[serde(untagged)]
    enum Any {
        Number(u8),
        Text(String),
    }
    #[contract]
    #[serde(untagged)]
    enum Numbers {
        Small(u8),
        Large(u64),
    }
    #[contract]
    #[serde(untagged)]
    enum Pairs {
        One(u8, u8),
        Many(Vec<u8>),
        #[cfg(any())]
        Never(NoSuchType),
    }

    assert_eq!(<Shape as Contract>::JSON_TYPE, JsonType::Object);
    assert_eq!(<Tagged as Contract>::JSON_TYPE, JsonType::Object);
    assert_eq!(<Adjacent as Contract>::JSON_TYPE, JsonType::Object);
    assert_eq!(<Either as Contract>::JSON_TYPE, JsonType::Object);
    assert_eq!(<Known as Contract>::JSON_TYPE, JsonType::String);
    assert_eq!(<Mixed as Contract>::JSON_TYPE, JsonType::Several);
    assert_eq!(<Any as Contract>::JSON_TYPE, JsonType::Several);
    assert_eq!(<Numbers as Contract>::JSON_TYPE, JsonType::Several);
    assert_eq!(<Pairs as Contract>::JSON_TYPE, JsonType::Array);
}
