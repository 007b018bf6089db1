//! Every form that a contract can have, and what each takes and refuses.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::net::Ipv4Addr;
use std::time::Duration;

use handoff::Contract;
use handoff::contract;

use crate::pointers;

#[contract]
pub(crate) struct Empty {}

#[contract]
pub(crate) struct Unit;

#[contract]
pub(crate) struct Id(#[check(len(1..=8))] String);

#[contract]
pub(crate) struct Pair(u8, #[check(range(..=10))] i16);

#[contract]
#[serde(transparent)]
pub(crate) struct Wrapped {
    #[check(range(1..))]
    inner: u32,
}

#[contract]
pub(crate) struct Inner {
    #[check(len(1..))]
    text: String,
    #[serde(default)]
    note: Option<String>,
}

#[contract]
#[derive(PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    Low,
    #[serde(rename = "MID", alias = "middle")]
    Middle,
    #[serde(skip)]
    #[allow(dead_code)]
    Hidden,
    VeryHigh,
}

#[contract]
pub(crate) enum External {
    Nothing,
    One(Inner),
    Two(u8, String),
    Named {
        #[check(range(0..=1))]
        a: u8,
    },
    Maybe(Option<u8>),
}

#[contract]
#[serde(tag = "type")]
pub(crate) enum Internal {
    Nothing,
    One(Inner),
    Nested(Nested),
    Holder(Unit),
    Named {
        #[check(range(0..=1))]
        #[serde(rename = "A")]
        a: u8,
    },
}

#[contract]
#[serde(tag = "inner", rename_all = "UPPERCASE")]
pub(crate) enum Nested {
    Left { left: u8 },
    Right,
}

#[contract]
#[serde(tag = "t", content = "c", rename_all_fields = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Adjacent {
    Nothing,
    One(Inner),
    Two(u8, u8),
    Named { some_field: u8 },
}

#[contract]
#[serde(untagged)]
pub(crate) enum Untagged {
    Number(#[check(range(0..=9))] u8),
    Text(String),
    Named { a: u8 },
    Listed(Vec<u8>),
    Nothing,
}

#[contract]
pub(crate) struct Base {
    id: u8,
    #[serde(alias = "label", alias = "title")]
    name: String,
}

#[contract]
pub(crate) struct Flat {
    #[serde(flatten)]
    base: Base,
    #[check(len(..=2))]
    extra: Vec<u8>,
    #[serde(skip)]
    #[allow(dead_code)]
    scratch: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maybe: Option<Inner>,
    #[serde(default = "seven")]
    seven: u8,
}

fn seven() -> u8 {
    7
}

#[contract]
#[serde(default)]
pub(crate) struct Defaulted {
    a: u8,
    b: String,
}

impl Default for Defaulted {
    fn default() -> Self {
        Self { a: 1, b: "b".to_owned() }
    }
}

#[contract(open)]
pub(crate) struct Open {
    id: u8,
}

#[contract]
pub(crate) struct Everything {
    list: Vec<Inner>,
    deque: VecDeque<Level>,
    boxed: Box<Inner>,
    set: BTreeSet<u8>,
    hash: HashSet<String>,
    map: BTreeMap<String, Inner>,
    numbered: HashMap<u8, Inner>,
    tuple: (u8, Inner, Option<bool>),
    array: [u8; 3],
    r#type: char,
    float: f32,
    double: f64,
    unit: (),
    value: serde_json::Value,
    nested: Option<Vec<Option<Box<Inner>>>>,
    #[check(range(0.0..=1.0))]
    scores: Vec<Vec<f32>>,
    #[check(range(-5..5))]
    signed: Option<i64>,
}

/// Types that are no contracts.
#[contract]
struct Leaves {
    duration: Duration,
    durations: Vec<Option<Duration>>,
    pairs: BTreeMap<String, (u8, Duration)>,
    address: Option<Ipv4Addr>,
}

#[contract]
pub(crate) struct Tree {
    name: String,
    #[check(len(..=2))]
    children: Vec<Self>,
}

pub(crate) const EVERYTHING: &str = r#"{
    "list": [{"text": "a"}], "deque": ["low", "MID"], "boxed": {"text": "b", "note": null}, "set": [3, 1],
    "hash": ["x"], "map": {"k": {"text": "c"}}, "numbered": {"7": {"text": "d"}},
    "tuple": [1, {"text": "e"}, null], "array": [1, 2, 3], "type": "é", "float": 0.5, "double": 1, "unit": null,
    "value": {"any": [1, {"thing": null}]},
    "nested": [{"text": "f"}], "scores": [[0.1, 1], []], "signed": -5
}"#;

