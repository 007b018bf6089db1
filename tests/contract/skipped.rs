//! Fields and variants that are in no JSON: they need no contract, and are made as serde makes them.

use handoff::{Contract, contract};

/// No contract, and nothing of serde's.
#[derive(Clone, Debug, Default, PartialEq)]
struct Handle(u8);

#[derive(Clone, Debug, PartialEq)]
struct Client;

fn client() -> Client {
    Client
}

#[contract]
#[derive(PartialEq)]
struct Job {
    text: String,
    #[serde(skip)]
    handle: Option<Handle>,
    #[serde(skip, default = "client")]
    client: Client,
}

#[contract]
#[derive(PartialEq)]
#[serde(default)]
struct Options {
    #[serde(skip)]
    handle: Handle,
    #[serde(skip)]
    count: u8,
    width: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { handle: Handle(7), count: 8, width: 9 }
    }
}

#[contract]
#[derive(PartialEq)]
#[serde(tag = "kind")]
enum State {
    #[serde(skip)]
    #[allow(dead_code)]
    Running(Client),
    #[serde(skip)]
    #[allow(dead_code)]
    Waiting { client: Client, since: std::time::Instant },
    Done {
        #[serde(skip)]
        handle: Handle,
        text: String,
    },
}

#[test]
fn a_skipped_field_is_its_default() {
    let job = Job { text: "a".into(), handle: None, client: Client };
    assert_eq!(Job::parse(r#"{"text":"a"}"#).unwrap(), job);
    assert_eq!(format!("{:?}", job.clone()), r#"Job { text: "a", handle: None, client: Client }"#);
    assert!(Job::parse(r#"{"text":"a","handle":null}"#).is_err());
}

#[test]
fn the_default_of_the_whole_comes_first() {
    assert_eq!(Options::parse("{}").unwrap(), Options::default());
    assert_eq!(Options::parse(r#"{"width":1}"#).unwrap(), Options { width: 1, ..Options::default() });
}

#[test]
fn a_skipped_variant_holds_anything() {
    let done = State::Done { handle: Handle(0), text: "a".into() };
    assert_eq!(State::parse(r#"{"kind":"Done","text":"a"}"#).unwrap(), done);
    assert!(State::parse(r#"{"kind":"Running"}"#).is_err());
    assert!(!State::schema_json().contains("Running"));
}
