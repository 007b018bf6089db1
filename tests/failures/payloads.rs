//! Payloads that cannot be handed over: too many tokens, too many bytes, no JSON.

use super::support::{Log, current_thread, on_both, reread};
use handoff::prelude::*;
use handoff::{BudgetLimit, Limit, Limits};
use std::collections::BTreeMap;

#[contract]
pub struct Ask {
    pub bytes: usize,
}

#[contract]
pub struct Text {
    pub text: String,
}

/// Not a `String` at the same place: two letters and the quotes would not fit either.
#[agent(max_output_tokens = 1)]
async fn terse(ask: Ask) -> u64 {
    10_u64.pow(u32::try_from(ask.bytes).unwrap_or(0))
}

#[agent]
async fn write(ask: Ask) -> Text {
    Text { text: "a".repeat(ask.bytes) }
}

#[agent(input_budget = 1)]
async fn deaf(text: Text) -> Text {
    text
}

#[agent(input_budget = 1_000_000)]
async fn listen(text: Text) -> usize {
    text.text.len()
}

pipeline! { pub tersely(Ask) -> u64 { terse } }
pipeline! { pub unheard(Ask) -> Text { write => deaf } }
pipeline! { pub heard(Ask) -> usize { write => listen } }
pipeline! { pub straight(Text) -> Text { deaf } }

