//! `Shared<T>`: nothing but memory tells it from a `T`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use handoff::prelude::*;
use handoff::schemars::{JsonSchema, Schema, SchemaGenerator};
use handoff::{Contract, contract};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The same contracts with and without `Shared`.
macro_rules! contracts {
    ($module:ident: $shared:item) => {
        mod $module {
            use super::*;

            $shared

            #[contract]
            #[derive(PartialEq, Default)]
            pub(super) struct Book {
                #[check(len(1..=9))]
                pub(super) title: String,
                pub(super) pages: Vec<u32>,
            }

            /// What can be asked of a book.
            #[contract]
            #[derive(PartialEq)]
            #[serde(tag = "kind")]
            pub(super) enum Question {
                Of(Shared<Book>),
                Else { book: Shared<Book> },
            }

            #[contract]
            #[serde(untagged)]
            #[derive(PartialEq)]
            pub(super) enum Source {
                Book(Shared<Book>),
                Name(Shared<String>),
            }

            #[contract]
            #[derive(PartialEq)]
            pub(super) struct Shelf {
                /// The first.
                pub(super) book: Shared<Book>,
                pub(super) books: Vec<Shared<Book>>,
                pub(super) named: BTreeMap<String, Shared<Book>>,
                pub(super) maybe: Option<Shared<Book>>,
                pub(super) within: Shared<Option<Book>>,
                #[serde(default)]
                pub(super) other: Shared<Book>,
                pub(super) pair: (Shared<u8>, bool),
                pub(super) leaf: Shared<Value>,
                pub(super) next: Option<Shared<Box<Shelf>>>,
                pub(super) question: Option<Question>,
                pub(super) source: Option<Source>,
            }
        }
    };
}

contracts! { plain: type Shared<T> = T; }
contracts! { shared: use handoff::Shared; }

const SHELF: &str = r#"{
    "book": {"title": "a", "pages": []},
    "books": [{"title": "b", "pages": [1]}],
    "named": {"c": {"title": "c", "pages": []}},
    "maybe": null,
    "other": {"title": "o", "pages": []},
    "pair": [1, true],
    "leaf": {"a": [1]},
    "next": null,
    "question": {"kind": "Of", "title": "q", "pages": []},
    "source": "somewhere"
}"#;

#[test]
fn schema_fingerprint_and_name_are_those_of_what_is_shared() {
    fn same<A: Contract, B: Contract>() {
        assert_eq!(A::schema(), B::schema());
        assert_eq!(A::fingerprint(), B::fingerprint());
        assert_eq!(A::name(), B::name());
    }
    same::<Shared<plain::Book>, plain::Book>();
    same::<Shared<Vec<u8>>, Vec<u8>>();
    same::<Vec<Shared<Option<String>>>, Vec<Option<String>>>();
    same::<shared::Shelf, plain::Shelf>();
    same::<shared::Question, plain::Question>();
    same::<shared::Source, plain::Source>();
}

#[test]
fn json_is_that_of_what_is_shared() {
    let (plain, shared) = (plain::Shelf::parse(SHELF).unwrap(), shared::Shelf::parse(SHELF).unwrap());
    let json = serde_json::to_string(&plain).unwrap();
    assert_eq!(serde_json::to_string(&shared).unwrap(), json);
    assert_eq!(format!("{plain:?}"), format!("{shared:?}"));
    assert_eq!(shared::Shelf::parse(&json).unwrap(), shared);
    for (from, to) in [
        ("\"title\": \"a\"", "\"title\": \"\""),
        ("\"title\": \"b\"", "\"title\": 3"),
        ("\"title\": \"c\"", "\"title\": \"0123456789\""),
        ("\"title\": \"q\"", "\"name\": \"q\""),
        ("\"pair\": [1,", "\"pair\": [300,"),
        ("\"maybe\": null", "\"maybe\": 1"),
        ("\"leaf\": {\"a\": [1]},", ""),
        ("\"book\": {", "\"within\": [], \"book\": {"),
        ("\"source\": \"somewhere\"", "\"source\": {\"title\": \"\", \"pages\": []}"),
        ("\"next\": null", "\"next\": {}"),
    ] {
        let text = SHELF.replace(from, to);
        let (plain, shared) =
            (plain::Shelf::parse(&text).unwrap_err(), shared::Shelf::parse(&text).unwrap_err());
        assert_eq!(plain, shared, "{text}");
    }
}

#[test]
fn it_is_the_value_that_it_holds() {
    let one = Shared::new("a".to_owned());
    let (same, equal) = (one.clone(), Shared::from("a".to_owned()));
    assert!(Shared::ptr_eq(&one, &same) && !Shared::ptr_eq(&one, &equal));
    assert_eq!(one, equal);
    assert!(one < Shared::new("b".to_owned()));
    assert_eq!((one.len(), one.to_string(), format!("{one:?}")), (1, "a".to_owned(), "\"a\"".to_owned()));
    assert!(HashSet::from([one.clone()]).contains(equal.as_ref()));
    assert_eq!(Shared::<String>::default().as_ref(), "");
    let arc: Arc<String> = one.into();
    assert_eq!(Arc::strong_count(&arc), 2);
    assert_eq!(Shared::<String>::into_inner(arc.into()), "a");
}

