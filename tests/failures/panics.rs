//! The user's own code panics, wherever the framework calls it: the run ends in an error that
//! names who it was, or goes on where it can.

use super::support::{Probe, on_both};
use handoff::budget::{Tally, TokenCounter, Utf8Bytes};
use handoff::contract::Violations;
use handoff::{AgentId, TraceId, prelude::*};
use std::borrow::Cow;
use std::time::Duration;
use tokio::time::sleep;

/// Panics when it is dropped.
struct Mine;

impl Drop for Mine {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "a mine in a drop");
    }
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum When {
    Never,
    Success,
    Timeout,
    Cancelled,
    Error,
}

// In real time, with room for those that do not wait for it.
#[agent(timeout = "1s")]
async fn mined(when: When, State(probe): State<Probe>) -> Result<u8, String> {
    let _guard = probe.enter();
    match when {
        When::Never => sleep(Duration::from_millis(5)).await,
        When::Success => drop_later(Mine),
        When::Timeout => {
            let _mine = Mine;
            std::future::pending::<()>().await;
        }
        When::Cancelled => {
            let mine = Mine;
            sleep(Duration::from_hours(1)).await;
            std::mem::forget(mine);
        }
        When::Error => return Err("no luck".into()),
    }
    Ok(1)
}

fn drop_later(mine: Mine) {
    drop(mine);
}

#[contract]
pub struct Whens {
    pub whens: Vec<When>,
}

#[agent(role = planner)]
async fn plan(whens: Whens) -> Whens {
    whens
}

pipeline! { pub single(When) -> u8 { mined } }
pipeline! { pub strict(Whens) -> Vec<u8> { plan => fan_out(whens) mined => barrier(all) } }
pipeline! { pub settled(Whens) -> Partial<u8> { plan => fan_out(whens) mined => barrier(settled) } }

#[test]
fn a_panic_in_a_drop_leaves_no_run() {
    on_both(|| async {
        let probe = Probe::default();
        let runtime = Runtime::builder().state(probe.clone()).build();
        let error = runtime.run(single, When::Success).await.expect_err("it panicked");
        assert!(
            matches!(error.kind(), ErrorKind::Panicked { message } if message == "a mine in a drop"),
            "{error}"
        );
        assert_eq!(error.agent(), "mined");

        let error = runtime.run(single, When::Timeout).await.expect_err("it timed out");
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        let warnings: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.iter().any(|warning| warning.contains("a mine in a drop")), "{warnings:?}");

        let whens = vec![When::Cancelled, When::Error, When::Cancelled];
        let error = runtime.run(strict, Whens { whens }).await.expect_err("one failed");
        assert_eq!((error.kind().as_str(), error.task()), ("agent", Some(1)), "{error}");
        assert_eq!(probe.alive(), 0);

        let whens = vec![When::Success, When::Timeout, When::Never];
        let settled = runtime.run(settled, Whens { whens }).await.expect("all settled");
        let kinds: Vec<_> = settled.payload.failures().map(|failure| failure.kind.as_str()).collect();
        assert_eq!(kinds, ["panicked", "timed_out"]);

        // Dropped half-way.
        probe.drop_at(probe.started() + 1, runtime.run(single, When::Cancelled)).await;
        let whens = vec![When::Cancelled; 5];
        probe.drop_at(probe.started() + 5, runtime.run(strict, Whens { whens })).await;
        assert!(probe.is_quiet().await);
    });
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum Where {
    Nowhere,
    Check,
    Serialize,
    Clone,
    Drop,
    Display,
}

fn explode(place: Where, at: Where) {
    assert!(place != at, "the user's own {at:?} panics");
}

/// A contract by hand, whose every part may panic.
#[derive(Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
pub struct Bomb {
    place: Where,
}

impl Clone for Bomb {
    fn clone(&self) -> Self {
        explode(self.place, Where::Clone);
        Self { place: self.place }
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            explode(self.place, Where::Drop);
        }
    }
}

impl serde::Serialize for Bomb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        explode(self.place, Where::Serialize);
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("place", &self.place)?;
        map.end()
    }
}

