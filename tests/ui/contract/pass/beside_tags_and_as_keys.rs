//! What has room for a tag, and what can be a key, also where only the compiler can say so.
use handoff::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct Number {
    inner: Box<u32>,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Low,
    High,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(untagged)]
pub enum Key {
    Level(Level),
    Name(Name),
}

/// A key that is no contract: serde's own business.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct Id(u64);

type Ids = BTreeMap<Id, Name>;

#[contract]
#[derive(PartialEq)]
pub struct Maps {
    pub texts: BTreeMap<String, HashMap<Box<str>, u8>>,
    pub characters: BTreeMap<char, u8>,
    pub booleans: Option<BTreeMap<bool, u8>>,
    pub integers: Vec<BTreeMap<i64, u8>>,
    pub names: HashMap<Name, [BTreeMap<Number, u8>; 1]>,
    pub levels: (BTreeMap<Level, u8>, HashMap<Box<Level>, u8>),
    pub keys: BTreeMap<Key, Vec<Maps>>,
    pub ids: Ids,
    pub entries: Vec<(Vec<u8>, u8)>,
    #[serde(skip)]
    pub skipped: BTreeMap<Vec<u8>, u8>,
}

#[contract]
#[derive(PartialEq)]
pub struct Point {
    pub x: u8,
}

#[contract]
#[derive(PartialEq)]
pub struct Place(Box<Point>);

#[contract]
#[derive(PartialEq)]
pub struct Nothing;

#[contract]
#[derive(PartialEq)]
pub enum Shape {
    Dot(),
    Circle(u8),
    Square { side: u8 },
}

#[contract]
#[derive(PartialEq)]
#[serde(untagged)]
pub enum Either {
    Point(Point),
    Size { size: u8 },
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "step")]
pub enum Step {
    Go { by: u8 },
    Turn,
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind")]
pub enum Tagged {
    Point(Point),
    Boxed(Box<Place>),
    Nothing(Nothing),
    Unit(()),
    Map(BTreeMap<Level, Point>),
    Shape(Shape),
    Either(Either),
    Step(Step),
    List {
        list: Vec<u8>,
    },
    #[serde(skip)]
    Skipped(Vec<u8>),
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind", content = "value")]
pub enum Adjacent {
    List(Vec<u8>),
    Text(Name),
    Maybe(Option<u8>),
}

#[agent]
pub async fn count(maps: BTreeMap<Name, u8>) -> BTreeMap<Level, u8> {
    [(Level::Low, maps.len() as u8)].into()
}

fn comes_back<T: handoff::Contract + PartialEq + Debug>(value: T) {
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(T::parse(&json).unwrap(), value);
}

#[test]
fn it_runs() {
    let name = || Name("name".into());
    comes_back(Maps {
        texts: [("a".into(), [("b".into(), 1)].into())].into(),
        characters: [('c', 1)].into(),
        booleans: Some([(true, 1)].into()),
        integers: vec![[(-1, 1)].into()],
        names: [(name(), [[(Number { inner: Box::new(1) }, 1)].into()])].into(),
        levels: ([(Level::Low, 1)].into(), [(Box::new(Level::High), 1)].into()),
        keys: [(Key::Level(Level::Low), vec![]), (Key::Name(name()), vec![])].into(),
        ids: [(Id(1), name())].into(),
        entries: vec![(vec![1], 1)],
        skipped: BTreeMap::new(),
    });
    let point = || Point { x: 1 };
    for value in [
        Tagged::Point(point()),
        Tagged::Boxed(Box::new(Place(Box::new(point())))),
        Tagged::Nothing(Nothing),
        Tagged::Unit(()),
        Tagged::Map([(Level::High, point())].into()),
        Tagged::Shape(Shape::Dot()),
        Tagged::Shape(Shape::Circle(1)),
        Tagged::Shape(Shape::Square { side: 1 }),
        Tagged::Either(Either::Point(point())),
        Tagged::Either(Either::Size { size: 1 }),
        Tagged::Step(Step::Go { by: 1 }),
        Tagged::Step(Step::Turn),
        Tagged::List { list: vec![1] },
    ] {
        comes_back(value);
    }
    for value in [Adjacent::List(vec![1]), Adjacent::Text(name()), Adjacent::Maybe(None)] {
        comes_back(value);
    }
}
