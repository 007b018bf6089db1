//! One of five workers misbehaves, in every way and before every barrier, on both tokio flavours.

use super::support::{Probe, multi_thread, paused, reread};
use handoff::prelude::*;
use std::time::Duration;
use tokio::time::sleep;

#[contract]
pub struct Batch {
    #[check(len(..=8))]
    pub jobs: Vec<Job>,
}

#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Well,
    /// Well, but long after everything has been decided.
    Slow,
    Error,
    Panic,
    Hang,
    /// An output that breaks its contract.
    Drift,
    /// A reply of another form.
    WrongType,
    /// A reply of no words.
    Nothing,
    /// A reply that was cut off, though its JSON parses.
    Cut,
}

#[contract]
pub struct Job {
    pub index: usize,
    pub fate: Fate,
}

#[contract]
#[derive(PartialEq)]
pub struct Done {
    #[check(range(0..=100))]
    pub index: usize,
    #[check(len(4..))]
    pub by: String,
}

#[contract]
pub struct Count {
    pub indices: Vec<usize>,
    pub failed: Vec<String>,
    pub total: usize,
}

const GOOD: &str = r#"{"index":1,"by":"worker"}"#;

async fn act(job: &Job, probe: Probe) -> Result<Done, &'static str> {
    let guard = probe.enter();
    let index = match job.fate {
        Fate::Well => job.index,
        Fate::Slow => {
            sleep(Duration::from_hours(1)).await;
            job.index
        }
        Fate::Error => return Err("the disk is full"),
        Fate::Panic => panic!("index out of bounds"),
        Fate::Hang => std::future::pending().await,
        _ => 101,
    };
    guard.end();
    Ok(Done { index, by: "worker".into() })
}

#[agent(timeout = "1s")]
async fn typed(job: Job, State(probe): State<Probe>) -> Result<Done, &'static str> {
    let mut done = act(&job, probe).await?;
    if job.fate == Fate::Drift {
        done.by = "me".into();
    }
    Ok(done)
}

