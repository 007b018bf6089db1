//! Which attempts are made again, and what the next one knows of the last.

use super::support::{Log, Probe, on_both, paused};
use handoff::prelude::*;
use handoff::{Backoff, Limits};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Well,
    Error,
    Panic,
    Hang,
    Drift,
    Cut,
    /// More tokens than the agent may output.
    Long,
    /// More bytes than the runtime allows.
    Huge,
}

/// What happens at the first attempt, the second, and so on.
#[contract]
pub struct Script {
    pub fates: Vec<Fate>,
}

#[contract]
pub struct Answer {
    #[check(len(2..))]
    pub text: String,
}

/// What each attempt saw: its number, the violations of the last, when it was made.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<Attempt>>>);

type Attempt = (u32, Vec<String>, Instant);

impl Seen {
    fn attempts(&self) -> Vec<(u32, Vec<String>)> {
        let seen = self.0.lock().expect("nobody panicked here");
        seen.iter().map(|(attempt, violations, _)| (*attempt, violations.clone())).collect()
    }

    fn pauses(&self) -> Vec<Duration> {
        let seen = self.0.lock().expect("nobody panicked here");
        seen.windows(2).map(|two| two[1].2 - two[0].2).collect()
    }
}

#[derive(Clone, FromRef)]
struct App {
    seen: Seen,
    probe: Probe,
}

