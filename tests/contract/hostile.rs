//! Input that nobody would send, and that gets here all the same.

use std::collections::BTreeMap;

use handoff::{Contract, contract};
use proptest::prelude::*;

use crate::drawn;
use crate::pointers;
use crate::shapes::{self, Everything, External, Flat, Internal, Open, Tree, Untagged};

#[contract]
struct Item {
    #[check(len(..=3))]
    id: String,
}

#[contract]
struct Items {
    #[check(len(..=5))]
    items: Vec<Item>,
}

#[contract]
struct Holder {
    #[allow(dead_code)]
    value: serde_json::Value,
}

/// Every type refuses the text, and says why in one line.
#[track_caller]
fn refused(text: &str, pointer: &str) {
    fn by<T: Contract>(text: &str, pointer: &str) {
        let error = T::parse(text).map(drop).expect_err("refused");
        assert!(!error.violations().is_empty());
        assert!(error.violations().iter().any(|v| v.pointer.to_string() == pointer), "{error}");
        let line = error.to_string();
        assert!(line.len() < 2_000 && !line.contains('\n'), "{} bytes: {line:.200}", line.len());
    }
    by::<Items>(text, pointer);
    by::<Open>(text, pointer);
    by::<Flat>(text, pointer);
    by::<Internal>(text, pointer);
    by::<External>(text, pointer);
    by::<Tree>(text, pointer);
    by::<Everything>(text, pointer);
}