/// Text that counts its copies.
#[derive(Debug, Serialize, Deserialize)]
struct Text(String);

static COPIES: AtomicUsize = AtomicUsize::new(0);

impl Clone for Text {
    fn clone(&self) -> Self {
        COPIES.fetch_add(1, Ordering::Relaxed);
        Self(self.0.clone())
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

#[contract]
struct Library {
    text: Text,
    #[confidence]
    confidence: f64,
}

#[contract]
struct Task {
    number: usize,
    library: Shared<Library>,
}

#[contract]
struct Answer {
    number: usize,
    /// Where the text was seen.
    address: usize,
}

#[agent(retries = 1)]
async fn look(task: Task, cx: Context) -> Result<Answer, String> {
    if cx.attempt() == 1 && task.number.is_multiple_of(2) {
        return Err("again".to_owned());
    }
    Ok(Answer { number: task.number, address: std::ptr::from_ref(&task.library.text).addr() })
}

#[agent]
async fn count(library: Shared<Library>) -> usize {
    library.text.0.len()
}

#[agent]
async fn pass_on(library: Shared<Library>) -> Shared<Library> {
    library
}

pipeline! {
    ask(Shared<Library>) -> Vec<Answer> {
        pass_on as library
            => join(count, count)
            => map(|_| library)
            => gate(confidence >= 0.5)
            => fan_out(
                |library| (0..2_000).map(|number| Task { number, library: library.clone() }).collect::<Vec<_>>(),
                max = 2_000,
            ) look
            => barrier(all)
    }
}

#[tokio::test]
async fn two_thousand_items_share_one_value() {
    let library = Shared::new(Library { text: Text("a word ".repeat(10)), confidence: 0.9 });
    let backoff = Backoff::new(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let runtime = Runtime::builder().tokens(handoff::budget::Utf8Bytes).backoff(backoff).build();
    let answers = runtime.run(ask, library.clone()).await.unwrap().payload;
    let address = std::ptr::from_ref(&library.text).addr();
    assert_eq!(answers.len(), 2_000);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!((answer.number, answer.address), (number, address));
    }
    assert_eq!(COPIES.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn tokens_and_confidence_are_those_of_what_is_shared() {
    #[contract]
    struct Plan {
        steps: Vec<String>,
        #[confidence]
        confidence: f64,
    }
    #[agent]
    async fn bare(plan: Plan) -> Plan {
        plan
    }
    #[agent]
    async fn behind(plan: Shared<Plan>) -> Shared<Plan> {
        plan
    }
    pipeline! { plainly(Plan) -> Plan { bare => gate(confidence >= 0.1) } }
    pipeline! { sharing(Shared<Plan>) -> Shared<Plan> { behind => gate(confidence >= 0.1) } }
    let plan = Plan { steps: vec!["look".into(), "leap".into()], confidence: 0.4 };
    let runtime = Runtime::builder().build();
    let one = runtime.run(plainly, plan.clone()).await.unwrap();
    let two = runtime.run(sharing, plan.into()).await.unwrap();
    assert_eq!((one.tokens, one.confidence, one.schema), (two.tokens, two.confidence, two.schema));
    assert_eq!(two.confidence, Confidence::new(0.4).unwrap());
}

#[test]
fn checks_are_about_what_is_shared() {
    #[contract]
    struct Checked {
        #[check(len(1..=2), each(len(..=3), pattern("^[a-z]*$")), unique)]
        tags: Shared<Vec<Shared<String>>>,
        #[check(range(1..=9), multiple_of(3))]
        number: Shared<Option<u8>>,
        #[check(with(in_order))]
        stops: Shared<Vec<u32>>,
        #[check(len(..=1))]
        named: Option<Shared<BTreeMap<String, u8>>>,
    }
    fn in_order(stops: &[u32]) -> Result<(), &'static str> {
        if stops.is_sorted() { Ok(()) } else { Err("not in order") }
    }
    assert!(
        Checked::parse(r#"{"tags": ["a", "b"], "number": 6, "stops": [1, 2], "named": {"a": 1}}"#).is_ok()
    );
    let text = r#"{"tags": ["abcd", "B", "B"], "number": 10, "stops": [2, 1], "named": {"a": 1, "b": 2}}"#;
    let error = Checked::parse(text).unwrap_err();
    let found: Vec<String> =
        error.violations().iter().map(|v| format!("{} {}", v.keyword, v.pointer)).collect();
    assert_eq!(
        found,
        [
            "maxItems /tags",
            "uniqueItems /tags",
            "maxLength /tags/0",
            "pattern /tags/1",
            "pattern /tags/2",
            "maximum /number",
            "multipleOf /number",
            "with /stops",
            "maxProperties /named",
        ]
    );
    let schema = Checked::schema().as_value();
    assert_eq!(schema["properties"]["tags"]["maxItems"], 2);
    assert_eq!(schema["properties"]["tags"]["items"]["maxLength"], 3);
    assert_eq!(schema["properties"]["number"]["multipleOf"], 3);
}
