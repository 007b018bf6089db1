//! Barriers against a reference model, under arbitrary interleavings of success, failure, panic,
//! timeout, drift and cancellation, with deadlines and recovery, on a clock that jumps.

use super::support::{Probe, paused};
use handoff::prelude::*;
use proptest::prelude::*;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

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
    /// Made of a failure.
    pub made: bool,
}

const TIMEOUT_MS: u64 = 25;

#[agent(timeout = "25ms")]
async fn act(task: Task, State(probe): State<Probe>) -> Result<Done, &'static str> {
    let _guard = probe.enter();
    if task.after_ms > 0 {
        sleep(Duration::from_millis(task.after_ms)).await;
    }
    match task.end {
        End::Success => Ok(Done { index: task.index, made: false }),
        End::Failure => Err("no luck"),
        End::Panic => panic!("out of bounds"),
        End::Hang => std::future::pending().await,
        End::Drift => Ok(Done { index: 100, made: false }),
    }
}

#[agent(role = planner)]
async fn plan(tasks: Tasks) -> Tasks {
    tasks
}

fn make(task: &Task, failure: &TaskFailure) -> Done {
    assert_eq!((failure.task, &*failure.kind), (task.index, kind_of(task.end)));
    Done { index: task.index, made: true }
}

/// Before any task ends at 20 ms, and before a timeout.
const DEADLINE_MS: u64 = 15;

macro_rules! pipelines {
    ($($name:ident -> $output:ty: ($($options:tt)*) ($($rule:tt)*);)*) => {
        $(pipeline! { pub $name(Tasks) -> $output {
            plan => fan_out(tasks $($options)*) act => barrier($($rule)*)
        } })*
    };
}

pipelines! {
    all -> Vec<Done>: () (all);
    all_by -> Vec<Done>: () (all, deadline = "15ms");
    all_made -> Vec<Done>: (, recover = make) (all);
    all_made_by -> Vec<Done>: (, recover = make) (all, deadline = "15ms");
    two -> Partial<Done>: () (at_least = 2);
    two_by -> Partial<Done>: () (at_least = 2, deadline = "15ms");
    share -> Partial<Done>: () (at_least = 60%);
    share_made -> Partial<Done>: (, recover = make) (at_least = 60%);
    first -> Partial<Done>: () (first = 2);
    first_by -> Partial<Done>: () (first = 2, deadline = "15ms");
    first_made -> Partial<Done>: (, recover = make) (first = 2);
    settled -> Partial<Done>: () (settled);
    settled_by -> Partial<Done>: () (settled, deadline = "15ms");
    settled_made_by -> Partial<Done>: (, recover = make) (settled, deadline = "15ms");
}

fn kind_of(end: End) -> &'static str {
    match end {
        End::Success => "",
        End::Failure => "agent",
        End::Panic => "panicked",
        End::Hang => "timed_out",
        End::Drift => "contract",
    }
}

/// What is asked of a fan-out.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    needed: usize,
    first: bool,
    by: Option<u64>,
    made: bool,
    /// Whether successes are counted, of which what `recover` made is none.
    counts: bool,
}

/// What becomes of one: successes, what was made of failures, failures with their kinds, the task at whose fault it failed, and
/// when that was known.
#[derive(Debug, Default)]
struct Outcome {
    good: Vec<usize>,
    made: Vec<usize>,
    bad: Vec<(usize, String)>,
    decisive: Option<usize>,
    at: u64,
}

/// The reference model.
fn model(tasks: &[Task], asked: Asked) -> Outcome {
    let mut outcome = Outcome::default();
    for now in 0..=TIMEOUT_MS {
        let ends_at = |task: &Task| if task.end == End::Hang { TIMEOUT_MS } else { task.after_ms };
        for Task { index, end, .. } in tasks.iter().filter(|task| ends_at(task) == now) {
            match *end {
                End::Success => outcome.good.push(*index),
                _ if asked.made => outcome.made.push(*index),
                end => outcome.bad.push((*index, kind_of(end).into())),
            }
        }
        let ended = outcome.good.len() + outcome.made.len() + outcome.bad.len();
        let is_first = asked.first && outcome.good.len() >= asked.needed;
        let mut is_over = is_first || ended == tasks.len();
        let lost = |outcome: &Outcome| outcome.bad.len() + if asked.counts { outcome.made.len() } else { 0 };
        if is_first {
            outcome.good.truncate(asked.needed);
        } else if !is_over && tasks.len() - lost(&outcome) >= asked.needed && asked.by == Some(now) {
            let late = tasks.iter().filter(|task| ends_at(task) > now);
            outcome.bad.extend(late.map(|task| (task.index, "deadline".into())));
            is_over = true;
        }
        outcome.bad.sort();
        if !is_first && tasks.len() - lost(&outcome) < asked.needed {
            outcome.decisive = outcome.bad.first().map(|(index, _)| *index).or(outcome.made.first().copied());
        }
        if is_over || outcome.decisive.is_some() {
            outcome.good.sort_unstable();
            outcome.made.sort_unstable();
            return Outcome { at: now, ..outcome };
        }
    }
    unreachable!("everything has ended when the last timeout has passed")
}

/// What is compared of both kinds of payload.
trait Seen {
    fn seen(&self) -> (Vec<Done>, Vec<(usize, String)>, usize);
}

impl Seen for Vec<Done> {
    fn seen(&self) -> (Vec<Done>, Vec<(usize, String)>, usize) {
        (self.clone(), Vec::new(), self.len())
    }
}

