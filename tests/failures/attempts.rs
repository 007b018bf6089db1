//! What one attempt of a call leaves to the next.

use super::support::paused;
use handoff::prelude::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

#[contract]
pub struct Plan {
    #[check(len(1..))]
    pub steps: Vec<String>,
}

/// What each attempt found: why the last one failed, how many violations are known, what was kept.
type Found = Arc<Mutex<Vec<(Option<&'static str>, usize, Option<Draft>)>>>;

#[derive(Clone, Debug, Default, FromRef)]
pub struct Desk {
    found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft(u32);

/// Another type, of which another value is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls(u32);

#[agent(output = Plan, retries = 4, timeout = "1s", max_output_tokens = 70)]
async fn plan((): (), State(found): State<Found>, cx: Context) -> Result<Reply, BoxError> {
    assert_eq!(cx.max_output_tokens(), Some(70));
    assert_eq!((cx.agent().name.as_ref(), cx.task()), ("plan", None));
    let failed = cx.last_error().map(ErrorKind::as_str);
    found.lock().expect("no panic").push((failed, cx.violations().len(), cx.kept()));
    let Calls(calls) = cx.kept().unwrap_or(Calls(0));
    assert_eq!(calls + 1, cx.attempt());
    cx.keep(Calls(calls + 1));
    match cx.attempt() {
        1 => {
            cx.keep(Draft(1));
            Ok(Reply::new(r#"{"steps":[]}"#))
        }
        2 => Err("500".into()),
        3 => {
            cx.keep(Draft(3));
            sleep(Duration::from_mins(1)).await;
            unreachable!("it has timed out")
        }
        4 => Ok(Reply::new("").finish(FinishReason::Length)),
        _ => Ok(Reply::new(r#"{"steps":["rest"]}"#)),
    }
}

pipeline! { pub once(()) -> Plan { plan } }
pipeline! { pub twice(()) -> (Plan, Plan) { join(plan, plan) } }

const FOUND: [(Option<&str>, usize, Option<Draft>); 5] = [
    (None, 0, None),
    (Some("contract"), 1, Some(Draft(1))),
    (Some("agent"), 1, Some(Draft(1))),
    (Some("timed_out"), 1, Some(Draft(3))),
    (Some("truncated"), 1, Some(Draft(3))),
];

#[test]
fn an_attempt_knows_why_the_one_before_failed_and_what_was_kept() {
    paused().block_on(async {
        let desk = Desk::default();
        let runtime = Runtime::builder().state(desk.clone()).build();
        runtime.run(once, ()).await.expect("the fifth attempt is right");
        assert_eq!(*desk.found.lock().unwrap(), FOUND);
    });
}

/// Nothing is kept beyond the call, and nothing is shared by calls of one agent.
#[test]
fn another_call_begins_with_nothing() {
    paused().block_on(async {
        let desk = Desk::default();
        let runtime = Runtime::builder().state(desk.clone()).build();
        runtime.run(twice, ()).await.expect("both are right in the end");
        runtime.run(once, ()).await.expect("as ever");
        let found = desk.found.lock().unwrap();
        assert_eq!(found.iter().filter(|found| **found == FOUND[0]).count(), 3);
        assert_eq!(found.len(), 3 * FOUND.len());
    });
}

#[agent]
async fn echo(text: String, cx: Context) -> String {
    cx.warn("careful");
    text
}

pipeline! { echoed(String) -> String { echo } }

/// What a test says of an attempt is what its agent is told.
#[test]
fn a_context_for_tests_has_what_is_said_of_it() {
    paused().block_on(async {
        let broken = || Plan::parse(r#"{"steps":[]}"#).expect_err("no steps");
        let cx = Context::test().violations(broken()).after(ErrorKind::Agent("500".into())).build();
        assert_eq!((cx.attempt(), cx.violations()), (3, broken().violations()));
        assert_eq!(cx.last_error().map(ErrorKind::as_str), Some("agent"));
        assert_eq!(Context::test().violations(broken()).attempt(7).build().attempt(), 7);
        assert_eq!(Context::test().max_output_tokens(90).build().max_output_tokens(), Some(90));

        let mut envelope = Runtime::default().run(echoed, "draft".to_owned()).await.expect("an echo");
        envelope.confidence = Confidence::new(0.25).expect("a confidence");
        let cx = Context::test().envelope(&envelope).build();
        let came = cx.envelope();
        assert_eq!((came.source.name.as_ref(), came.target.name.as_ref()), ("echo", "test"));
        assert_eq!((came.trace_id, cx.trace_id()), (envelope.trace_id, envelope.trace_id));
        assert_eq!((came.confidence, &came.tokens), (envelope.confidence, &envelope.tokens));
        assert_eq!(came.warnings.len(), envelope.warnings.len());
    });
}

/// Of no run: nothing ends it, and nobody hears of it.
#[test]
fn a_context_for_tests_is_of_no_run() {
    paused().block_on(async {
        let cx = Context::for_tests();
        assert_eq!((cx.attempt(), cx.violations().len(), cx.time_left()), (1, 0, None));
        assert!(cx.last_error().is_none() && cx.kept::<Draft>().is_none() && !cx.is_cancelled());
        cx.keep(Draft(1));
        cx.spend(Usage::new(3, 4));
        assert_eq!(cx.usage(), Usage::new(3, 4));
        cx.warn("careful");
        cx.progress(1, "so far");
        assert_eq!(cx.waiting(async { 5 }).await, 5);
        assert_eq!(cx.envelope().source.name, "caller");

        let broken = Plan::parse(r#"{"steps":[]}"#).expect_err("no steps");
        let second = cx.retried(ErrorKind::Contract(broken));
        let third = second.retried(ErrorKind::Agent("500".into()));
        assert_eq!((third.attempt(), third.violations().len()), (3, 1));
        assert_eq!(third.last_error().map(ErrorKind::as_str), Some("agent"));
        assert_eq!(third.kept(), Some(Draft(1)));
        let inner = Runtime::builder().state(Desk::default()).build();
        inner.run(once, ()).within(&third).await.expect("the run has a parent that has not ended");
    });
}
