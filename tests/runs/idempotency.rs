//! What calls of agents are named by for the outside.

use super::support::on_both;
use handoff::prelude::*;
use handoff::{Backoff, IdempotencyKey};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The keys of the attempts that each call has made.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<BTreeMap<String, Vec<IdempotencyKey>>>>);

#[derive(Clone, FromRef)]
struct App {
    keys: Keys,
}

impl Keys {
    fn note(&self, call: String, cx: &Context) {
        self.0.lock().unwrap().entry(call).or_default().push(cx.idempotency_key());
    }

    /// Notes an attempt, and fails unless it is the third.
    fn third(&self, call: String, cx: &Context) -> Result<(), &'static str> {
        self.note(call, cx);
        if cx.attempt() < 3 { Err("not yet") } else { Ok(()) }
    }
}

#[contract]
pub struct Seats {
    pub seats: Vec<u32>,
}

#[agent(retries = 2)]
async fn book(seat: u32, cx: Context, keys: State<Keys>) -> Result<u32, &'static str> {
    let first = cx.clone().idempotency_key();
    tokio::task::yield_now().await;
    assert_eq!(cx.idempotency_key(), first);
    keys.third(format!("book {:?}", cx.task()), &cx)?;
    Ok(seat)
}

#[agent]
async fn none(_: Vec<u32>) -> u32 {
    0
}

#[agent(retries = 2)]
async fn pay(paid: u32, cx: Context, keys: State<Keys>) -> Result<u32, &'static str> {
    keys.third(format!("pay after {paid}"), &cx)?;
    Ok(paid + 1)
}

pipeline! { pub alone(u32) -> u32 { count => count } }

#[agent]
async fn count(number: u32) -> u32 {
    number
}

/// Calls the same tool twice in each of its attempts, and starts a run.
#[agent(retries = 1, tools(pay))]
async fn ask(paid: u32, cx: Context, keys: State<Keys>) -> Result<u32, BoxError> {
    for call in 0..2 {
        cx.call_tool("pay", (100 * cx.attempt() + call).to_string()).await?;
    }
    cx.run(alone, paid).await?;
    // Neither has changed its own.
    keys.note("ask".to_owned(), &cx);
    if cx.attempt() == 1 { Err("once more".into()) } else { Ok(paid) }
}

pipeline! {
    pub trip(Seats) -> u32 {
        fan_out(seats) book => barrier(all) => none
        => repeat(max = 9, until = |paid| *paid == 3) { pay } => ask
    }
}

async fn keys_of(trace: Option<&str>) -> BTreeMap<String, Vec<IdempotencyKey>> {
    let app = App { keys: Keys::default() };
    let backoff = Backoff::new(Duration::ZERO, Duration::ZERO);
    let run =
        Runtime::builder().backoff(backoff).state(app.clone()).build().run(trip, Seats { seats: vec![7, 7] });
    match trace {
        Some(header) => run.traceparent(header.parse().unwrap()).await,
        None => run.await,
    }
    .expect("the third attempts succeed");
    std::mem::take(&mut *app.keys.0.lock().unwrap())
}

#[test]
fn a_call_has_one_key_in_all_of_its_attempts_and_shares_it_with_no_other() {
    on_both(|| async {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let runs = [
            keys_of(None).await,
            keys_of(None).await,
            keys_of(Some(header)).await,
            keys_of(Some(header)).await,
        ];
        let calls: Vec<_> = runs[0].keys().cloned().collect();
        let tools = ["pay after 100", "pay after 101", "pay after 200", "pay after 201"];
        let others = ["ask", "book Some(0)", "book Some(1)", "pay after 0", "pay after 1", "pay after 2"];
        assert!(tools.iter().chain(&others).all(|call| calls.iter().any(|made| made == call)), "{calls:?}");
        let mut all = HashSet::new();
        for (call, keys) in runs.iter().flatten() {
            assert_eq!(keys.len(), if call == "ask" { 2 } else { 3 }, "{call}");
            assert!(keys.iter().all(|key| *key == keys[0]), "{call}: {keys:?}");
            assert!(all.insert(keys[0]), "{call} has the key of another");
        }
        assert_eq!(all.len(), 4 * calls.len());
    });
}

#[test]
fn a_context_for_tests_has_a_key_that_its_next_attempts_share() {
    let cx = Context::for_tests();
    let again = cx.retried(ErrorKind::TimedOut { after: Duration::ZERO });
    let third = again.retried(ErrorKind::TimedOut { after: Duration::ZERO });
    assert_eq!([again.idempotency_key(), third.idempotency_key()], [cx.idempotency_key(); 2]);
    assert_ne!(Context::for_tests().idempotency_key(), cx.idempotency_key());
}