#[test]
fn budgets_of_one() {
    on_both(|| async {
        let runtime = Runtime::default();
        let one = runtime.run(tersely, Ask { bytes: 0 }).await.expect("one token is one token");
        assert_eq!(one.tokens.count, 1);
        let error = reread(&runtime.run(tersely, Ask { bytes: 15 }).await.expect_err("more than one token"));
        let ErrorKind::OverBudget { tokens, budget, limit, exact, encoding, source, target } = error.kind()
        else {
            panic!("{error}")
        };
        assert_eq!(
            (*budget, *limit, *exact, &**encoding),
            (1, BudgetLimit::MaxOutputTokens, true, "o200k_base")
        );
        assert!(*tokens > 1);
        assert_eq!((&*source.name, &*target.name, error.agent()), ("terse", "caller", "terse"));

        let error = reread(&runtime.run(unheard, Ask { bytes: 1 }).await.expect_err("more than one token"));
        let ErrorKind::OverBudget { limit, source, target, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(*limit, BudgetLimit::InputBudget);
        assert_eq!((&*source.name, &*target.name, error.agent()), ("write", "deaf", "deaf"));

        // The run's own input.
        let error =
            runtime.run(straight, Text { text: "words".into() }).await.expect_err("more than one token");
        let ErrorKind::OverBudget { source, target, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((&*source.name, &*target.name, error.agent()), ("caller", "deaf", "deaf"));
    });
}

#[test]
fn a_hundred_megabytes_are_refused() {
    current_thread().block_on(async {
        let runtime = Runtime::default();
        let bytes = 100_000_000;
        let error = reread(&runtime.run(unheard, Ask { bytes }).await.expect_err("far too large"));
        // Over the budget is known long before the cap is reached.
        assert!(matches!(error.kind(), ErrorKind::OverBudget { budget: 1, exact: false, .. }), "{error}");
        let input = Text { text: "a".repeat(bytes) };
        let error = reread(&runtime.run(straight, input).await.expect_err("far too large"));
        assert_eq!(error.agent(), "deaf");
        assert!(!error.to_string().contains("aaa"), "errors show no payload");
        let error = reread(&runtime.run(heard, Ask { bytes: bytes / 10 }).await.expect_err("over the cap"));
        let ErrorKind::LimitExceeded { limit, allowed, found, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((*limit, *allowed), (Limit::PayloadBytes, 8 * 1024 * 1024));
        assert!(found > allowed);
        assert_eq!(error.agent(), "write");
    });
}

#[agent(output = Vec<String>, timeout = "none")]
async fn rambles(ask: Ask) -> Reply {
    // Every item is a violation, and none of them is looked for.
    let items = vec!["1"; ask.bytes / 2];
    Reply::new(format!("[{}]", items.join(",")))
}

pipeline! { pub ramble(Ask) -> Vec<String> { rambles } }

#[test]
fn a_reply_over_the_cap_is_not_even_read() {
    on_both(|| async {
        let runtime = Runtime::builder().limits(Limits::default().payload_bytes(1_000)).build();
        let error = reread(&runtime.run(ramble, Ask { bytes: 40_000_000 }).await.expect_err("over the cap"));
        let ErrorKind::LimitExceeded { limit: Limit::PayloadBytes, allowed: 1_000, found } = error.kind()
        else {
            panic!("{error}")
        };
        assert!(*found >= 40_000_000, "{found}");
        assert_eq!(error.agent(), "rambles");
        let error =
            reread(&runtime.run(ramble, Ask { bytes: 10 }).await.expect_err("numbers are no strings"));
        assert!(matches!(error.kind(), ErrorKind::Contract(_)), "{error}");
    });
}

#[test]
fn the_byte_cap_is_exact() {
    on_both(|| async {
        let quoted = r#"{"text":""}"#.len();
        let runtime = Runtime::builder().limits(Limits::default().payload_bytes(1_000)).build();
        assert!(runtime.run(heard, Ask { bytes: 1_000 - quoted }).await.is_ok());
        let error =
            reread(&runtime.run(heard, Ask { bytes: 1_001 - quoted }).await.expect_err("one byte over"));
        assert!(
            matches!(error.kind(), ErrorKind::LimitExceeded { allowed: 1_000, found: 1_001, .. }),
            "{error}"
        );
    });
}

#[contract]
pub struct Numbers {
    pub number: f64,
    pub more: Vec<Option<f32>>,
    pub named: BTreeMap<String, f64>,
}

fn numbers(number: f64) -> Numbers {
    Numbers { number: 1.0, more: vec![Some(0.5), None], named: BTreeMap::from([("x".into(), number)]) }
}

#[agent]
async fn pass(numbers: Numbers) -> Numbers {
    numbers
}

#[agent]
async fn divide(text: Text) -> Numbers {
    let by: f64 = text.text.parse().unwrap_or(f64::NAN);
    Numbers { number: 1.0 / by, more: vec![None, Some(f32::NAN)], ..numbers(-1.0 / by) }
}

#[agent]
async fn bare(_text: Text) -> f64 {
    f64::NAN
}

pipeline! { pub passing(Numbers) -> Numbers { pass } }
pipeline! { pub division(Text) -> Numbers { divide => pass } }
pipeline! { pub barely(Text) -> f64 { bare } }

#[test]
fn numbers_that_json_does_not_have_are_violations() {
    on_both(|| async {
        let runtime = Runtime::default();
        assert!(runtime.run(passing, numbers(2.0)).await.is_ok());
        let error =
            runtime.run(division, Text { text: "0".into() }).await.expect_err("two infinities and a NaN");
        let ErrorKind::Contract(violation) = error.kind() else { panic!("{error}") };
        let pointers: Vec<_> =
            violation.violations().iter().map(|violation| violation.pointer.to_string()).collect();
        assert_eq!(pointers, ["/number", "/more/1", "/named/x"], "{error}");
        assert_eq!(error.agent(), "divide");
        let error = reread(&runtime.run(passing, numbers(f64::NAN)).await.expect_err("NaN"));
        assert_eq!((error.kind().as_str(), error.agent()), ("contract", "pass"), "the run's input is bad");
        let error = reread(&runtime.run(barely, Text { text: String::new() }).await.expect_err("NaN"));
        assert_eq!(error.kind().as_str(), "contract");
    });
}

/// JSON has only strings for keys.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Place {
    x: u8,
    y: u8,
}

#[contract]
pub struct Atlas {
    pub places: BTreeMap<Place, String>,
}

#[agent]
async fn explore(found: bool) -> Atlas {
    let place = found.then(|| (Place { x: 1, y: 2 }, "here".to_owned()));
    Atlas { places: place.into_iter().collect() }
}

pipeline! { pub exploration(bool) -> Atlas { explore } }

#[test]
fn a_map_whose_keys_are_no_strings_is_a_violation() {
    on_both(|| async {
        let log = Log::default();
        let runtime = Runtime::builder().observer(log.clone()).build();
        let error = reread(&runtime.run(exploration, true).await.expect_err("there is no JSON for this"));
        assert!(matches!(error.kind(), ErrorKind::Contract(_)), "{error}");
        assert!(error.to_string().contains("cannot be written as JSON"), "{error}");
        assert_eq!(error.agent(), "explore");
        assert_eq!(log.of("handoff").len(), 1, "nothing but the input was handed over");
    });
}
