//! The bounds, the limits and measuring; the counts themselves are checked in the crate `handoff-o200k`, and
//! against a golden file in the workspace's `tests`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::*;

fn whole(text: &str) -> usize {
    tiktoken::get_encoding("o200k_base").unwrap().count(text)
}

#[test]
fn special_tokens_are_plain_text() {
    assert!(O200kBase.count("<|endoftext|>", None).tokens() > 1);
}

#[test]
fn a_short_text_over_the_limit_is_counted_to_its_end() {
    let text = "one two three ".repeat(1_000);
    assert_eq!(O200kBase.count(&text, Some(1)), Tally::exact(whole(&text)));
}

#[test]
fn a_long_text_is_counted_until_it_is_over() {
    let text = "one two three ".repeat(100_000);
    let tally = O200kBase.count(&text, Some(20_000));
    assert!(!tally.is_exact());
    assert!((20_001..22_000).contains(&tally.tokens()), "{tally:?}");
    // Within the limit, and just at it, the count is whole.
    let all = whole(&text);
    for limit in [all, all + 1, usize::MAX >> 33] {
        assert_eq!(O200kBase.count(&text, Some(u32::try_from(limit).unwrap())), Tally::exact(all));
    }
    let tally = O200kBase.count(&text, Some(u32::try_from(all - 1).unwrap()));
    assert_eq!(tally.tokens() as usize, all, "over by one is over");
}

#[test]
fn a_text_that_is_certainly_over_is_not_counted() {
    let text = " ".repeat(LONG);
    let tally = O200kBase.count(&text, Some(100));
    assert_eq!(tally, Tally::at_least(LONG / 128));
}

const LONG: usize = 4 * 1024 * 1024;

#[test]
fn tallies_saturate() {
    assert_eq!(Tally::exact(7).tokens(), 7);
    assert!(Tally::exact(u32::MAX as usize).is_exact());
    let beyond = Tally::exact(u32::MAX as usize + 1);
    assert_eq!((beyond.tokens(), beyond.is_exact()), (u32::MAX, false));
}

#[test]
fn the_next_agent_reads_compact_json() {
    let meter = Meter::new(Utf8Bytes);
    let count = meter.measure(&BTreeMap::from([("a", vec![1, 2]), ("b", vec![])]), None).unwrap();
    assert_eq!(count, TokenCount::new(r#"{"a":[1,2],"b":[]}"#.len().try_into().unwrap(), "utf8_bytes"));
    assert!(matches!(count.encoding, Cow::Borrowed(_)));
    assert_eq!(count.to_string(), "18 tokens (utf8_bytes)");
    let json = serde_json::to_string(&count).unwrap();
    assert_eq!(serde_json::from_str::<TokenCount>(&json).unwrap(), count);
}

#[test]
fn the_limit_itself_is_within() {
    let meter = Meter::default();
    let count = meter.measure("four words, one comma", None).unwrap().count;
    assert_eq!(meter.measure("four words, one comma", Some(count)).unwrap().count, count);
    let error = meter.measure("four words, one comma", Some(count - 1)).unwrap_err();
    assert!(
        matches!(error, MeasureError::OverBudget { tokens, limit, exact: true } if tokens == count && limit == count - 1)
    );
    assert_eq!(error.to_string(), format!("{count} tokens are over the budget of {}", count - 1));
    assert!(meter.measure("", Some(0)).is_err(), "the quotes of a string are a token");
}

/// A list which counts the items that were asked of it.
struct Counted<'a> {
    items: usize,
    asked: &'a AtomicUsize,
}

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for _ in 0..self.items {
            self.asked.fetch_add(1, Ordering::Relaxed);
            list.serialize_element("0123456789012345678901234567890123456789")?;
        }
        list.end()
    }
}