#[test]
fn nesting_without_end() {
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let inner = "/0".repeat(127);
    for text in ["[".repeat(100_000), closed] {
        refused(&text, &inner);
        assert!(Untagged::parse(&text).is_err());
        assert!(Vec::<String>::parse(&text).is_err());
    }
    let objects = r#"{"a":"#.repeat(100_000);
    assert!(BTreeMap::<String, BTreeMap<String, u8>>::parse(&objects).is_err());
    assert!(Open::parse(&format!(r#"{{"id":1,"deep":{objects}"#)).is_err());
    assert!(
        Open::parse(&format!(r#"{{"id":1,"deep":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000)))
            .is_err()
    );
}

#[test]
fn text_that_is_no_json() {
    for (text, pointer) in [
        ("", ""),
        (" \n", ""),
        ("I am not a planning agent.", ""),
        ("\u{feff}{}", ""),
        ("{} {}", ""),
        ("{}x", ""),
        ("{'a':1}", ""),
        (r#"{"a":1,}"#, ""),
        (r#"{"a":NaN}"#, "/a"),
        (r#"{"a":01}"#, "/a"),
        (r#"{"a":"\ud800"}"#, "/a"),
        (r#"{"a":"\x"}"#, "/a"),
        ("{\"a\":\"\u{1}\"}", "/a"),
        (r#"{"a":["#, "/a/0"),
        ("// no\n{}", ""),
    ] {
        refused(text, pointer);
    }
}

#[test]
fn long_keys_and_texts_do_not_fill_the_message() {
    let key = "k\n".repeat(100_000).replace('\n', "\\n");
    let error = Item::parse(&format!(r#"{{"{key}":1}}"#)).map(drop).unwrap_err();
    assert_eq!(pointers(&error)[0], format!("/{}", key.replace("\\n", "\n")));
    assert!(error.to_string().len() < 400 && !error.to_string().contains('\n'), "{error}");
    let error = Item::parse(&format!(r#"{{"id":"{}"}}"#, "secret".repeat(1_000_000))).map(drop).unwrap_err();
    assert_eq!(pointers(&error), ["/id"]);
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[test]
fn megabytes() {
    let many = drawn(700_000);
    let items = r#"{"id":"abcd"},"#.repeat(many);
    let text = format!(r#"{{"items":[{items}{{"id":"abc"}}]}}"#);
    let error = Items::parse(&text).map(drop).expect_err("too long, and too many");
    assert_eq!(error.violations().len(), 10_000);
    assert_eq!(error.total(), many + 1);
    assert!(error.to_string().ends_with(&format!("and {} more", many + 1 - 8)), "{error}");

    let text = format!(r#"{{"id":"{}"}}"#, "x".repeat(drawn(100_000_000)));
    assert_eq!(pointers(&Item::parse(&text).map(drop).expect_err("too long")), ["/id"]);
}

/// Every violation holds its way from the whole: what is long on the way must not be there ten thousand times.
#[test]
fn kilobytes_do_not_become_gigabytes() {
    const MANY: usize = 10_000;
    const MOST_BYTES: usize = 4 << 20;

    let wrong: Vec<String> = (0..MANY).map(|number| format!("\"{number}\":0")).collect();
    let key = "k".repeat(100_000);
    let text = format!(r#"{{"{key}":{{{}}}}}"#, wrong.join(","));
    let error = BTreeMap::<String, BTreeMap<String, Item>>::parse(&text).map(drop).unwrap_err();
    assert_eq!(error.total(), MANY);
    let kept = pointers(&error);
    assert!((MOST_BYTES / 2..MOST_BYTES).contains(&(kept.len() * key.len())), "{} are kept", kept.len());
    // Those that are kept are the first, and say where they are.
    assert!(kept.iter().enumerate().all(|(at, pointer)| *pointer == format!("/{key}/{at}")));
    assert!(error.to_string().ends_with(&format!("; and {} more", MANY - 8)), "{error}");

    let text = format!("{}{}{}", "[".repeat(120), vec!["0"; MANY].join(","), "]".repeat(120));
    let error = Nested::parse(&format!(r#"{{"lists":{text},"more":0}}"#)).map(drop).unwrap_err();
    assert_eq!(error.total(), MANY + 1);
    let steps: usize = error.violations().iter().map(|violation| violation.pointer.steps().len()).sum();
    assert!((MOST_BYTES / 48..MOST_BYTES / 24).contains(&steps), "{steps} steps");

    // One is kept, however long the way to it is.
    let key = "k".repeat(2 * MOST_BYTES);
    let error = BTreeMap::<String, Item>::parse(&format!(r#"{{"{key}":0}}"#)).map(drop).unwrap_err();
    assert_eq!(pointers(&error), [format!("/{key}")]);
}

#[contract]
struct Nested {
    #[allow(dead_code)]
    lists: Lists,
}

#[contract]
struct Lists(Vec<Lists>);

#[contract]
#[derive(PartialEq)]
#[serde(untagged)]
pub(crate) enum Rule {
    All { rules: Vec<Rule>, all: bool },
    Any { rules: Vec<Rule>, any: bool },
    Id(u8),
}

/// Whoever read what the variants share once for each of them would be at it for 2^60 readings.
#[test]
fn what_recursive_variants_share_is_read_once() {
    let nested = |id: &str| {
        let (begin, end) = (r#"{"rules":["#, r#"],"any":true}"#);
        format!("{}{id}{}", begin.repeat(60), end.repeat(60))
    };
    let mut rule = &Rule::parse(&nested("7")).unwrap();
    for _ in 0..60 {
        let Rule::Any { rules, any: true } = rule else { panic!("{rule:?}") };
        rule = &rules[0];
    }
    assert_eq!(*rule, Rule::Id(7));
    let violation = Rule::parse(&nested("true")).unwrap_err();
    assert_eq!(pointers(&violation), ["/rules/0".repeat(60)]);
}

#[test]
fn numbers_at_the_edge() {
    assert_eq!(u64::parse("18446744073709551615").ok(), Some(u64::MAX));
    assert_eq!(i64::parse("-9223372036854775808").ok(), Some(i64::MIN));
    for text in ["18446744073709551616", "-1", "1.0", "1e0", "\"1\"", "null", "1 1"] {
        assert!(u64::parse(text).is_err(), "{text}");
    }
    assert!(f32::parse("3.4028235e38").is_ok());
    assert!(f32::parse("3.5e38").is_err());
    assert!(f32::parse(&format!("1{}", "0".repeat(39))).is_err());
    assert_eq!(f64::parse("1e308").ok(), Some(1e308));
    assert!(f64::parse("1e309").is_err());
    assert_eq!(
        f64::parse("123456789012345678901234567890").ok(),
        Some(123_456_789_012_345_678_901_234_567_890.0)
    );
}

#[test]
fn repeated_keys_anywhere() {
    assert!(BTreeMap::<String, u8>::parse(r#"{"a":1,"b":2}"#).is_ok());
    let error = BTreeMap::<String, u8>::parse(r#"{"a":1,"b":2,"\u0061":3}"#).map(drop).unwrap_err();
    assert_eq!(pointers(&error), ["/a"]);
    let error = Holder::parse(r#"{"value":{"a":[{"b":1,"b":1}]}}"#).map(drop).unwrap_err();
    assert_eq!(pointers(&error), ["/value/a/0/b"]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,40}", json in r#"[\[\]{}",:0-9a-z\\.eE+-]{0,40}"#) {
        for text in [&text, &json] {
            for error in [
                Everything::parse(text).err(),
                Internal::parse(text).err(),
                Untagged::parse(text).err(),
                shapes::Adjacent::parse(text).err(),
                Tree::parse(text).err(),
            ].into_iter().flatten() {
                prop_assert!(!error.violations().is_empty());
            }
        }
    }

    /// What a contract writes, it reads.
    #[test]
    fn what_is_written_is_read(ids in prop::collection::vec("\\PC{0,3}", 0..=5)) {
        let items = Items { items: ids.iter().map(|id| Item { id: id.clone() }).collect() };
        let text = serde_json::to_string(&items).unwrap();
        let read = Items::parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(read.items.into_iter().map(|item| item.id).collect::<Vec<_>>(), ids);
    }
}