#[agent(output = Done, timeout = "1s")]
async fn raw(job: Job, State(probe): State<Probe>) -> Result<Reply, &'static str> {
    let done = act(&job, probe).await?;
    Ok(match job.fate {
        Fate::Drift => Reply::new(r#"{"index":101,"by":"me","mood":"fine"}"#),
        Fate::WrongType => Reply::new(r#"{"index":"two","by":["worker"]}"#),
        Fate::Nothing => Reply::new(""),
        Fate::Cut => Reply::new(GOOD).finish(FinishReason::Length),
        _ => Reply::new(format!(r#"{{"index":{},"by":"worker"}}"#, done.index)),
    })
}

#[agent(role = aggregator)]
async fn all(done: Vec<Done>) -> Count {
    let total = done.len();
    Count { indices: done.into_iter().map(|done| done.index).collect(), failed: Vec::new(), total }
}

#[agent(role = aggregator)]
async fn some(done: Partial<Done>) -> Count {
    Count {
        indices: done.results().map(|done| done.index).collect(),
        failed: done.failures().map(|failure| format!("{} {}", failure.task, failure.kind)).collect(),
        total: done.total(),
    }
}

#[agent(role = planner)]
async fn plan(batch: Batch) -> Batch {
    batch
}

mod of_typed {
    use super::*;
    pipeline! { pub strict(Batch) -> Count { plan => fan_out(jobs) typed => barrier(all) => all } }
    pipeline! { pub quorum(Batch) -> Count { plan => fan_out(jobs) typed => barrier(at_least = 4) => some } }
    pipeline! { pub share(Batch) -> Count { plan => fan_out(jobs) typed => barrier(at_least = 80%) => some } }
    pipeline! { pub settled(Batch) -> Count { plan => fan_out(jobs) typed => barrier(settled) => some } }
}

mod of_raw {
    use super::*;
    pipeline! { pub strict(Batch) -> Count { plan => fan_out(jobs) raw => barrier(all) => all } }
    pipeline! { pub quorum(Batch) -> Count { plan => fan_out(jobs) raw => barrier(at_least = 4) => some } }
    pipeline! { pub share(Batch) -> Count { plan => fan_out(jobs) raw => barrier(at_least = 80%) => some } }
    pipeline! { pub settled(Batch) -> Count { plan => fan_out(jobs) raw => barrier(settled) => some } }
}

fn batch(fates: impl IntoIterator<Item = Fate>) -> Batch {
    let jobs = fates.into_iter().enumerate().map(|(index, fate)| Job { index, fate });
    Batch { jobs: jobs.collect() }
}

/// Five jobs, of which the third has this fate and the others that one.
fn one(fate: Fate, others: Fate) -> Batch {
    let mut batch = batch([others; 5]);
    batch.jobs[2].fate = fate;
    batch
}

/// The row of the table: the fate, the error's kind, and what the error says.
const TYPED: [(Fate, &str, &[&str]); 4] = [
    (Fate::Error, "agent", &["the disk is full"]),
    (Fate::Panic, "panicked", &["index out of bounds"]),
    (Fate::Hang, "timed_out", &["1s"]),
    (Fate::Drift, "contract", &["/index", "/by"]),
];
const RAW: [(Fate, &str, &[&str]); 7] = [
    (Fate::Error, "agent", &["the disk is full"]),
    (Fate::Panic, "panicked", &["index out of bounds"]),
    (Fate::Hang, "timed_out", &["1s"]),
    (Fate::Drift, "contract", &["/index", "/by", "/mood"]),
    (Fate::WrongType, "contract", &["/index", "/by"]),
    (Fate::Nothing, "contract", &["Done"]),
    (Fate::Cut, "truncated", &["length"]),
];

/// Where somebody hangs, there is a timeout: in real time with room for those that do not.
fn runtime(fate: Fate) -> (Runtime<Probe>, Probe) {
    let (probe, runtime) = (Probe::default(), Runtime::builder());
    let runtime = match fate {
        Fate::Hang => runtime,
        _ => runtime.agent::<typed>(|a| a.timeout(None)).agent::<raw>(|a| a.timeout(None)),
    };
    (runtime.state(probe.clone()).build(), probe)
}

/// Runs a test on both flavours of tokio, without a wait on one of them.
fn on_both<F: Future>(test: impl Fn() -> F) {
    for tokio in [paused(), multi_thread()] {
        tokio.block_on(test());
    }
}

macro_rules! rows {
    ($agent:literal, $pipelines:ident, $rows:ident) => {
        #[test]
        fn one_of_five_fails_a_strict_barrier() {
            on_both(|| async {
                for (fate, kind, says) in $rows {
                    let (runtime, probe) = runtime(fate);
                    // The siblings would answer, had they the time.
                    let others = if fate == Fate::Hang { Fate::Well } else { Fate::Slow };
                    let run = runtime.run($pipelines::strict, one(fate, others));
                    let trace_id = run.trace_id();
                    let error = reread(&run.await.expect_err("one of five failed"));
                    assert_eq!(error.kind().as_str(), kind, "{error}");
                    assert_eq!(
                        (error.pipeline(), error.agent(), error.task()),
                        ("strict", $agent, Some(2)),
                        "{error}"
                    );
                    assert_eq!(error.trace_id(), trace_id);
                    let message = error.to_string();
                    assert!(says.iter().all(|says| message.contains(says)), "{message}");
                    assert!(!message.contains('\n'), "{message}");
                    assert_eq!(probe.alive(), 0, "the barrier waits until the siblings have stopped");
                    let finished = error.finished::<Done>().expect("what had finished is kept");
                    assert_eq!(finished.total(), 5);
                    if fate == Fate::Hang {
                        assert_eq!(finished.results().count(), 4, "they were long done");
                    } else {
                        assert_eq!(finished.results().count(), 0);
                        let came_back = usize::from(!matches!(fate, Fate::Error | Fate::Panic));
                        assert_eq!(probe.ended(), came_back, "{fate:?}: siblings ran on");
                    }
                }
            });
        }

        #[test]
        fn one_of_five_is_a_failure_among_results() {
            on_both(|| async {
                for (fate, kind, _) in $rows {
                    let (runtime, probe) = runtime(fate);
                    let input = || one(fate, Fate::Well);
                    for result in [
                        runtime.run($pipelines::quorum, input()).await,
                        runtime.run($pipelines::share, input()).await,
                        runtime.run($pipelines::settled, input()).await,
                    ] {
                        let count = result.expect("four of five will do");
                        assert_eq!(count.payload.indices.len(), 4);
                        assert_eq!(count.payload.total, 5);
                        assert_eq!(count.payload.failed, [format!("2 {kind}")]);
                        assert!((count.confidence.get() - 0.8).abs() < 1e-12, "{:?}", count.confidence);
                        let warnings: Vec<_> = count.warnings.iter().map(ToString::to_string).collect();
                        assert!(
                            warnings
                                .iter()
                                .any(|warning| warning.contains("1/5") && warning.contains($agent)),
                            "{warnings:?}"
                        );
                    }
                    assert_eq!(probe.alive(), 0);
                }
            });
        }

        #[test]
        fn two_of_five_are_too_many_for_a_quorum() {
            on_both(|| async {
                for (fate, kind, _) in $rows {
                    let (runtime, probe) = runtime(fate);
                    let input = || {
                        let mut batch = one(fate, Fate::Well);
                        batch.jobs[4].fate = Fate::Error;
                        batch
                    };
                    let error =
                        reread(&runtime.run($pipelines::strict, input()).await.expect_err("two failed"));
                    assert!([Some(2), Some(4)].contains(&error.task()), "{error}");
                    for (name, result) in [
                        ("quorum", runtime.run($pipelines::quorum, input()).await),
                        ("share", runtime.run($pipelines::share, input()).await),
                    ] {
                        let error = reread(&result.expect_err("three of four needed"));
                        let ErrorKind::Barrier { succeeded, needed, total, failed, failures } = error.kind()
                        else {
                            panic!("{error}")
                        };
                        // It fails as soon as four are impossible: the others may be under way.
                        assert!(*succeeded <= 3, "{error}");
                        assert_eq!((*needed, *total, *failed, failures.len()), (4, 5, 2, 2), "{error}");
                        assert_eq!((error.pipeline(), error.agent(), error.task()), (name, $agent, None));
                        let finished = error.finished::<Done>().expect("what had finished is kept");
                        assert_eq!(
                            (finished.results().count(), finished.failures().count()),
                            (*succeeded, 2)
                        );
                    }
                    let count = runtime.run($pipelines::settled, input()).await.expect("all settled");
                    assert_eq!(count.payload.indices.len(), 3);
                    assert_eq!(count.payload.failed, [format!("2 {kind}"), "4 agent".to_owned()]);
                    assert!((count.confidence.get() - 0.6).abs() < 1e-12);
                    assert_eq!(probe.alive(), 0);
                }
            });
        }

        #[test]
        fn an_empty_plan_is_an_error_before_every_barrier() {
            on_both(|| async {
                let (runtime, probe) = runtime(Fate::Well);
                for result in [
                    runtime.run($pipelines::strict, batch([])).await,
                    runtime.run($pipelines::quorum, batch([])).await,
                    runtime.run($pipelines::share, batch([])).await,
                    runtime.run($pipelines::settled, batch([])).await,
                ] {
                    let error = reread(&result.expect_err("there is nothing to fan out"));
                    assert!(matches!(error.kind(), ErrorKind::EmptyFanOut { .. }), "{error}");
                    assert_eq!((error.agent(), error.task()), ("plan", None));
                }
                assert_eq!(probe.started(), 0);
            });
        }

        #[test]
        fn five_of_five_are_a_success_without_a_warning() {
            on_both(|| async {
                let (runtime, _) = runtime(Fate::Well);
                for result in [
                    runtime.run($pipelines::strict, batch([Fate::Well; 5])).await,
                    runtime.run($pipelines::quorum, batch([Fate::Well; 5])).await,
                    runtime.run($pipelines::share, batch([Fate::Well; 5])).await,
                    runtime.run($pipelines::settled, batch([Fate::Well; 5])).await,
                ] {
                    let count = result.expect("all is well");
                    assert_eq!(count.payload.indices, [0, 1, 2, 3, 4]);
                    assert_eq!(count.confidence.get(), 1.0);
                    assert!(count.warnings.is_empty(), "{:?}", count.warnings);
                }
            });
        }
    };
}

mod typed_workers {
    use super::*;
    rows! { "typed", of_typed, TYPED }
}

mod raw_workers {
    use super::*;
    rows! { "raw", of_raw, RAW }
}
