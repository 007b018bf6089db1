//! Barriers against a reference model, under arbitrary interleavings of success, failure, panic
//! and timeout, on a clock that jumps.

use super::support::{Probe, paused};
use handoff::prelude::*;
use proptest::prelude::*;
use std::time::Duration;
use tokio::time::sleep;

#[contract]
#[derive(Copy, PartialEq)]
pub enum End {
    Success,
    Failure,
    Panic,
    /// Runs into the timeout, whatever the task's own time is.
    Hang,
    Drift,
}

#[contract]
#[derive(Copy)]
pub struct Task {
    pub index: usize,
    pub after_ms: u64,
    pub end: End,
}

#[contract]
pub struct Tasks {
    pub tasks: Vec<Task>,
}

#[contract]
pub struct Done {
    #[check(range(0..=99))]
    pub index: usize,
}

const TIMEOUT_MS: u64 = 25;

#[agent(timeout = "25ms")]
async fn act(task: Task, State(probe): State<Probe>) -> Result<Done, &'static str> {
    let _guard = probe.enter();
    if task.after_ms > 0 {
        sleep(Duration::from_millis(task.after_ms)).await;
    }
    match task.end {
        End::Success => Ok(Done { index: task.index }),
        End::Failure => Err("no luck"),
        End::Panic => panic!("out of bounds"),
        End::Hang => std::future::pending().await,
        End::Drift => Ok(Done { index: 100 }),
    }
}

#[agent(role = planner)]
async fn plan(tasks: Tasks) -> Tasks {
    tasks
}

pipeline! { pub all(Tasks) -> Vec<Done> { plan => fan_out(tasks) act => barrier(all) } }
pipeline! { pub two(Tasks) -> Partial<Done> { plan => fan_out(tasks) act => barrier(at_least = 2) } }
pipeline! { pub share(Tasks) -> Partial<Done> { plan => fan_out(tasks) act => barrier(at_least = 60%) } }
pipeline! { pub settled(Tasks) -> Partial<Done> { plan => fan_out(tasks) act => barrier(settled) } }

fn kind_of(end: End) -> &'static str {
    match end {
        End::Success => "",
        End::Failure => "agent",
        End::Panic => "panicked",
        End::Hang => "timed_out",
        End::Drift => "contract",
    }
}

fn ends_at(task: &Task) -> u64 {
    if task.end == End::Hang { TIMEOUT_MS } else { task.after_ms }
}

/// What becomes of a fan-out that needs so many successes: who succeeded, who failed, and at the
/// fault of which task the barrier failed, if it did.
fn model(tasks: &[Task], needed: usize) -> (Vec<usize>, Vec<usize>, Option<usize>) {
    for now in 0..=TIMEOUT_MS {
        let ended = |ok: bool| {
            tasks.iter().filter(move |task| ends_at(task) <= now && ok == (task.end == End::Success))
        };
        let index = |task: &Task| task.index;
        let (good, bad): (Vec<_>, Vec<_>) =
            (ended(true).map(index).collect(), ended(false).map(index).collect());
        if tasks.len() - bad.len() < needed {
            let decisive = bad.first().copied();
            return (good, bad, decisive);
        } else if good.len() + bad.len() == tasks.len() {
            return (good, bad, None);
        }
    }
    unreachable!("everything has ended when the last timeout has passed")
}

fn seen(partial: &Partial<Done>) -> (Vec<usize>, Vec<(usize, String)>) {
    let results = partial.results().map(|done| done.index).collect();
    (results, partial.failures().map(|failure| (failure.task, failure.kind.clone())).collect())
}

async fn holds(tasks: &[Task]) -> Result<(), TestCaseError> {
    let probe = Probe::default();
    let runtime = Runtime::builder().state(probe.clone()).tokens(handoff::budget::Utf8Bytes).build();
    let input = || Tasks { tasks: tasks.to_vec() };
    let kinds = |bad: &[usize]| -> Vec<_> {
        bad.iter().map(|task| (*task, kind_of(tasks[*task].end).to_owned())).collect()
    };
    #[allow(clippy::cast_precision_loss)] // at most eight
    let ratio = |good: &[usize]| good.len() as f64 / tasks.len() as f64;

    let (good, bad, decisive) = model(tasks, tasks.len());
    match (runtime.run(all, input()).await, decisive) {
        (Ok(done), None) => {
            prop_assert!(done.payload.iter().map(|done| done.index).eq(good));
            prop_assert_eq!(done.confidence.get(), 1.0);
        }
        (Err(error), Some(decisive)) => {
            prop_assert_eq!(error.task(), Some(decisive));
            prop_assert_eq!(error.kind().as_str(), kind_of(tasks[decisive].end));
            let finished = error.finished::<Done>().expect("what had finished");
            prop_assert_eq!(seen(finished), (good, kinds(&bad)));
        }
        (outcome, decisive) => prop_assert!(false, "{:?} where the model says {:?}", outcome, decisive),
    }
    prop_assert_eq!(probe.alive(), 0);

    let sixty = (tasks.len() * 60).div_ceil(100);
    for (needed, outcome) in [
        (2, runtime.run(two, input()).await),
        (sixty, runtime.run(share, input()).await),
        (0, runtime.run(settled, input()).await),
    ] {
        prop_assert_eq!(probe.alive(), 0);
        if needed > tasks.len() {
            let error = outcome.expect_err("it cannot succeed");
            let nothing_started = matches!(error.kind(), ErrorKind::Barrier { succeeded: 0, failures, .. } if failures.is_empty());
            prop_assert!(nothing_started, "{}", error);
            continue;
        }
        let (good, bad, decisive) = model(tasks, needed);
        match (outcome, decisive) {
            (Ok(some), None) => {
                prop_assert_eq!(seen(&some.payload), (good.clone(), kinds(&bad)));
                prop_assert_eq!(some.payload.total(), tasks.len());
                prop_assert!((some.confidence.get() - ratio(&good)).abs() < 1e-12);
            }
            (Err(error), Some(_)) => {
                let ErrorKind::Barrier { succeeded, needed: asked, total, failures } = error.kind() else {
                    return Err(TestCaseError::fail(error.to_string()));
                };
                prop_assert_eq!((*succeeded, *asked, *total), (good.len(), needed, tasks.len()));
                prop_assert_eq!(failures.len(), bad.len());
                let finished = error.finished::<Done>().expect("what had finished");
                prop_assert_eq!(seen(finished), (good, kinds(&bad)));
            }
            (outcome, decisive) => prop_assert!(false, "{:?} where the model says {:?}", outcome, decisive),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn barriers_do_what_the_model_says(
        ends in prop::collection::vec(
            (
                prop_oneof![Just(0_u64), Just(10), Just(20)],
                prop_oneof![
                    4 => Just(End::Success),
                    1 => Just(End::Failure),
                    1 => Just(End::Panic),
                    1 => Just(End::Hang),
                    1 => Just(End::Drift),
                ],
            ),
            1..9,
        ),
    ) {
        let tasks: Vec<_> = ends
            .into_iter()
            .enumerate()
            .map(|(index, (after_ms, end))| Task { index, after_ms, end })
            .collect();
        paused().block_on(holds(&tasks))?;
    }
}