#[agent(output = Answer, retries = 3, timeout = "1s", max_output_tokens = 50)]
async fn act(
    script: Script,
    cx: Context,
    State(seen): State<Seen>,
    State(probe): State<Probe>,
) -> Result<Reply, String> {
    let _guard = probe.enter();
    let violations = cx.violations().iter().map(|violation| violation.pointer.to_string()).collect();
    seen.0.lock().expect("nobody panicked here").push((cx.attempt(), violations, Instant::now()));
    cx.warn(format!("this is attempt {}", cx.attempt()));
    let fate = script.fates.get(cx.attempt() as usize - 1).copied().unwrap_or(Fate::Well);
    match fate {
        Fate::Well => Ok(Reply::new(r#"{"text":"well"}"#)),
        Fate::Error => Err("no connection".into()),
        Fate::Panic => panic!("out of bounds"),
        Fate::Hang => std::future::pending().await,
        Fate::Drift => Ok(Reply::new(r#"{"text":"w"}"#)),
        Fate::Cut => Ok(Reply::new(r#"{"text":"well"}"#).finish(FinishReason::Length)),
        Fate::Long => Ok(Reply::new(format!(r#"{{"text":"{}"}}"#, "one two ".repeat(100)))),
        Fate::Huge => Ok(Reply::new(format!(r#"{{"text":"{}"}}"#, "a".repeat(100_000)))),
    }
}

#[agent(input_budget = 3)]
async fn narrow(answer: Answer) -> Answer {
    answer
}

pipeline! { pub stubborn(Script) -> Answer { act } }
/// Nothing is declared of its output, so that it compiles.
#[agent(retries = 3)]
async fn talk(_script: Script, State(probe): State<Probe>) -> Answer {
    probe.enter().end();
    Answer { text: "too long for the next agent".into() }
}

pipeline! { pub narrowing(Script) -> Answer { talk => narrow } }

struct Setup {
    runtime: Runtime<App>,
    seen: Seen,
    probe: Probe,
    log: Log,
}

fn setup(backoff: Backoff) -> Setup {
    let (seen, probe, log) = (Seen::default(), Probe::default(), Log::default());
    let runtime = Runtime::builder()
        .state(App { seen: seen.clone(), probe: probe.clone() })
        .observer(log.clone())
        .limits(Limits::default().payload_bytes(50_000))
        .backoff(backoff)
        .build();
    Setup { runtime, seen, probe, log }
}

fn quick() -> Setup {
    setup(Backoff::new(Duration::from_millis(2), Duration::from_millis(2)))
}

fn script(fates: &[Fate]) -> Script {
    Script { fates: fates.to_vec() }
}

#[test]
fn what_may_end_otherwise_is_tried_again() {
    // On a clock that jumps, so that the attempt that hangs takes no second.
    paused().block_on(async {
        for (fate, kind) in [
            (Fate::Error, "agent"),
            (Fate::Hang, "timed_out"),
            (Fate::Drift, "contract"),
            (Fate::Cut, "truncated"),
            (Fate::Long, "over_budget"),
            (Fate::Huge, "limit_exceeded"),
        ] {
            let Setup { runtime, seen, probe, log } = quick();
            let answer =
                runtime.run(stubborn, script(&[fate, fate])).await.expect("the third attempt is well");
            assert_eq!(answer.payload.text, "well");
            let broken = if fate == Fate::Drift { vec!["/text".to_owned()] } else { vec![] };
            assert_eq!(seen.attempts(), [(1, vec![]), (2, broken.clone()), (3, broken)], "{fate:?}");
            assert_eq!(
                log.of("failed"),
                [format!("failed act 1 {kind} again"), format!("failed act 2 {kind} again")]
            );
            // Nothing is retried in silence, and what attempts said is kept in its order.
            let warnings: Vec<_> =
                answer.warnings.iter().map(|warning| warning.message.to_string()).collect();
            assert_eq!(warnings.len(), 5, "{warnings:?}");
            assert_eq!(warnings[0], "this is attempt 1");
            assert!(warnings[1].starts_with("attempt 1 failed: "), "{warnings:?}");
            assert_eq!(warnings[4], "this is attempt 3");
            assert_eq!(probe.alive(), 0);
        }
    });
}

#[test]
fn what_cannot_end_otherwise_is_not() {
    on_both(|| async {
        let Setup { runtime, seen, log, .. } = quick();
        let error = runtime.run(stubborn, script(&[Fate::Panic])).await.expect_err("it panicked");
        assert!(
            matches!(error.kind(), ErrorKind::Panicked { message } if message == "out of bounds"),
            "{error}"
        );
        assert_eq!(seen.attempts().len(), 1);
        assert_eq!(log.of("failed"), ["failed act 1 panicked over"]);
        assert_eq!(error.warnings().len(), 1, "{:?}", error.warnings());

        // The receiver's budget is not the producer's fault.
        let Setup { runtime, probe, .. } = quick();
        let error = runtime.run(narrowing, script(&[])).await.expect_err("it does not fit");
        assert!(matches!(error.kind(), ErrorKind::OverBudget { budget: 3, exact: true, .. }), "{error}");
        assert_eq!((error.agent(), probe.started()), ("narrow", 1));
    });
}

#[test]
fn a_panic_ends_the_attempts_and_keeps_their_warnings() {
    on_both(|| async {
        let Setup { runtime, seen, .. } = quick();
        let error = runtime.run(stubborn, script(&[Fate::Drift, Fate::Error, Fate::Panic])).await;
        let error = error.expect_err("it panicked");
        assert!(matches!(error.kind(), ErrorKind::Panicked { .. }));
        // The first one's violations are not forgotten over an error.
        let text = || vec!["/text".to_owned()];
        assert_eq!(seen.attempts(), [(1, vec![]), (2, text()), (3, text())]);
        let warnings: Vec<_> = error.warnings().iter().map(|warning| &*warning.message).collect();
        assert_eq!(warnings.len(), 5, "{warnings:?}");
        assert_eq!(warnings[3], "attempt 2 failed: no connection");
    });
}

#[test]
fn retries_run_out() {
    paused().block_on(async {
        for fate in [Fate::Error, Fate::Hang, Fate::Drift, Fate::Cut, Fate::Long] {
            let Setup { runtime, seen, log, .. } = quick();
            let error = runtime.run(stubborn, script(&[fate; 9])).await.expect_err("all attempts failed");
            assert_eq!(seen.attempts().len(), 4, "retries are beyond the first attempt");
            let kind = error.kind().as_str();
            assert_eq!(log.of("failed").last(), Some(&format!("failed act 4 {kind} over")));
            assert_eq!(error.warnings().len(), 4 + 3, "{:?}", error.warnings());
            assert_eq!((error.agent(), error.pipeline(), error.task()), ("act", "stubborn", None));
        }
    });
}

#[test]
fn pauses_double_up_to_a_bound_with_jitter() {
    paused().block_on(async {
        let ms = Duration::from_millis;
        let mut firsts = Vec::new();
        for _ in 0..40 {
            let Setup { runtime, seen, .. } = setup(Backoff::new(ms(200), ms(500)));
            runtime.run(stubborn, script(&[Fate::Error; 9])).await.expect_err("all attempts failed");
            let pauses = seen.pauses();
            assert_eq!(pauses.len(), 3);
            for (pause, bound) in pauses.iter().zip([200, 400, 500]) {
                // Tokio's timers have a millisecond's grain.
                assert!((ms(bound / 2)..=ms(bound + 1)).contains(pause), "{pause:?} of {bound} ms");
            }
            firsts.push(pauses[0]);
        }
        firsts.sort();
        assert!(firsts[39] > firsts[0] + ms(20), "forty pauses, and no jitter: {firsts:?}");
    });
}

#[test]
fn a_timeout_is_for_one_attempt() {
    paused().block_on(async {
        let Setup { runtime, seen, probe, .. } = quick();
        let started = Instant::now();
        let error = runtime.run(stubborn, script(&[Fate::Hang; 4])).await.expect_err("it hangs");
        assert!(matches!(error.kind(), ErrorKind::TimedOut { after } if *after == Duration::from_secs(1)));
        assert!(started.elapsed() >= Duration::from_secs(4));
        assert!(started.elapsed() < Duration::from_millis(4_100));
        assert_eq!((seen.attempts().len(), probe.alive()), (4, 0));
    });
}

/// Counts how often it is cloned.
#[derive(Default)]
struct Resource(Arc<std::sync::atomic::AtomicUsize>);

impl Clone for Resource {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

#[derive(FromRef)]
struct Resources {
    resource: Resource,
}

#[agent(retries = 2)]
async fn take((): (), State(_): State<Resource>) -> Result<(), &'static str> {
    Err("no luck")
}

pipeline! { pub takes(()) -> () { take } }

#[test]
fn each_attempt_has_a_clone_of_what_it_takes() {
    paused().block_on(async {
        let resource = Resource::default();
        let clones = Arc::clone(&resource.0);
        let runtime = Runtime::builder().state(Resources { resource }).build();
        runtime.run(takes, ()).await.expect_err("it always fails");
        assert_eq!(clones.load(std::sync::atomic::Ordering::Relaxed), 3);
    });
}
