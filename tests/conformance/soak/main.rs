//! Random pipelines under attack: errors, panics, hangs, drift, truncation and cancellation, from a seed.
//!
//! What a run is given is a tree: leaves that misbehave, some of them on threads that they block, and groups of nodes
//! under every kind of barrier, in joins, races, fallbacks and loops, and in runs that agents start. The tree says what is
//! run, so a seed draws the pipeline with the data. A model of a few lines ([`model`]) says what may come out.
//!
//! `HANDOFF_SOAK_SEED=… cargo test -p handoff-conformance --test soak` repeats a run; the long one is
//! `cargo test -p handoff-conformance --test soak --release -- --ignored --nocapture`.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async // agents that have nothing to wait for
)]

mod agents;
mod cuts;
#[path = "../../events/recorder.rs"]
#[allow(dead_code)] // it shows trees, too
mod events;
mod model;
mod tree;

use agents::{Watch, broken, level3};
use events::Checker;
use handoff::prelude::*;
use handoff::{Backoff, Limits};
use model::Clock;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tree::{Done, Node, Trees};

/// How much memory may grow over a run of the soak. A leak of a hundred bytes for each of a million handoffs
/// is five times as much.
const GROWTH: u64 = 20 << 20;

/// What is cancelled has gone away by then, be the machine as busy as it may.
const GRACE: Duration = Duration::from_mins(1);

/// The most tasks that one run can have under way: more than that is no limit.
const WIDEST: usize = 8 * 8 * 8 + 8 * 8 + 8;

#[derive(Clone, Default)]
struct Handoffs(Arc<AtomicU64>);

impl Observer for Handoffs {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::Handoff { .. } = event {
            self.0.fetch_add(1, Relaxed);
        }
    }
}

/// The seed of this run of the tests, which is printed.
fn seed() -> u64 {
    let given = std::env::var("HANDOFF_SOAK_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| u64::from(now.subsec_nanos()) ^ now.as_secs())
    });
    println!("HANDOFF_SOAK_SEED={seed}");
    seed
}

fn runtime(tasks: usize, watch: &Watch, handoffs: &Handoffs, events: &Checker) -> Runtime<Watch> {
    let runtime = Runtime::builder()
        .state(watch.clone())
        .observer(handoffs.clone())
        .observer(events.clone())
        // No jitter: what happens when is to follow from the seed.
        .backoff(Backoff::new(Duration::ZERO, Duration::ZERO))
        .limits(Limits::default().tasks_in_flight(tasks))
        .build();
    watch.runs_on(Some(runtime.clone()));
    runtime
}

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a tokio runtime")
}

/// One run: what came out, in words, or `None` where it was cancelled. Panics where that cannot be.
async fn one(
    runtime: &Runtime<Watch>,
    watch: &Watch,
    clock: Clock,
    tree: &Node,
    stop: Option<Duration>,
) -> Option<String> {
    let run = runtime.run(level3::node, tree.clone());
    let outcome = match stop {
        None => Some(run.await),
        Some(after) => tokio::time::timeout(after, run).await.ok(),
    };
    if let Some(outcome) = &outcome {
        let result = outcome.as_ref().map(|envelope| &envelope.payload);
        if let Err(wrong) = model::check(tree, clock, result) {
            panic!("{wrong}\nin {tree:#?}");
        }
        // A barrier waits for what it stops; nothing outlives a run that has ended.
        assert_eq!(watch.alive(), 0, "agents are alive after the run has ended\n{tree:#?}");
    }
    outcome.map(|outcome| match outcome {
        Ok(Envelope { payload, .. }) => format!("{payload:?}"),
        Err(error) => error.to_string().replace(&error.trace_id().to_string(), "the run"),
    })
}

