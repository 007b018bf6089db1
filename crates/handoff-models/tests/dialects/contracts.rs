//! Contracts of every form that a schema can have, and of the kinds that programs are made of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use handoff::{Shared, contract};

/// How urgent a ticket is.
#[contract]
#[serde(rename_all = "lowercase")]
pub(crate) enum Urgency {
    Low,
    Normal,
    High,
}

/// What a ticket is about.
#[contract]
pub(crate) struct Triage {
    /// One line for whoever is on duty.
    #[check(len(1..=120))]
    pub(crate) summary: String,
    /// How urgent it is.
    pub(crate) urgency: Urgency,
    pub(crate) customer: Option<String>,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct SubTask {
    #[check(pattern("^t[0-9]+$"))]
    pub(crate) id: String,
    #[check(len(10..=200))]
    pub(crate) description: String,
    #[check(range(1..=5))]
    pub(crate) priority: u8,
}

/// A plan.
#[contract]
pub(crate) struct Plan {
    #[check(len(1..=8))]
    pub(crate) subtasks: Vec<SubTask>,
    #[check(len(20..))]
    pub(crate) reasoning: String,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Line {
    pub(crate) item: String,
    #[check(range(1..))]
    pub(crate) quantity: u32,
    #[check(multiple_of(5))]
    pub(crate) cents: i64,
}

#[contract]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invoice {
    #[check(pattern("^[A-Z]{2}-[0-9]{4,8}$"))]
    pub(crate) invoice_number: String,
    #[check(pattern("^[A-Z]{3}$"))]
    pub(crate) currency: String,
    #[check(len(1..=200))]
    pub(crate) lines: Vec<Line>,
    pub(crate) order: Option<String>,
    #[check(range(0.0..1.0))]
    pub(crate) discount: Option<f64>,
}

/// Where a call goes.
#[contract]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Route {
    Billing {
        account: String,
        amount: f64,
    },
    Outage {
        service: String,
        #[check(range(1..=5))]
        severity: u8,
    },
    ByRegion {
        regions: BTreeMap<String, u32>,
        at: (f64, f64),
    },
    Other,
}

#[contract]
pub(crate) enum Decision {
    Approve,
    Reject { reason: String, codes: BTreeMap<String, String> },
    Escalate(String),
    Split(u8, String),
}

#[contract]
#[serde(tag = "t", content = "c")]
pub(crate) enum Adjacent {
    Nothing,
    One(Line),
    Two(u8, String),
    Named { limit: Option<u8> },
}

#[contract]
#[serde(tag = "tool", rename_all = "snake_case")]
pub(crate) enum Call {
    Search { query: String, limit: Option<u8> },
    Fetch { url: String },
    Finish,
}

#[contract]
pub(crate) struct Turn {
    pub(crate) thought: String,
    #[check(len(1..=4))]
    pub(crate) calls: Vec<Call>,
}

#[contract]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rule {
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    Test { field: String, equals: String },
}

/// A tree behind a name.
#[contract]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) rule: Rule,
}

#[contract]
pub(crate) struct Comment {
    pub(crate) text: String,
    #[check(len(..=3))]
    pub(crate) replies: Vec<Comment>,
}

#[contract]
pub(crate) struct Chain {
    pub(crate) n: u8,
    pub(crate) next: Option<Box<Chain>>,
}

/// Scores by criterion.
#[contract]
pub(crate) struct Scores {
    #[check(len(1..=10), each(range(0.0..=1.0)))]
    pub(crate) by_criterion: BTreeMap<String, f64>,
    pub(crate) by_round: BTreeMap<u8, i32>,
    pub(crate) lines: HashMap<String, Line>,
    pub(crate) maybe: Option<BTreeMap<String, u8>>,
    pub(crate) nested: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
}

#[contract]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
}

/// A person with addresses.
#[contract]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Where they live.
    pub(crate) home: Address,
    /// Where they work.
    pub(crate) work: Option<Address>,
    pub(crate) others: Vec<Address>,
}

#[contract]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) at: (f64, f64),
    pub(crate) colour: [u8; 3],
    pub(crate) named: Vec<(String, Option<u8>)>,
    pub(crate) maybe: Option<(u8, bool)>,
}

#[contract]
pub(crate) struct Tags {
    #[check(len(1..=5), unique, each(len(1..=20)))]
    pub(crate) tags: Vec<String>,
    pub(crate) languages: BTreeSet<String>,
}

fn ten() -> u32 {
    10
}

#[contract]
pub(crate) struct Query {
    #[check(len(1..))]
    pub(crate) text: String,
    #[serde(default = "ten")]
    #[check(range(1..=50))]
    pub(crate) limit: u32,
    #[serde(default)]
    pub(crate) fuzzy: bool,
    #[serde(default)]
    pub(crate) sites: Vec<String>,
    #[serde(default)]
    pub(crate) mood: Mood,
    #[serde(default)]
    pub(crate) near: Option<Address>,
}

/// How it feels.
#[contract]
#[derive(Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mood {
    /// All is well.
    #[default]
    Good,
    /// All is not.
    Bad,
}

#[contract]
pub(crate) struct Sentiment {
    pub(crate) mood: Mood,
    pub(crate) quote: String,
}