/// Accepts the first texts, and refuses the others at these pointers.
#[track_caller]
pub(crate) fn expect<T: Contract>(good: &[&str], bad: &[(&str, &[&str])]) {
    for text in good {
        let value = T::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let written = serde_json::to_string(&value).expect("a contract is JSON");
        T::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    }
    for (text, expected) in bad {
        let error = T::parse(text).map(drop).expect_err(text);
        assert_eq!(pointers(&error), *expected, "{text}: {error}");
        assert!(!error.to_string().contains(['\n', '\r']), "{error}");
    }
}

#[test]
fn structs() {
    expect::<Empty>(&["{}"], &[("[]", &[""]), ("null", &[""]), (r#"{"a":1}"#, &["/a"])]);
    expect::<Unit>(&["null"], &[("{}", &[""]), ("[]", &[""])]);
    expect::<Id>(&[r#""a""#], &[(r#""""#, &[""]), ("1", &[""]), (r#"["a"]"#, &[""])]);
    expect::<Pair>(
        &["[1,10]"],
        &[("[1,11]", &["/1"]), ("[1]", &[""]), ("[1,2,3]", &[""]), (r#"["a",11]"#, &["/0", "/1"])],
    );
    expect::<Wrapped>(&["1"], &[("0", &[""]), (r#"{"inner":1}"#, &[""])]);
    expect::<Defaulted>(&["{}", r#"{"a":2}"#], &[(r#"{"b":1}"#, &["/b"])]);
    expect::<Open>(
        &[r#"{"id":1,"x":{"y":[1]}}"#],
        &[
            (r#"{"x":1}"#, &["/id"]),
            (r#"{"id":1,"x":1,"x":2}"#, &["/x"]),
            (r#"{"id":1,"x":{"y":1,"y":2}}"#, &["/x/y"]),
            (r#"{"id":1,"x":1e999}"#, &["/x"]),
        ],
    );
}

#[test]
fn flattened_and_renamed() {
    expect::<Flat>(
        &[
            r#"{"id":1,"name":"n","extra":[]}"#,
            r#"{"id":1,"title":"n","extra":[],"seven":8,"maybe":{"text":"x"}}"#,
        ],
        &[
            (r#"{"id":1,"name":"n","extra":[],"scratch":[]}"#, &["/scratch"]),
            (r#"{"id":"x","extra":[1,2,3],"base":{}}"#, &["/id", "/extra", "/base", "/name"]),
            (r#"{"id":1,"name":"n","label":"n","extra":[]}"#, &["/label"]),
            (r#"{"id":1,"id":1,"name":"n","extra":[]}"#, &["/id"]),
            (r#"{"id":1,"name":"n","extra":[],"maybe":{"text":""}}"#, &["/maybe/text"]),
            (r#"[1,"n",[]]"#, &[""]),
        ],
    );
}

#[test]
fn enums() {
    expect::<Level>(
        &[r#""low""#, r#""MID""#, r#""middle""#, r#""very-high""#],
        &[
            (r#""Low""#, &[""]),
            (r#""hidden""#, &[""]),
            (r#"{"low":null}"#, &["/low"]),
            ("0", &[""]),
            (r#"["low"]"#, &[""]),
        ],
    );
    expect::<External>(
        &[
            r#""Nothing""#,
            r#"{"One":{"text":"a"}}"#,
            r#"{"Two":[1,"a"]}"#,
            r#"{"Named":{"a":1}}"#,
            r#"{"Maybe":null}"#,
        ],
        &[
            (r#"{"Nothing":null}"#, &["/Nothing"]),
            (r#"{"One":{"text":""}}"#, &["/One/text"]),
            (r#"{"Two":[1]}"#, &["/Two"]),
            (r#"{"Two":["x",1]}"#, &["/Two/0", "/Two/1"]),
            (r#"{"Named":{"a":2,"b":1}}"#, &["/Named/a", "/Named/b"]),
            (r#"{"Named":[1]}"#, &["/Named"]),
            (r#"{"Nothing":null,"One":{}}"#, &[""]),
            ("{}", &[""]),
            (r#""One""#, &[""]),
            (r#"{"Other":1}"#, &["/Other"]),
            ("1", &[""]),
        ],
    );
    expect::<Internal>(
        &[
            r#"{"type":"Nothing"}"#,
            r#"{"text":"a","type":"One"}"#,
            r#"{"type":"Nested","inner":"LEFT","left":1}"#,
            r#"{"inner":"RIGHT","type":"Nested"}"#,
            r#"{"type":"Named","A":1}"#,
            r#"{"type":"Holder"}"#,
        ],
        &[
            (r#"["Nothing"]"#, &[""]),
            (r#"{"type":"Nothing","x":1}"#, &["/x"]),
            (r#"{"type":"One","text":"","x":1}"#, &["/text", "/x"]),
            (r#"{"type":"Nested","inner":"LEFT","left":1,"x":1}"#, &["/x"]),
            (r#"{"type":"Nested","left":1}"#, &["/inner"]),
            (r#"{"type":"Named","A":1,"A":1}"#, &["/A"]),
            (r#"{"type":"Named","type":"Named","A":1}"#, &["/type"]),
            (r#"{"type":0}"#, &["/type"]),
            (r#"{"type":"Other"}"#, &["/type"]),
            (r#"{"A":1}"#, &["/type"]),
        ],
    );
    expect::<Adjacent>(
        &[
            r#"{"t":"Nothing"}"#,
            r#"{"c":{"text":"a"},"t":"One"}"#,
            r#"{"t":"Two","c":[1,2]}"#,
            r#"{"t":"Named","c":{"SOME_FIELD":1}}"#,
        ],
        &[
            (r#"["Nothing"]"#, &[""]),
            (r#"{"t":"Nothing","c":null}"#, &["/c"]),
            (r#"{"t":"One"}"#, &["/c"]),
            (r#"{"t":"One","c":{"text":""},"x":1}"#, &["/c/text", "/x"]),
            (r#"{"c":{"x":1,"SOME_FIELD":1},"t":"Named"}"#, &["/c/x"]),
            (r#"{"t":"Named","c":[1]}"#, &["/c"]),
            (r#"{"c":[1,2],"c":[1,2],"t":"Two"}"#, &["/c"]),
        ],
    );
    expect::<Untagged>(
        &["1", r#""a""#, r#"{"a":1}"#, "[1,2]", "null"],
        &[
            ("10", &[""]),
            ("300", &[""]),
            (r#"{"a":1,"b":1}"#, &["/b"]),
            (r#"{"a":"x"}"#, &["/a"]),
            ("[300]", &["/0"]),
            ("true", &[""]),
        ],
    );
}

#[test]
fn an_untagged_variant_is_chosen_by_the_schema() {
    // serde alone takes `[1]` for a struct with one field.
    assert!(matches!(Untagged::parse("[1]"), Ok(Untagged::Listed(items)) if items == [1]));
    assert!(matches!(serde_json::from_str("[1]"), Ok(Untagged::Listed(items)) if items == [1]));
    assert!(matches!(Untagged::parse(r#"{"a":1}"#), Ok(Untagged::Named { a: 1 })));
    assert!(matches!(Untagged::parse("null"), Ok(Untagged::Nothing)));
    assert!(matches!(
        Vec::<Untagged>::parse("[[1],2]").as_deref(),
        Ok([Untagged::Listed(_), Untagged::Number(2)])
    ));
}

#[test]
fn collections_and_leaves() {
    expect::<Everything>(&[EVERYTHING], &[]);
    let mutated = |from: &str, to: &str| {
        assert!(EVERYTHING.contains(from), "{from}");
        let text = EVERYTHING.replacen(from, to, 1);
        pointers(&Everything::parse(&text).map(drop).expect_err(to))
    };
    for (from, to, expected) in [
        (r#"[{"text": "a"}]"#, r#"[{"text": "a"}, {"text": ""}]"#, &["/list/1/text"][..]),
        (r#"["low", "MID"]"#, r#"["low", "Low"]"#, &["/deque/1"]),
        (r#"{"text": "b", "note": null}"#, r#"{"text": "", "note": 1}"#, &["/boxed/text", "/boxed/note"]),
        ("[3, 1]", "[3, 1, 3]", &["/set/2"]),
        (r#"["x"]"#, r#"["x","\u0078"]"#, &["/hash/1"]),
        (r#"{"k": {"text": "c"}}"#, r#"{"k": {"text": "c"}, "k": {"text": "d"}}"#, &["/map/k"]),
        (r#"{"k": {"text": "c"}}"#, r#"{"a/b": {"text": ""}}"#, &["/map/a~1b/text"]),
        (r#""7": {"text": "d"}"#, r#""x": {"text": "d"}"#, &["/numbered/x"]),
        (r#""7": {"text": "d"}"#, r#""7": {"text": ""}"#, &["/numbered/7/text"]),
        (r#"[1, {"text": "e"}, null]"#, r#"[1, {"text": ""}, 2]"#, &["/tuple/1/text", "/tuple/2"]),
        ("[1, 2, 3]", "[1, 2]", &["/array"]),
        ("\"é\"", "\"éé\"", &["/type"]),
        (r#""float": 0.5"#, r#""float": 1e39"#, &["/float"]),
        (r#""double": 1"#, r#""double": 1e999"#, &["/double"]),
        (r#""unit": null"#, r#""unit": {}"#, &["/unit"]),
        (r#"{"thing": null}"#, r#"{"thing": null, "thing": 1}"#, &["/value/any/1/thing"]),
        (r#"[{"text": "f"}]"#, r#"[{"text": ""}]"#, &["/nested/0/text"]),
        ("[[0.1, 1], []]", "[[0.1, 1.5], [-0.5]]", &["/scores/0/1", "/scores/1/0"]),
        (r#""signed": -5"#, r#""signed": 5"#, &["/signed"]),
    ] {
        assert_eq!(mutated(from, to), expected, "{to}");
    }
}

#[test]
fn leaves() {
    let good = r#"{"duration":{"secs":1,"nanos":2},"durations":[null],"pairs":{"a":[1,{"secs":1,"nanos":2}]},"address":"127.0.0.1"}"#;
    expect::<Leaves>(
        &[good],
        &[
            (
                r#"{"duration":{"secs":1},"durations":[null,{"secs":-1,"nanos":2}],"pairs":{"a":["x",1]},"address":"home"}"#,
                &["/duration", "/durations/1", "/pairs/a/0", "/pairs/a/1", "/address"],
            ),
            (r#"{"duration":[1,2],"durations":1,"pairs":[]}"#, &["/duration", "/durations", "/pairs"]),
            (
                r#"{"duration":{"secs":1,"nanos":2,"nanos":2},"durations":[],"pairs":{}}"#,
                &["/duration/nanos", "/duration"],
            ),
        ],
    );
    let error = Leaves::parse(r#"{"duration":1,"durations":[],"pairs":{},"address":"secret"}"#)
        .map(drop)
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    assert!(error.violations()[1].found().is_some_and(|found| found.contains("secret")));
}

#[test]
fn recursion() {
    let leaf = r#"{"name":"l","children":[]}"#;
    let tree = format!(r#"{{"name":"r","children":[{leaf},{leaf}]}}"#);
    expect::<Tree>(&[leaf, &tree], &[]);
    let wide = format!(r#"{{"name":"r","children":[{{"name":1,"children":[{leaf},{leaf},{leaf}]}}]}}"#);
    expect::<Tree>(&[], &[(&wide, &["/children/0/name", "/children/0/children"])]);
    let deep = r#"{"name":"x","children":["#.repeat(50_000);
    assert!(Tree::parse(&deep).is_err());
}

/// Whether a contract has sets is asked of its fields: its schema may say something else, and it may hold itself.
#[contract]
pub(crate) struct Grove {
    #[serde(default)]
    #[schemars(with = "Vec<u8>")]
    described_otherwise: BTreeSet<u8>,
    #[serde(default)]
    groves: BTreeMap<String, Vec<Option<Box<Self>>>>,
    #[serde(default)]
    pairs: Vec<(u8, HashSet<char>)>,
}

#[test]
fn no_item_of_a_set_is_dropped_wherever_it_stands() {
    expect::<Grove>(
        &["{}", r#"{"described_otherwise":[1,2],"pairs":[[1,["a"]],[1,["a"]]],"groves":{"a":[{},null]}}"#],
        &[
            (r#"{"described_otherwise":[1,2,1]}"#, &["/described_otherwise/2"]),
            (
                r#"{"groves":{"a":[null,{"described_otherwise":[7,7]}]}}"#,
                &["/groves/a/1/described_otherwise/1"],
            ),
            (r#"{"pairs":[[1,["a","a"]]]}"#, &["/pairs/0/1/1"]),
        ],
    );
}

#[test]
fn what_is_made_in_rust_is_checked_alike() {
    let inner = |text: &str| Inner { text: text.to_owned(), note: None };
    let check = |value: &dyn Fn(&mut handoff::Violations)| {
        let mut violations = handoff::Violations::new();
        value(&mut violations);
        violations.as_slice().iter().map(|violation| violation.pointer.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(check(&|v| External::One(inner("")).check(v)), ["/One/text"]);
    assert_eq!(check(&|v| Internal::One(inner("")).check(v)), ["/text"]);
    assert_eq!(check(&|v| Internal::Named { a: 2 }.check(v)), ["/A"]);
    assert_eq!(check(&|v| Adjacent::One(inner("")).check(v)), ["/c/text"]);
    assert_eq!(check(&|v| Untagged::Number(10).check(v)), [""]);
    assert_eq!(check(&|v| vec![Some(inner("a")), Some(inner(""))].check(v)), ["/1/text"]);
    assert_eq!(check(&|v| f64::NAN.check(v)), [""]);
    let map: BTreeMap<u8, Inner> = [(7, inner(""))].into();
    assert_eq!(check(&|v| map.check(v)), ["/7/text"]);
    let base = Base { id: 1, name: String::new() };
    let flat = Flat { base, extra: vec![1, 2, 3], scratch: vec![], maybe: Some(inner("")), seven: 7 };
    assert_eq!(check(&|v| flat.check(v)), ["/extra", "/maybe/text"]);
    let _ =
        (Level::Hidden, Id(String::new()), Pair(1, 2), Wrapped { inner: 1 }, Empty {}, Unit, Open { id: 1 });
}

#[test]
fn names() {
    assert_eq!(Vec::<Option<Inner>>::name(), "Vec<Option<Inner>>");
    assert_eq!(<(u8, Box<Inner>)>::name(), "(u8, Inner)");
}

type Hosts = Vec<Ipv4Addr>;

#[contract]
struct Aliased {
    #[check(len(1..))]
    hosts: Hosts,
}

#[test]
fn a_list_of_leaves_by_another_name() {
    let aliased = Aliased::parse(r#"{"hosts":["127.0.0.1"]}"#).unwrap();
    assert_eq!(aliased.hosts, [Ipv4Addr::LOCALHOST]);
    assert_eq!(pointers(&Aliased::parse(r#"{"hosts":[]}"#).unwrap_err()), ["/hosts"]);
    assert_eq!(pointers(&Aliased::parse(r#"{"hosts":["here"]}"#).unwrap_err()), ["/hosts/0"]);
}

#[contract]
#[derive(PartialEq)]
#[serde(transparent)]
struct Rank(
    /// As the desk gives it.
    #[check(range(1..))]
    Option<u8>,
);

#[contract]
#[serde(transparent)]
struct Boxed {
    /// Twice wrapped.
    rank: Box<Rank>,
}

#[contract]
struct Ranked {
    rank: Rank,
    boxed: Boxed,
    inner: Box<Option<u16>>,
    number: u8,
}

#[test]
fn what_may_be_missing_is_not_required() {
    assert_eq!(Ranked::schema().as_value()["required"], serde_json::json!(["number"]));
    let ranked = Ranked::parse(r#"{"number":1}"#).unwrap();
    assert_eq!((ranked.rank, *ranked.boxed.rank, *ranked.inner), (Rank(None), Rank(None), None));
    assert_eq!(
        pointers(&Ranked::parse(r#"{"rank":0,"boxed":0}"#).unwrap_err()),
        ["/rank", "/boxed", "/number"]
    );
}

#[contract]
struct Single {
    share: f32,
}

#[test]
fn a_number_that_is_too_large_for_an_f32() {
    assert_eq!(
        Single::parse(r#"{"share":1e39}"#).unwrap_err().with_values().to_string(),
        "`Single` is broken: /share: expected a number in -3.4028235e38..=3.4028235e38, found another (it is 1e+39)"
    );
}

#[contract]
struct Slices {
    #[check(len(..=2))]
    inner: Box<[Inner]>,
    options: Option<Box<[Option<Id>]>>,
    nested: Vec<Box<[Pair]>>,
}

#[test]
fn a_boxed_slice_is_a_list() {
    let text = r#"{"inner":[{"text":"a"}],"options":[null,"b"],"nested":[[[1,2]],[]]}"#;
    assert_eq!(Slices::parse(text).unwrap().inner.len(), 1);
    let text = r#"{"inner":[{"text":""},{"text":"a"},{"text":"b"}],"options":[""],"nested":[[[1,11]]]}"#;
    let error = Slices::parse(text).unwrap_err();
    assert_eq!(pointers(&error), ["/inner", "/inner/0/text", "/options/0", "/nested/0/0/1"]);
    assert_eq!(<Box<[Inner]>>::fingerprint(), <Vec<Inner>>::fingerprint());
    assert!(<Box<[Inner]>>::parse(r#"[{"text":""}]"#).is_err());
}

#[contract]
struct Pointing {
    number: u8,
    #[serde(flatten)]
    inner: Box<Inner>,
    #[serde(flatten)]
    shared: handoff::Shared<Wrapping>,
}

#[contract]
struct Wrapping {
    wrapped: Wrapped,
}

#[test]
fn what_a_pointer_holds_is_flattened() {
    let pointing = Pointing::parse(r#"{"number":1,"text":"a","wrapped":2}"#).unwrap();
    assert_eq!((&*pointing.inner.text, pointing.shared.wrapped.inner), ("a", 2));
    let error = Pointing::parse(r#"{"number":1,"text":"","wrapped":0,"more":1}"#).unwrap_err();
    assert_eq!(pointers(&error), ["/text", "/wrapped", "/more"]);
}
