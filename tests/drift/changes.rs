//! Each change of a contract in the words of the diff, with for whom it is a break.

use std::fmt::Write as _;

use expect_test::expect;
use handoff::Contract;
use handoff::contract::diff;

fn changes<Old: Contract, New: Contract>() -> String {
    diff(Old::schema(), New::schema()).iter().fold(String::new(), |mut lines, change| {
        writeln!(lines, "{change}").expect("a string takes everything");
        lines
    })
}

/// Two builds of the same crate.
macro_rules! builds {
    ($name:ident { $($old:tt)* } { $($new:tt)* } $expected:expr) => {
        #[allow(dead_code)]
        mod $name {
            pub(super) mod old {
                use handoff::contract;
                $($old)*
            }
            pub(super) mod new {
                use handoff::contract;
                $($new)*
            }
        }

        #[test]
        fn $name() {
            $expected.assert_eq(&changes::<$name::old::It, $name::new::It>());
            assert_eq!(changes::<$name::old::It, $name::old::It>(), "");
            assert_eq!(changes::<$name::new::It, $name::new::It>(), "");
        }
    };
}

builds! {
    fields_of_a_closed_contract
    { #[contract] pub struct It { kept: u8, gone: bool, gone_too: Option<u8>, was: String, needed: String, maybe: Option<u8> } }
    { #[contract] pub struct It { kept: u8, is: String, come: f64, come_too: Option<bool>, needed: Option<String>, maybe: u8 } }
    expect![[r#"
        /come: added, required (breaks both)
        /come_too: added, optional (breaks receivers)
        /gone: removed, was required (breaks both)
        /gone_too: removed, was optional (breaks senders)
        /maybe: required now (breaks senders)
        /maybe: may no longer be null (breaks senders)
        /needed: optional now (breaks receivers)
        /needed: may be null now (breaks receivers)
        /was: seems renamed to `is` (breaks both)
    "#]]
}

builds! {
    fields_of_an_open_contract
    { #[contract(open)] pub struct It { gone: bool, gone_too: Option<u8> } }
    { #[contract(open)] pub struct It { come: f64, come_too: Option<String> } }
    expect![[r#"
        /come: added, required (breaks senders)
        /come_too: added, optional (breaks neither)
        /gone: removed, was required: ignored now (breaks receivers)
        /gone_too: removed, was optional: ignored now (breaks neither)
    "#]]
}

builds! {
    opened
    { #[contract] pub struct It { id: u8 } }
    { #[contract(open)] pub struct It { id: u8 } }
    expect![[r#"
        open now: unknown fields are ignored (breaks receivers)
    "#]]
}

builds! {
    checks
    { #[contract] pub struct It {
        #[check(len(1..=8))] list: Vec<String>,
        #[check(len(1..=32))] text: String,
        #[check(len(..=3))] map: std::collections::BTreeMap<String, u8>,
        #[check(range(0..=10))] number: i32,
        #[check(range(0.0..))] float: f64,
        #[check(len(2..))] bounded: String,
        free: String,
    } }
    { #[contract] pub struct It {
        #[check(len(1..=4))] list: Vec<String>,
        #[check(len(3..=64))] text: String,
        #[check(len(..=4))] map: std::collections::BTreeMap<String, u8>,
        #[check(range(1..=10))] number: i32,
        #[check(range(0.0..1.0))] float: f64,
        bounded: String,
        #[check(len(1..))] free: String,
    } }
    expect![[r#"
        /bounded: len any, was 2.. (breaks receivers)
        /float: range 0.0..1.0, was 0.0.. (breaks senders)
        /free: len 1.., was any (breaks senders)
        /list: len 1..=4, was 1..=8 (breaks senders)
        /map: len ..=4, was ..=3 (breaks receivers)
        /number: range 1..=10, was 0..=10 (breaks senders)
        /text: len 3..=64, was 1..=32 (breaks both)
    "#]]
}

builds! {
    types
    { #[contract] pub struct It { a: String, b: u8, c: i32, d: f32, e: Vec<u8>, f: Option<String>, g: serde_json::Value, h: (), i: u8, j: bool } }
    { #[contract] pub struct It { a: u8, b: u16, c: i64, d: f64, e: u8, f: Option<u8>, g: String, h: String, i: f64, j: serde_json::Value } }
    expect![[r#"
        /a: an integer (uint8), was a string (breaks both)
        /b: an integer (uint16), was an integer (uint8) (breaks receivers)
        /c: an integer (int64), was an integer (int32) (breaks receivers)
        /d: a number (double), was a number (float) (breaks receivers)
        /e: an integer (uint8), was a list (breaks both)
        /f: an integer (uint8) or null, was a string or null (breaks both)
        /g: a string, was any value (breaks senders)
        /h: a string, was null (breaks both)
        /i: a number (double), was an integer (uint8) (breaks receivers)
        /j: any value, was a boolean (breaks receivers)
    "#]]
}

builds! {
    null
    { #[contract] pub struct Sub { id: u8 } #[contract] pub struct It { list: Vec<u8>, parts: Vec<Option<Sub>> } }
    { #[contract] pub struct Sub { id: u8 } #[contract] pub struct It { list: Vec<Option<u8>>, parts: Vec<Sub> } }
    expect![[r#"
        /list/*: may be null now (breaks receivers)
        /parts/*: may no longer be null (breaks senders)
    "#]]
}

builds! {
    units
    { #[contract] pub enum It { Low, Middle, High } }
    { #[contract] pub enum It { Low, High, Top } }
    expect![[r#"
        "Middle" is no longer allowed (breaks senders)
        "Top" is allowed now (breaks receivers)
    "#]]
}

builds! {
    a_string_becomes_an_enum
    { #[contract] pub enum Level { Low, High } #[contract] pub struct It { text: String, level: Level } }
    { #[contract] pub enum Level { Low, High } #[contract] pub struct It { text: Level, level: String } }
    expect![[r#"
        /level: a string, was one of "Low", "High" (breaks receivers)
        /text: one of "Low", "High", was a string (breaks senders)
    "#]]
}

builds! {
    variants_that_are_keys
    { #[contract] pub enum It { Nothing, One(u8), Two { a: u8, b: bool }, Gone(String), Old { x: bool } } }
    { #[contract] pub enum It { One(u8), Two { a: u16, b: bool }, Come(f64), Young { x: bool } } }
    expect![[r#"
        "Nothing" is no longer allowed (breaks senders)
        /Two/a: an integer (uint16), was an integer (uint8) (breaks receivers)
        variant `Gone` removed (breaks senders)
        variant `Old` seems renamed to `Young` (breaks both)
        variant `Come` added (breaks receivers)
    "#]]
}

builds! {
    the_first_variant_with_data
    { #[contract] pub enum It { Nothing, Other } }
    { #[contract] pub enum It { Nothing, Other, One(u8) } }
    expect![[r#"
        variant `One` added (breaks receivers)
    "#]]
}

builds! {
    variants_with_a_tag
    { #[contract] #[serde(tag = "type")] pub enum It { Nothing, One { #[check(len(..=3))] a: String }, Gone { b: bool }, Old { x: u8 } } }
    { #[contract] #[serde(tag = "type")] pub enum It { Nothing, One { #[check(len(..=9))] a: String }, Come { c: u8, d: u8 }, Young { x: u8 } } }
    expect![[r#"
        /a: len ..=9, was ..=3, where `type` is "One" (breaks receivers)
        variant `Gone` removed (breaks senders)
        variant `Old` seems renamed to `Young` (breaks both)
        variant `Come` added (breaks receivers)
    "#]]
}

builds! {
    variants_with_tag_and_content
    { #[contract] #[serde(tag = "t", content = "c")] pub enum It { Nothing, One(u8), Two(u8, u8) } }
    { #[contract] #[serde(tag = "t", content = "c")] pub enum It { Nothing, One(u16), Two(u8, String), Three } }
    expect![[r#"
        /c: an integer (uint16), was an integer (uint8), where `t` is "One" (breaks receivers)
        /c/1: a string, was an integer (uint8), where `t` is "Two" (breaks both)
        variant `Three` added (breaks receivers)
    "#]]
}

builds! {
    variants_without_a_name
    { #[contract] #[serde(untagged)] pub enum It { Number(u8), Named { a: u8 }, Other { b: u8, c: u8 } } }
    { #[contract] #[serde(untagged)] pub enum It { Number(u16), Named { a: u8 }, Other { b: u16, c: u8 }, Text(String) } }
    expect![[r#"
        may be a string now (breaks receivers)
        an integer (uint16), was an integer (uint8) (breaks receivers)
        /b: an integer (uint16), was an integer (uint8) (breaks receivers)
    "#]]
}

builds! {
    the_way_of_tagging
    { #[contract] pub enum It { One { a: u8 }, Two { b: u8 } } }
    { #[contract] #[serde(tag = "type")] pub enum It { One { a: u8 }, Two { b: u8 } } }
    expect![[r#"
        /One: removed, was required (breaks both)
        /b: added, required (breaks both)
        /type: added, required (breaks both)
        /Two: removed, was required (breaks both)
        /a: added, required (breaks both)
    "#]]
}

builds! {
    deep_inside
    { #[contract] pub struct Id(#[check(len(..=8))] String);
      #[contract] pub struct Step { id: Id, next: Option<Id> }
      #[contract] pub struct It { steps: Vec<Step>, by_name: std::collections::BTreeMap<String, Step>, pair: (u8, Step) } }
    { #[contract] pub struct Id(#[check(len(..=9))] String);
      #[contract] pub struct Step { id: Id, next: Option<Id> }
      #[contract] pub struct It { steps: Vec<Step>, by_name: std::collections::BTreeMap<String, Step>, pair: (u8, Step) } }
    expect![[r#"
        /by_name/*/id: len ..=9, was ..=8 (breaks receivers)
        /by_name/*/next: len ..=9, was ..=8 (breaks receivers)
        /pair/1/id: len ..=9, was ..=8 (breaks receivers)
        /pair/1/next: len ..=9, was ..=8 (breaks receivers)
        /steps/*/id: len ..=9, was ..=8 (breaks receivers)
        /steps/*/next: len ..=9, was ..=8 (breaks receivers)
    "#]]
}

builds! {
    a_tree
    { #[contract] pub struct It { name: String, children: Vec<It> } }
    { #[contract] pub struct It { name: String, #[check(len(..=2))] children: Vec<It>, note: Option<String> } }
    expect![[r#"
        /children: len ..=2, was any (breaks senders)
        /note: added, optional (breaks receivers)
    "#]]
}

builds! {
    a_tree_in_another_way
    { #[contract] pub struct It { name: String, children: Vec<It> } }
    { #[contract] pub struct Other { name: String, children: Vec<Other> } #[contract] #[serde(transparent)] pub struct It { inner: Other } }
    expect![[""]]
}

builds! {
    tuples_and_sets
    { #[contract] pub struct It { pair: (u8, String), list: Vec<u8>, set: std::collections::BTreeSet<u8>, array: [u8; 2] } }
    { #[contract] pub struct It { pair: (u8, String, bool), list: std::collections::BTreeSet<u8>, set: Vec<u8>, array: [u8; 3] } }
    expect![[r#"
        /array: len 3, was 2 (breaks both)
        /list: unique now (breaks senders)
        /pair: len 3, was 2 (breaks both)
        /set: no longer unique (breaks receivers)
    "#]]
}

builds! {
    keys_of_maps
    { #[contract] pub struct It { a: std::collections::BTreeMap<u8, u8>, b: std::collections::BTreeMap<String, u8>, c: std::collections::BTreeMap<u8, u8> } }
    { #[contract] pub struct It { a: std::collections::BTreeMap<String, u8>, b: std::collections::BTreeMap<u8, u8>, c: std::collections::BTreeMap<i8, bool> } }
    expect![[r#"
        /a: keys may be any text now (breaks receivers)
        /b: keys have a pattern now (breaks senders)
        /c/*: a boolean, was an integer (uint8) (breaks both)
        /c: pattern of keys `^-?\d+$`, was `^\d+$` (breaks both)
    "#]]
}

builds! {
    escaped_names
    { #[contract] pub struct It { #[serde(rename = "a/b~c")] x: u8, #[serde(rename = "line\nend")] y: u8 } }
    { #[contract] pub struct It { #[serde(rename = "a/b~c")] x: u16, #[serde(rename = "line\nend")] y: u16 } }
    expect![[r#"
        /a~1b~0c: an integer (uint16), was an integer (uint8) (breaks receivers)
        /line\nend: an integer (uint16), was an integer (uint8) (breaks receivers)
    "#]]
}