impl Seen for Partial<Done> {
    fn seen(&self) -> (Vec<Done>, Vec<(usize, String)>, usize) {
        let failures = self.failures().map(|failure| (failure.task, failure.kind.clone()));
        (self.results().cloned().collect(), failures.collect(), self.total())
    }
}

fn indices(done: &[Done]) -> Vec<usize> {
    done.iter().map(|done| done.index).collect()
}

#[allow(clippy::cast_precision_loss)] // at most eight
fn is_as_modelled<T: Seen>(
    tasks: &[Task],
    asked: Asked,
    result: Result<Envelope<T>, PipelineError>,
) -> Result<(), TestCaseError> {
    let Outcome { good, made, bad, decisive, .. } = model(tasks, asked);
    let mut all: Vec<_> = good.iter().chain(&made).copied().collect();
    all.sort_unstable();
    match (result, decisive) {
        (Ok(envelope), None) => {
            let (results, failures, total) = envelope.payload.seen();
            prop_assert_eq!(indices(&results), all.clone());
            prop_assert_eq!(failures, bad.clone());
            prop_assert_eq!(total, tasks.len());
            for done in &results {
                prop_assert_eq!(done.made, tasks[done.index].end != End::Success);
            }
            let real = results.iter().filter(|done| !done.made).count();
            let ratio = real as f64 / (all.len() + bad.len()) as f64;
            prop_assert!((envelope.confidence.get() - ratio).abs() < 1e-12, "{}", envelope.confidence);
            let said = |what: &str| -> usize {
                let said = envelope.warnings.iter().filter(|warning| warning.message.contains(what));
                said.map(|warning| warning.count).sum()
            };
            prop_assert!(said("`recover` stood in") >= results.len() - real, "{:?}", envelope.warnings);
            prop_assert_eq!(said("tasks failed"), usize::from(!bad.is_empty()));
        }
        (Err(error), Some(decisive)) => {
            if asked.needed == tasks.len() && error.task().is_some() {
                prop_assert_eq!(error.task(), Some(decisive));
                let kind = bad.iter().find(|(index, _)| *index == decisive).map(|(_, kind)| &**kind);
                prop_assert_eq!(Some(error.kind().as_str()), kind);
            } else {
                let ErrorKind::Barrier { succeeded, needed, total, failures, .. } = error.kind() else {
                    return Err(TestCaseError::fail(error.to_string()));
                };
                prop_assert_eq!((*succeeded, *needed, *total), (good.len(), asked.needed, tasks.len()));
                prop_assert_eq!(failures.len(), bad.len() + made.len());
            }
            let (results, failures, _) = error.finished::<Done>().expect("what had finished").seen();
            prop_assert_eq!((indices(&results), failures), (all, bad));
        }
        (Err(error), None) => prop_assert!(false, "{} where the model has a success", error),
        (Ok(_), Some(decisive)) => prop_assert!(false, "a success where task {} decides", decisive),
    }
    Ok(())
}

async fn holds(tasks: &[Task], cut: u64) -> Result<(), TestCaseError> {
    let probe = Probe::default();
    let runtime = Runtime::builder().state(probe.clone()).tokens(handoff::budget::Utf8Bytes).build();
    let input = || Tasks { tasks: tasks.to_vec() };
    let (needed, sixty) = (tasks.len(), (tasks.len() * 60).div_ceil(100));
    let (by, made) = (Some(DEADLINE_MS), true);
    macro_rules! check {
        ($($name:ident: $asked:expr;)*) => { $({
            let asked: Asked = $asked;
            let started = Instant::now();
            let result = runtime.run($name, input()).await;
            prop_assert_eq!(probe.alive(), 0);
            if asked.needed > tasks.len() {
                let error = result.err().map(PipelineError::into_kind);
                let Some(ErrorKind::Barrier { succeeded: 0, failures, .. }) = error else {
                    return Err(TestCaseError::fail("it cannot succeed"));
                };
                prop_assert!(failures.is_empty());
            } else {
                let at = model(tasks, asked).at;
                prop_assert_eq!(started.elapsed().as_millis(), u128::from(at), "{}", stringify!($name));
                is_as_modelled(tasks, asked, result)
                    .map_err(|error| TestCaseError::fail(format!("{}: {error}", stringify!($name))))?;
                // Dropped before it is over, it is gone; after that, nothing changes.
                let run = runtime.run($name, input());
                let result = timeout(Duration::from_millis(cut), run).await;
                prop_assert_eq!(result.is_ok(), at < cut);
                // What is aborted stops at its next chance to run.
                sleep(Duration::from_millis(1)).await;
                prop_assert_eq!(probe.alive(), 0);
            }
        })* };
    }
    check! {
        all: Asked { needed, ..Asked::default() };
        all_by: Asked { needed, by, ..Asked::default() };
        all_made: Asked { needed, made, ..Asked::default() };
        all_made_by: Asked { needed, by, made, ..Asked::default() };
        two: Asked { needed: 2, ..Asked::default() };
        two_by: Asked { needed: 2, by, ..Asked::default() };
        share: Asked { needed: sixty, ..Asked::default() };
        share_made: Asked { needed: sixty, made, counts: true, ..Asked::default() };
        first: Asked { needed: 2, first: true, ..Asked::default() };
        first_by: Asked { needed: 2, first: true, by, ..Asked::default() };
        first_made: Asked { needed: 2, first: true, made, counts: true, ..Asked::default() };
        settled: Asked::default();
        settled_by: Asked { by, ..Asked::default() };
        settled_made_by: Asked { by, made, ..Asked::default() };
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn barriers_do_what_the_model_says(
        cut in prop_oneof![Just(5_u64), Just(12), Just(18)],
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
        paused().block_on(holds(&tasks, cut))?;
    }
}