async fn quiet(watch: &Watch) {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let quiet = async {
        while watch.alive() + tasks() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let in_time = tokio::time::timeout(GRACE, quiet).await.is_ok();
    assert!(in_time, "{} agents and {} tasks are alive after the last run", watch.alive(), tasks());
}

/// What is watched over many runs.
#[derive(Default)]
struct Soak {
    watch: Watch,
    made: Handoffs,
    events: Checker,
}

impl Soak {
    fn runtime(&self, tasks: usize) -> Runtime<Watch> {
        runtime(tasks, &self.watch, &self.made, &self.events)
    }

    /// Makes some runs, which it counts, again and again until so many handoffs have been made. Then nothing is left of
    /// them, and no memory has been taken since a quarter of them were made.
    async fn until(&self, handoffs: u64, mut some: impl AsyncFnMut() -> u64) {
        let made = || self.made.0.load(Relaxed);
        let (mut runs, mut settled) = (0, None);
        while made() < handoffs {
            runs += some().await;
            if settled.is_none() && made() > handoffs / 4 {
                settled = Some(resident());
            }
        }
        quiet(&self.watch).await;
        self.watch.runs_on(None);
        flat(settled.flatten());
        println!("{} handoffs in {runs} runs", made());
    }

    /// Nobody has seen what must not be.
    fn is_as_promised(&self) {
        assert_eq!(broken(), Vec::<String>::new());
        assert_eq!((self.events.wrong(), self.events.open()), (Vec::new(), 0));
    }
}

/// One after the other on a clock that jumps, until so many handoffs have been made. What happened, in words.
fn in_turn(mut trees: Trees, tasks: usize, handoffs: u64) -> String {
    let (soak, mut story) = (Soak::default(), String::new());
    let clock = if tasks < WIDEST { Clock::Loose } else { Clock::Exact };
    paused().block_on(async {
        let runtime = soak.runtime(tasks);
        let next = async || {
            let (tree, stop) = (trees.tree(), trees.stop());
            match one(&runtime, &soak.watch, clock, &tree, stop).await {
                Some(outcome) => {
                    let _ = writeln!(story, "{outcome}");
                }
                None => quiet(&soak.watch).await,
            }
            1
        };
        soak.until(handoffs, next).await;
    });
    soak.is_as_promised();
    story
}

/// Many at once on several threads and the real clock.
fn at_once(seed: u64, tasks: usize, handoffs: u64) {
    const MANY: u64 = 64;
    let soak = Soak::default();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    tokio.expect("a tokio runtime").block_on(async {
        let runtime = soak.runtime(tasks);
        let mut trees = Trees::new(seed).in_real_time();
        let batch = async || {
            let batch: Vec<_> = (0..MANY).map(|_| (trees.tree(), trees.stop())).collect();
            let runs =
                batch.into_iter().map(|(tree, stop)| tokio::spawn(beside(runtime.clone(), tree, stop)));
            for run in runs.collect::<Vec<_>>() {
                run.await.expect("what came out is what may");
            }
            MANY
        };
        soak.until(handoffs, batch).await;
    });
    soak.is_as_promised();
}

/// One run beside others.
async fn beside(runtime: Runtime<Watch>, tree: Node, stop: Option<Duration>) {
    let run = runtime.run(level3::node, tree.clone());
    let outcome = match stop {
        None => run.await,
        Some(after) => match tokio::time::timeout(after, run).await {
            Ok(outcome) => outcome,
            Err(_) => return,
        },
    };
    let result = outcome.as_ref().map(|envelope| &envelope.payload);
    if let Err(wrong) = model::check(&tree, Clock::Loose, result) {
        panic!("{wrong}\nin {tree:#?}");
    }
}

/// The memory that this process has, where the system tells.
fn resident() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

fn flat(before: Option<u64>) {
    let (Some(before), Some(now)) = (before, resident()) else {
        println!("this system does not tell how much memory a process has: not checked");
        return;
    };
    assert!(now < before + GROWTH, "memory grew from {before} to {now} bytes");
}

/// Panics are wanted here by the thousand; what they print is not.
fn hush() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let wanted = panic.payload().downcast_ref::<String>().is_some_and(|said| said.starts_with("leaf "));
        if !wanted {
            others(panic);
        }
    }));
}

#[test]
fn random_pipelines_keep_what_they_promise() {
    hush();
    let seed = seed();
    in_turn(Trees::new(seed), 1_000, 20_000);
    in_turn(Trees::new(seed), 3, 10_000);
    at_once(seed, 1_000, 20_000);
    at_once(seed, 5, 10_000);
}

#[test]
fn the_outcome_is_a_function_of_the_seed() {
    hush();
    let seed = seed();
    for tasks in [1_000, 2] {
        let trees = || Trees::new(seed).without_threads();
        assert!(
            in_turn(trees(), tasks, 10_000) == in_turn(trees(), tasks, 10_000),
            "the same seed, other outcomes"
        );
    }
}

#[test]
#[ignore = "takes minutes: a million handoffs and more"]
fn a_million_handoffs() {
    hush();
    let seed = seed();
    in_turn(Trees::new(seed), 1_000, 700_000);
    in_turn(Trees::new(seed), 3, 300_000);
    at_once(seed, 1_000, 700_000);
    at_once(seed, 5, 300_000);
}

/// The model can tell: outcomes that may not be are told from those that may.
#[test]
fn the_model_refuses_what_may_not_come_out() {
    let mut trees = Trees::new(7);
    let mut refused = 0;
    for _ in 0..200 {
        let tree = trees.tree();
        let nobody = Done::at(tree.seat().clone());
        if !matches!(tree, Node::Leaf(_) | Node::Thread(_) | Node::Rounds(_)) {
            refused += usize::from(model::check(&tree, Clock::Exact, Ok(&nobody)).is_err());
        }
    }
    assert!(refused > 50, "{refused}");
}
