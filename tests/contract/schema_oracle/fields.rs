//! Fields of every type.

oracle! {
    {
        use shared::*;
        use std::{net::{IpAddr, Ipv4Addr}, num::{NonZeroI64, NonZeroU8}, time::{Duration, SystemTime}};
        use {handoff::{Confidence, Partial, TaskFailure}, serde_json::{Map, Number}};
        type Text = String; type MaybeText = Option<Text>; type MaybeInner = Option<Inner>;
        type Hosts = Vec<Ipv4Addr>; type Inners = Vec<Inner>;
        const LENGTH: usize = 2;
        macro_rules! list_of { ($item:ty) => { Vec<$item> }; }
    }
    struct Numbers {
        u8: u8, u16: u16, u32: u32, u64: u64, usize: usize, i8: i8, i16: i16, i32: i32, i64: i64,
        isize: isize, f32: f32, f64: f64, not_zero: NonZeroU8, maybe_not_zero: Option<NonZeroI64>,
    }
    struct Texts {
        text: String, boxed: Box<str>, character: char, cow: Cow<'static, str>, path: std::path::PathBuf,
        by_path: std::string::String, by_full_path: ::std::string::String, alias: Text,
    }
    struct Plain {
        bool: bool, unit: (), confidence: Confidence,
        maybe_confidence: Option<Confidence>,
    }
    struct Options {
        number: Option<u8>, text: Option<String>, bool: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")] twice: Option<Option<u8>>,
        boxed: Option<Box<u8>>, in_a_box: Box<Option<u8>>, list: Option<Vec<u8>>,
        of_items: Vec<Option<String>>, map: Option<BTreeMap<String, Option<u8>>>,
        tuple: Option<(u8, Option<u8>)>, by_path: std::option::Option<u8>, alias: MaybeText,
        of_alias: MaybeText, wrapped: Maybe, value: Option<Value>,
    }
    struct OptionsOfContracts {
        inner: Option<Inner>, boxed: Option<Box<Inner>>, in_a_box: Box<Option<Inner>>,
        list: Option<Vec<Inner>>, items: Vec<Option<Inner>>,
        #[serde(default, skip_serializing_if = "Option::is_none")] twice: Option<Option<Inner>>,
        documented: Option<Documented>, open: Option<Open>, id: Option<Id>, pair: Option<Pair>,
        wrapped: Option<Wrapped>, level: Option<Level>,
        shape: Option<Shape>, tagged: Option<Tagged>, adjacent: Option<Adjacent>, untagged: Option<Untagged>,
        tree: Option<Tree>, leaf: Option<Leaf>, inlined: Option<InlinedLeaf>, alias: MaybeInner,
    }
    struct Lists {
        vec: Vec<u8>, deque: VecDeque<String>, linked: LinkedList<u8>, heap: BinaryHeap<u8>, slice: Box<[u8]>,
        nested: Vec<Vec<Vec<f64>>>, boxed: Vec<Box<String>>, no_items: [u8; 0], one_item: [String; 1],
        three_items: [f32; 3], most_items: [u8; 32], by_constant: [u8; LENGTH],
        by_expression: [u8; LENGTH * 2 + 1], item: <Vec<u8> as IntoIterator>::Item, rows: [[u8; 2]; 3],
        by_alias: Hosts, by_macro: list_of!(u8), by_path: std::vec::Vec<u8>,
    }
    struct ListsOfContracts {
        vec: Vec<Inner>, deque: VecDeque<Level>, linked: LinkedList<Inner>, nested: Vec<Vec<Inner>>,
        boxed: Vec<Box<Inner>>, array: [Inner; LENGTH], no_items: [Inner; 0],
        item: <Vec<Inner> as IntoIterator>::Item, leaves: Vec<Leaf>, by_alias: Inners,
        by_macro: list_of!(Inner),
    }
    struct Sets {
        sorted: BTreeSet<u8>, hashed: HashSet<String>, of_contracts: BTreeSet<Level>,
        of_leaves: HashSet<Leaf>, of_tuples: BTreeSet<(u8, String)>, maybe: Option<HashSet<u8>>,
    }
    struct Maps {
        sorted: BTreeMap<String, u8>, hashed: HashMap<String, String>, by_number: HashMap<u8, bool>,
        by_signed: BTreeMap<i64, bool>, by_character: BTreeMap<char, u8>, by_bool: BTreeMap<bool, u8>,
        by_contract: BTreeMap<Level, u8>, by_leaf: HashMap<Leaf, u8>, of_lists: BTreeMap<String, Vec<u8>>,
        of_maps: BTreeMap<String, HashMap<String, u8>>, of_options: BTreeMap<String, Option<u8>>,
        of_contracts: BTreeMap<String, Inner>, of_enums: HashMap<u16, Shape>,
        of_leaves: BTreeMap<String, Leaf>, of_anything: BTreeMap<String, Value>,
        of_nothing: BTreeMap<String, ()>,
    }
    struct Tuples {
        one: (u8,), two: (u8, String), nested: ((u8, u8), (Option<u8>, Vec<u8>)),
        of_contracts: (Inner, Level, Leaf), twelve: (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Inner),
        list: Vec<(String, Inner)>,
    }
    struct Contracts {
        inner: Inner, again: Inner, boxed: Box<Inner>, documented: Documented, open: Open,
        defaulted: Defaulted, empty: Empty, id: Id, pair: Pair, unit: Unit, wrapped: Wrapped, level: Level,
        shape: Shape, tagged: Tagged, adjacent: Adjacent, untagged: Untagged, tree: Tree,
    }
    struct Json {
        value: Value, values: Vec<Value>, map: Map<String, Value>, number: Number, by_path: serde_json::Value,
    }
    struct Leaves {
        leaf: Leaf, boxed: Box<Leaf>, inlined: InlinedLeaf, inlined_list: Vec<InlinedLeaf>,
        duration: Duration, durations: Vec<Option<Duration>>, time: SystemTime, address: IpAddr,
        v4: Option<Ipv4Addr>, range: std::ops::Range<u8>, result: Result<u8, String>,
        result_of_contracts: Result<Inner, Leaf>, failure: TaskFailure, partial: Partial<Inner>,
    }
    struct Ping { pong: Option<Box<Pong>> } struct Pong { ping: Vec<Ping>, pongs: BTreeMap<String, Self> }
    struct List { head: u8, tail: Option<Box<List>> }
    enum Expression {
        Number(f64), Sum(Vec<Self>), Negated(Box<Expression>), Named { name: String, value: Box<Self> },
    }
    #[serde(tag = "kind")]
    enum Node { Leaf { value: u8 }, Branch { left: Box<Self>, right: Option<Box<Node>> } }
    #[serde(tag = "t", content = "c")] enum Command { Stop, Run(Vec<Command>) }
    #[serde(untagged)] enum Data { Number(f64), List(Vec<Self>), Map(BTreeMap<String, Data>) }
}
