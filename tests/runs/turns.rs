//! Stages that are ready at once: others have their turn in between, and a run hears of its end.
//!
//! What else there is on the thread is a task that counts its turns. How many agents are called between two of them does
//! not depend on any clock.

use super::support::paused;
use handoff::Run;
use handoff::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use tokio::spawn;
use tokio::task::coop::consume_budget;
use tokio::task::yield_now;
use tokio::time::advance;

/// Agents that may be called before others have their turn, whatever the stages: what tokio lets a few tasks do, for a
/// fan-out has several of them.
const MOST: usize = 400;

thread_local! {
    /// Agents that were called on this thread: since others had their turn, at most between two turns, and in all.
    static CALLS: Cell<[usize; 3]> = const { Cell::new([0; 3]) };
}

fn call() {
    let [since, most, all] = CALLS.get();
    CALLS.set([since + 1, most.max(since + 1), all + 1]);
}

fn turn() {
    let [_, most, all] = CALLS.get();
    CALLS.set([0, most, all]);
}

#[contract]
pub struct Numbers {
    pub numbers: Vec<u32>,
}

#[contract]
pub struct Lists {
    pub lists: Vec<Numbers>,
}

#[agent]
async fn one(number: u32) -> u32 {
    call();
    number
}

#[agent]
async fn fails(_: u32) -> Result<u32, &'static str> {
    call();
    Err("never")
}

#[agent(retries = 2_000, backoff = "none")]
async fn tries(_: u32) -> Result<u32, &'static str> {
    call();
    Err("never")
}

#[agent]
async fn numbers(count: u32) -> Numbers {
    call();
    Numbers { numbers: (0..count).collect() }
}

#[agent]
async fn lists(count: u32) -> Lists {
    call();
    Lists { lists: (0..100).map(|_| Numbers { numbers: (0..count / 100).collect() }).collect() }
}

#[agent]
async fn count(all: Vec<u32>) -> u32 {
    call();
    u32::try_from(all.len()).unwrap_or_default()
}

#[agent]
async fn some(all: Partial<u32>) -> u32 {
    call();
    u32::try_from(all.results().len()).unwrap_or_default()
}

#[agent]
async fn pair(both: (u32, u32)) -> u32 {
    call();
    both.0
}

/// Starts runs one after the other.
#[agent(timeout = "none")]
async fn runs(count: u32, cx: Context) -> Result<u32, PipelineError> {
    for number in 0..count {
        cx.run(single, number).await?;
    }
    Ok(count)
}

/// Takes all that tokio lets a task do in its turn, each time.
#[agent]
async fn busy(_: u32) -> u32 {
    for _ in 0..100_000 {
        call();
        consume_budget().await;
    }
    0
}

pipeline! { of_one(u32) -> u32 { busy } }
pipeline! { single(u32) -> u32 { one } }
pipeline! { ten(u32) -> u32 { one => one => one => one => one => one => one => one => one => one } }
pipeline! { hundred(u32) -> u32 { ten => ten => ten => ten => ten => ten => ten => ten => ten => ten } }
pipeline! { chain(u32) -> u32 { hundred => hundred => hundred => hundred => hundred => hundred => hundred => hundred => hundred => hundred => hundred } }
pipeline! { fan_out(u32) -> u32 { numbers => fan_out(numbers) one => barrier(all) => count } }
pipeline! { of_chains(u32) -> u32 { numbers => fan_out(numbers) { ten => ten => ten => ten => ten => ten } => barrier(all) => count } }
pipeline! { narrow(u32) -> u32 { numbers => fan_out(numbers, concurrency = 1) one => barrier(all) => count } }
pipeline! { settled(u32) -> u32 { numbers => fan_out(numbers) { one => fails } => barrier(settled) => some } }
pipeline! { nested(u32) -> u32 { lists => fan_out(lists) inner => barrier(all) => count } }
pipeline! { inner(Numbers) -> u32 { fan_out(numbers) one => barrier(all) => count } }
pipeline! { routed(u32) -> u32 { repeat(max = 2_000, until = |_| false, else = last) { match { 7 => fails, number if number > 3 => one, _ => ten } } } }
pipeline! { joins(u32) -> u32 { repeat(max = 1_000, until = |_| false, else = last) { join(one, one) => pair } } }
pipeline! { races(u32) -> u32 { repeat(max = 1_000, until = |_| false, else = last) { race(fails, one) } } }
pipeline! { fallbacks(u32) -> u32 { repeat(max = 1_000, until = |_| false, else = last) { fails or one } } }
pipeline! { fan_outs(u32) -> u32 { repeat(max = 1_000, until = |_| false, else = last) { map(|_| Numbers { numbers: vec![1] }) => fan_out(numbers) one => barrier(all) => count } } }
pipeline! { retried(u32) -> u32 { tries or one } }
pipeline! { of_runs(u32) -> u32 { runs } }