#[test]
fn a_payload_over_the_byte_cap_is_refused_and_not_written_to_its_end() {
    let asked = AtomicUsize::new(0);
    let meter = Meter::default().max_bytes(1_000);
    let error = meter.measure(&Counted { items: 1_000_000, asked: &asked }, None).unwrap_err();
    assert!(matches!(error, MeasureError::TooLarge { max_bytes: 1_000 }), "{error}");
    assert!(asked.load(Ordering::Relaxed) < 30);
    let error = meter.count(&"x".repeat(1_001), None).unwrap_err();
    assert!(matches!(error, MeasureError::TooLarge { max_bytes: 1_000 }), "{error}");
    assert_eq!(meter.measure(&"x".repeat(998), None).unwrap().count as usize, whole(&"x".repeat(998)) + 2);
    assert!(meter.measure(&"x".repeat(999), None).is_err());
}

#[test]
fn a_payload_far_over_its_budget_is_not_written_to_its_end() {
    let asked = AtomicUsize::new(0);
    let meter = Meter::default();
    let error = meter.measure(&Counted { items: 100_000, asked: &asked }, Some(1_000)).unwrap_err();
    let MeasureError::OverBudget { tokens, limit: 1_000, exact: false } = error else { panic!("{error}") };
    assert_eq!(tokens, 1_001);
    assert!(asked.load(Ordering::Relaxed) < 1_000 * 128 / 43 + 2);
    assert_eq!(error.to_string(), "at least 1001 tokens are over the budget of 1000");
}

#[test]
fn a_writer_error_that_is_hidden_is_still_too_large() {
    struct Hides;
    impl Serialize for Hides {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            let _ = list.serialize_element(&"x".repeat(100));
            list.end()
        }
    }
    let error = Meter::default().max_bytes(50).measure(&Hides, None).unwrap_err();
    assert!(matches!(error, MeasureError::TooLarge { .. }), "{error}");
}

#[test]
fn what_json_cannot_say_is_an_error() {
    let map = BTreeMap::from([(vec![1], "list as a key")]);
    let error = Meter::default().measure(&map, None).unwrap_err();
    assert!(matches!(error, MeasureError::NotJson(_)), "{error}");
    assert_eq!(error.to_string(), "the payload cannot be written as JSON: key must be a string");
}

#[test]
fn what_is_nested_too_deep_is_not_written_to_its_end() {
    let nested = |levels| (0..levels).fold(Value::Null, |value, _| Value::Array(vec![value]));
    assert!(Meter::default().measure(&nested(127), None).is_ok());
    for levels in [128, 5_000] {
        let error = Meter::default().measure(&nested(levels), None).unwrap_err();
        assert!(matches!(error, MeasureError::TooDeep), "{error}");
    }
    // Lists beside each other are no levels.
    assert!(Meter::default().measure(&vec![nested(126); 1_000], None).is_ok());
}

#[test]
fn a_payload_may_measure_another() {
    struct Nested(Meter);
    impl Serialize for Nested {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u32(self.0.measure("inner", None).unwrap().count)
        }
    }
    let meter = Meter::new(Utf8Bytes);
    assert_eq!(meter.measure(&[Nested(meter.clone()), Nested(meter.clone())], None).unwrap().count, 5);
}

#[test]
fn a_counter_that_gives_up_is_not_believed() {
    struct Lazy;
    impl TokenCounter for Lazy {
        fn encoding(&self) -> Cow<'static, str> {
            format!("lazy_{}", 1).into()
        }
        fn count(&self, _text: &str, _limit: Option<u32>) -> Tally {
            Tally::at_least(5)
        }
    }
    let meter = Meter::new(Arc::new(Lazy));
    assert!(matches!(meter.measure("x", Some(4)), Err(MeasureError::OverBudget { exact: false, .. })));
    let error = meter.measure("x", Some(5)).unwrap_err();
    assert_eq!(error.to_string(), "the token counter `lazy_1` stopped at 5 tokens, not above the limit of 5");
    let error = meter.measure("x", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token counter `lazy_1` stopped at 5 tokens, though no limit was given"
    );
}

#[test]
fn a_value_is_serialised_once() {
    struct Counted(AtomicUsize);
    impl Serialize for Counted {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.fetch_add(1, Ordering::Relaxed);
            serializer.serialize_str("some words")
        }
    }
    for limit in [None, Some(1), Some(100)] {
        let counted = Counted(AtomicUsize::new(0));
        let _ = Meter::default().measure(&counted, limit);
        assert_eq!(counted.0.load(Ordering::Relaxed), 1, "{limit:?}");
    }
}