#[contract]
pub(crate) struct Meta {
    pub(crate) model: String,
    pub(crate) cost: f32,
}

#[contract]
pub(crate) struct Report {
    pub(crate) text: String,
    #[serde(flatten)]
    pub(crate) meta: Meta,
}

/// A step, and what is done in it.
#[contract]
#[serde(tag = "step")]
pub(crate) enum Step {
    Say(Meta),
    Go(Address),
    Nested(Inside),
    Stop,
}

#[contract]
#[serde(tag = "inside", rename_all = "UPPERCASE")]
pub(crate) enum Inside {
    Left { left: Option<u8> },
    Right,
}

#[contract]
#[serde(untagged)]
pub(crate) enum Fact {
    Flag(bool),
    Number(f64),
    Text(String),
    Many(Vec<String>),
    By(BTreeMap<String, u8>),
}

#[contract]
pub(crate) struct Subject {
    pub(crate) subject: String,
    pub(crate) value: Fact,
}

#[contract(open)]
pub(crate) struct Loose {
    pub(crate) id: u64,
    pub(crate) note: String,
}

#[contract]
pub(crate) struct Id(pub u64);

#[contract]
pub(crate) struct Empty {}

#[contract]
pub(crate) struct Nothing;

#[contract]
pub(crate) struct Outcome {
    pub(crate) id: Id,
    pub(crate) report: Option<Box<Report>>,
    pub(crate) rest: Option<Vec<Option<String>>>,
    pub(crate) nothing: Option<Empty>,
    pub(crate) unit: (),
    pub(crate) shared: Shared<Line>,
}

/// Numbers of every size.
#[contract]
pub(crate) struct Numbers {
    pub(crate) a: u8,
    pub(crate) b: i8,
    pub(crate) c: u16,
    pub(crate) d: i32,
    pub(crate) e: u64,
    pub(crate) f: i64,
    pub(crate) g: f32,
    pub(crate) h: f64,
    #[check(range(-3..3))]
    pub(crate) i: i64,
    #[check(range(0.5..))]
    pub(crate) j: f64,
    #[check(multiple_of(7), range(100..=200))]
    pub(crate) k: u32,
    pub(crate) letter: char,
    pub(crate) flag: bool,
}

/// Texts by patterns.
#[contract]
pub(crate) struct Texts {
    #[check(pattern("^[a-z]{2}(-[A-Z]{2})?$"))]
    pub(crate) language: String,
    #[check(pattern("^(cat|dog|[0-9]+)$"), len(..=6))]
    pub(crate) pet: String,
    #[check(pattern("-x-"), len(12..=40))]
    pub(crate) found: String,
    #[check(pattern("^[^\"\\\\]+$"), len(3..))]
    pub(crate) plain: String,
    /// Tells \"quoted\" words, and lines.
    ///
    /// In two paragraphs.
    pub(crate) free: String,
}

/// Maps by keys of every kind.
#[contract]
pub(crate) struct Keys {
    pub(crate) by_number: BTreeMap<i16, Vec<Line>>,
    pub(crate) by_mood: BTreeMap<Tone, u8>,
    #[check(len(2..=3))]
    pub(crate) few: BTreeMap<String, (u8, u8)>,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    Warm,
    Cold,
}

fn even(n: &u32) -> Result<(), String> {
    if n.is_multiple_of(2) { Ok(()) } else { Err("must be even".into()) }
}

/// What no schema says.
#[contract]
pub(crate) struct Ends {
    #[check(with(even))]
    pub(crate) n: u32,
    #[check(len(2..), unique)]
    pub(crate) ids: Vec<u8>,
    #[check(len(..=2))]
    pub(crate) notes: Option<Vec<String>>,
}

/// Leaves that are no contracts.
#[contract]
pub(crate) struct Leaves {
    pub(crate) any: serde_json::Value,
    pub(crate) by_name: BTreeMap<String, serde_json::Value>,
    pub(crate) address: std::net::Ipv4Addr,
    pub(crate) path: std::path::PathBuf,
}

macro_rules! wide {
    ($($field:ident)*) => {
        /// More optional fields than every provider takes.
        #[contract]
        pub(crate) struct Wide {
            $(pub(crate) $field: Option<u8>,)*
        }
    };
}
wide! { a b c d e f g h i j k l m n o p q r s t u v w x y z }

/// An expression, which holds others beside its tag.
#[contract]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Expression {
    Number { value: f64 },
    Negated(Negated),
    Named(Box<Named>),
    Both { left: Box<Expression>, right: Box<Expression> },
}

#[contract]
pub(crate) struct Negated {
    pub(crate) of: Box<Expression>,
    pub(crate) note: Option<String>,
}

#[contract]
#[serde(tag = "kind")]
pub(crate) enum Named {
    Variable { name: String },
    Call { name: String, arguments: Vec<Expression>, by_name: BTreeMap<String, Expression> },
}

/// An item of a list, an option of a variant, a variant of a variant.
#[contract]
pub(crate) enum Nested {
    Maybe(Option<Urgency>),
    Several(Vec<Option<Route>>),
    Pair((Urgency, Option<Mood>)),
    Map(BTreeMap<String, Option<Place>>),
}