impl Contract for Bomb {
    fn name() -> Cow<'static, str> {
        "Bomb".into()
    }

    fn check(&self, _: &mut Violations) {
        explode(self.place, Where::Check);
    }
}

#[derive(Debug)]
struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a Display that panics");
    }
}

impl std::error::Error for Unspeakable {}

#[agent(role = planner)]
async fn arm(place: Where) -> Result<Bomb, Unspeakable> {
    if place == Where::Display { Err(Unspeakable) } else { Ok(Bomb { place }) }
}

#[agent(retries = 1)]
async fn defuse(mut bomb: Bomb) -> Where {
    std::mem::replace(&mut bomb.place, Where::Nowhere)
}

#[contract]
pub struct Places {
    pub places: Vec<Where>,
}

#[agent(role = planner)]
async fn choose(places: Places) -> Places {
    places
}

pipeline! { pub bombs(Where) -> Where { arm => defuse } }
pipeline! { pub some_bombs(Places) -> Partial<Where> { choose => fan_out(places) bombs => barrier(settled) } }

#[test]
fn the_users_own_impls_may_panic() {
    on_both(|| async {
        let runtime = Runtime::default();
        for (place, kind, agent, says) in [
            (Where::Check, "panicked", "arm", "checked: the user's own Check panics"),
            (Where::Serialize, "panicked", "arm", "counted: the user's own Serialize panics"),
            (Where::Clone, "panicked", "defuse", "the user's own Clone panics"),
            (Where::Display, "agent", "arm", "`Display` panicked"),
        ] {
            let error = runtime.run(bombs, place).await.expect_err("it panicked");
            assert_eq!(
                (error.kind().as_str(), error.agent(), error.pipeline()),
                (kind, agent, "bombs"),
                "{error}"
            );
            assert!(error.to_string().contains(says), "{error}");
        }
        let all = [Where::Check, Where::Nowhere, Where::Serialize, Where::Clone, Where::Display, Where::Drop];
        let settled = runtime.run(some_bombs, Places { places: all.to_vec() }).await.expect("all settled");
        let kinds: Vec<_> =
            settled.payload.failures().map(|failure| (failure.task, &*failure.kind)).collect();
        // The drop is of a clone that nobody has any more: the agent that was handed it is at fault.
        let expected = [(0, "panicked"), (2, "panicked"), (3, "panicked"), (4, "agent"), (5, "panicked")];
        assert_eq!(kinds, expected, "{settled:?}");
        assert_eq!(settled.payload.results().collect::<Vec<_>>(), [&Where::Nowhere]);
    });
}

struct BrokenCounter;

impl TokenCounter for BrokenCounter {
    fn encoding(&self) -> Cow<'static, str> {
        "broken".into()
    }

    fn count(&self, text: &str, _: Option<u32>) -> Tally {
        assert!(!text.contains("Error"), "the counter cannot count this");
        Tally::exact(text.len())
    }
}

struct BrokenObserver;

impl Observer for BrokenObserver {
    fn observe(&self, _: TraceId, _: &Event<'_>) {
        panic!("an observer that panics");
    }

    fn wants_payloads(&self) -> bool {
        panic!("and does not know what it wants");
    }
}

#[test]
fn counters_and_observers_may_panic() {
    on_both(|| async {
        let runtime = Runtime::builder().state(Probe::default()).tokens(BrokenCounter).build();
        let error = runtime.run(single, When::Error).await.expect_err("the counter panics");
        assert!(error.to_string().contains("counted: the counter cannot count this"), "{error}");
        assert_eq!(error.agent(), "mined", "the run's input is bad: its first agent is named");
        assert_eq!(error.agent_id(), &AgentId::new("mined", Role::Worker));

        let runtime =
            Runtime::builder().state(Probe::default()).tokens(Utf8Bytes).observer(BrokenObserver).build();
        let answer = runtime.run(single, When::Never).await.expect("the observer does not touch the run");
        assert_eq!((answer.payload, answer.tokens.count), (1, 1));
    });
}
