//! Sets and maps hold each item and each key once, as they read it: nothing is dropped in silence.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

use handoff::Contract;
use handoff::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pointers;

/// The text is refused, with these keywords at these pointers.
fn refused<T: Contract>(text: &str, expected: &[(&str, &str)]) {
    let error = T::parse(text).map(drop).expect_err(text);
    let found: Vec<_> = error.violations().iter().map(|v| (v.keyword, v.pointer.to_string())).collect();
    let found: Vec<_> = found.iter().map(|(keyword, pointer)| (*keyword, pointer.as_str())).collect();
    assert_eq!(found, expected, "{text}: {error}");
}

#[contract(open)]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    a: u32,
}

#[contract]
#[derive(PartialEq, Eq, Hash)]
struct Filled {
    a: u32,
    #[serde(default)]
    b: u32,
}

#[contract]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Old {
    #[serde(alias = "a")]
    A,
    B,
}

/// A contract that tells its values apart by one field alone.
#[contract]
struct Named {
    name: String,
    count: u32,
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Named {}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

/// A leaf that reads two texts alike.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
struct Lower(String);

impl<'de> Deserialize<'de> for Lower {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.to_lowercase()))
    }
}

type Aliased = BTreeSet<Lower>;

#[contract]
struct Leaves {
    set: HashSet<Lower>,
    aliased: Aliased,
    nested: Vec<Option<BTreeSet<Lower>>>,
    map: BTreeMap<Lower, HashMap<Old, u8>>,
}

#[test]
fn items_that_read_alike_are_one() {
    refused::<BTreeSet<Open>>(r#"[{"a":1},{"a":2},{"a":1,"x":2}]"#, &[("uniqueItems", "/2")]);
    refused::<HashSet<Filled>>(r#"[{"a":1},{"a":1,"b":0}]"#, &[("uniqueItems", "/1")]);
    refused::<BTreeSet<Old>>(r#"["A","a","B","a"]"#, &[("uniqueItems", "/1"), ("uniqueItems", "/3")]);
    refused::<Vec<BTreeSet<Named>>>(
        r#"[[{"name":"x","count":1},{"name":"x","count":2}]]"#,
        &[("uniqueItems", "/0/1")],
    );
    refused::<Leaves>(
        r#"{"set":["a","A"],"aliased":["b","c","B"],"nested":[null,["d","D"]],"map":{"e":{"A":1},"E":{"A":1,"a":2}}}"#,
        &[
            ("uniqueItems", "/set/1"),
            ("uniqueItems", "/aliased/2"),
            ("uniqueItems", "/nested/1/1"),
            ("duplicate", "/map/E"),
            ("duplicate", "/map/E/a"),
        ],
    );
    let good = r#"{"set":["a","b"],"aliased":["B"],"nested":[null,["d","E"]],"map":{"e":{"A":1},"f":{"A":1,"B":2}}}"#;
    assert_eq!(Leaves::parse(good).expect("nothing reads alike").map.len(), 2);
}

#[test]
fn keys_that_read_alike_are_one() {
    refused::<BTreeMap<Old, u8>>(r#"{"A":1,"a":2}"#, &[("duplicate", "/a")]);
    refused::<HashMap<Old, Vec<u8>>>(r#"{"a":[],"B":[],"A":[1]}"#, &[("duplicate", "/A")]);
    // As a text it is repeated, and says so once.
    refused::<BTreeMap<Old, u8>>(r#"{"A":1,"A":2}"#, &[("duplicate", "/A")]);
    refused::<BTreeMap<Old, u8>>(
        r#"{"A":1,"C":2,"a":"x"}"#,
        &[("propertyNames", "/C"), ("duplicate", "/a"), ("type", "/a")],
    );
    assert_eq!(BTreeMap::<Old, u8>::parse(r#"{"a":1,"B":2}"#).expect("two keys").len(), 2);
    for key in ["01", "+1", "1.0", "1e0", " 1"] {
        refused::<BTreeMap<u8, u8>>(
            &format!(r#"{{"1":1,"{key}":2}}"#),
            &[("propertyNames", &format!("/{key}"))],
        );
    }
}

#[test]
fn items_that_cannot_be_read_are_compared_as_json() {
    refused::<BTreeSet<u8>>(
        "[1,300,1,300]",
        &[("type", "/1"), ("uniqueItems", "/2"), ("type", "/3"), ("uniqueItems", "/3")],
    );
}

#[contract]
struct Hosts {
    hosts: std::vec::Vec<Ipv4Addr>,
}

#[test]
fn a_list_keeps_what_reads_alike() {
    assert_eq!(<Vec<Old>>::parse(r#"["A","a"]"#).expect("a list").len(), 2);
    assert_eq!(
        pointers(&Hosts::parse(r#"{"hosts":["127.0.0.1","here"]}"#).expect_err("no address")),
        ["/hosts/1"]
    );
}