/// Runs everything that can be long, one after the other.
macro_rules! each_long {
    ($hears:ident) => {{
        let runtime = Runtime::default();
        $hears("chain", runtime.run(chain, 1)).await;
        $hears("of_one", runtime.run(of_one, 1)).await;
        $hears("fan_out", runtime.run(fan_out, 2_000)).await;
        $hears("of_chains", runtime.run(of_chains, 200)).await;
        $hears("narrow", runtime.run(narrow, 2_000)).await;
        $hears("settled", runtime.run(settled, 2_000)).await;
        $hears("nested", runtime.run(nested, 2_000)).await;
        $hears("routed", runtime.run(routed, 9)).await;
        $hears("joins", runtime.run(joins, 1)).await;
        $hears("races", runtime.run(races, 1)).await;
        $hears("fallbacks", runtime.run(fallbacks, 1)).await;
        $hears("fan_outs", runtime.run(fan_outs, 1)).await;
        $hears("retried", runtime.run(retried, 1)).await;
        $hears("of_runs", runtime.run(of_runs, 2_000)).await;
    }};
}

#[test]
fn others_have_their_turn() {
    async fn hears<T>(name: &str, run: Run<T>) {
        CALLS.set([0; 3]);
        let others = spawn(async {
            loop {
                turn();
                yield_now().await;
            }
        });
        run.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        others.abort();
        let [_, most, all] = CALLS.get();
        assert!(all >= 1_000, "{name}: {all} is not long");
        assert!(most <= MOST, "{name}: {most} of {all} agents before others had their turn");
    }
    paused().block_on(async { each_long!(hears) });
}

#[test]
fn a_cancel_is_heard() {
    async fn hears<T>(name: &str, run: Run<T>) {
        CALLS.set([0; 3]);
        let handle = run.cancel_handle();
        spawn(async move { handle.cancel() });
        let error = run.await.map(|_| ()).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }), "{name}: {error}");
        let [.., all] = CALLS.get();
        assert!(all <= MOST, "{name}: {all} agents were called");
    }
    paused().block_on(async { each_long!(hears) });
}

#[test]
fn a_deadline_is_heard() {
    async fn hears<T>(name: &str, run: Run<T>) {
        CALLS.set([0; 3]);
        spawn(advance(Duration::from_secs(2)));
        let error = run.deadline(Duration::from_secs(1)).await.map(|_| ()).expect_err(name);
        let is_late = matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, .. });
        assert!(is_late, "{name}: {error}");
        let [.., all] = CALLS.get();
        assert!(all <= 2 * MOST, "{name}: {all} agents were called");
    }
    paused().block_on(async { each_long!(hears) });
}

/// Runs, one after the other, are long as well.
#[test]
fn whoever_awaits_many_runs_lets_others_have_their_turn() {
    paused().block_on(async {
        CALLS.set([0; 3]);
        let others = spawn(async {
            loop {
                turn();
                yield_now().await;
            }
        });
        let runtime = Runtime::default();
        for number in 0..1_000 {
            runtime.run(single, number).await.expect("it is well");
        }
        others.abort();
        let [_, most, all] = CALLS.get();
        assert!(all == 1_000 && most <= MOST, "{most} of {all} agents before others had their turn");
    });
}
