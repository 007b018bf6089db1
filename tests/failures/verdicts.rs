//! What an agent's error says of another attempt.

use super::support::{Log, paused};
use handoff::prelude::*;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
#[derive(PartialEq)]
pub struct Plan {
    #[check(len(1..))]
    pub steps: Vec<String>,
}

/// What each attempt does, and how long after the first it began, and with how many violations.
#[derive(Clone, Debug, Default, FromRef)]
pub struct Script {
    answers: Arc<Mutex<Vec<Answer>>>,
    seen: Seen,
}

type Seen = Arc<Mutex<Vec<(Instant, usize)>>>;

#[contract]
#[derive(Copy, PartialEq)]
pub enum Answer {
    Well,
    /// A text that is no plan, parsed in the agent.
    NoPlan,
    /// The same, in an error of its own.
    NoPlanWrapped,
    Status500,
    Status401,
    /// The same, in an `io::Error`.
    Status401InIo,
    Cut,
    /// Asks to wait so many milliseconds.
    Busy(u64),
    /// Hangs.
    Hang,
}

#[derive(Debug)]
struct Wrapped(ContractViolation);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the model's answer")
    }
}

impl Error for Wrapped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[derive(Debug)]
struct Status(u16, Verdict);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the provider answered {}", self.0)
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.1)
    }
}

async fn answer(cx: &Context, script: &Script) -> Result<Plan, BoxError> {
    script.seen.lock().expect("no panic").push((Instant::now(), cx.violations().len()));
    let answer = script.answers.lock().expect("no panic").pop().expect("one for each attempt");
    match answer {
        Answer::Well => Ok(Plan { steps: vec!["look".into()] }),
        Answer::NoPlan => Ok(Plan::parse(r#"{"steps": []}"#)?),
        Answer::NoPlanWrapped => Err(Wrapped(Plan::parse(r#"{"steps": []}"#).unwrap_err()).into()),
        Answer::Status500 => Err("the provider answered 500".into()),
        Answer::Status401 => Err(Status(401, Verdict::Final).into()),
        Answer::Status401InIo => Err(io::Error::other(Verdict::Final.on("the provider answered 401")).into()),
        Answer::Cut => Err(Verdict::Truncated(FinishReason::Length).on("too long")),
        Answer::Busy(ms) => Err(Verdict::After(Duration::from_millis(ms)).on("the provider answered 429")),
        Answer::Hang => std::future::pending().await,
    }
}

#[agent(retries = 3, timeout = "1s")]
async fn plan(_: String, cx: Context, State(script): State<Script>) -> Result<Plan, BoxError> {
    answer(&cx, &script).await
}

#[agent(retries = 3, timeout = "none")]
async fn start(goal: String, cx: Context, State(script): State<Script>) -> Result<Plan, BoxError> {
    let _ = cx;
    let runtime = Runtime::builder().state(script).backoff(SHORT).build();
    Ok(runtime.run(whole, goal).await?.payload)
}

#[agent(timeout = "none")]
async fn slow(_: String) -> u8 {
    sleep(Duration::from_mins(30)).await;
    1
}

pipeline! { pub whole(String) -> Plan { plan } }
pipeline! { pub outer(String) -> Plan { start } }
pipeline! { pub beside(String) -> (Plan, u8) { join(plan, slow) } }

const SHORT: Backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(10));

struct Told {
    outcome: Result<Envelope<Plan>, PipelineError>,
    /// How many violations each attempt has seen.
    violations: Vec<usize>,
    /// How long after the one before each attempt began.
    pauses: Vec<Duration>,
    log: Vec<String>,
}

fn script(answers: &[Answer]) -> (Script, Log, Runtime<Script>) {
    let script = Script::default();
    *script.answers.lock().expect("no panic") = answers.iter().rev().copied().collect();
    let log = Log::default();
    let runtime = Runtime::builder().state(script.clone()).observer(log.clone()).backoff(SHORT).build();
    (script, log, runtime)
}

async fn run(answers: &[Answer]) -> Told {
    let (script, log, runtime) = script(answers);
    let outcome = runtime.run(whole, "goal".into()).await;
    let seen = script.seen.lock().expect("no panic");
    Told {
        outcome,
        violations: seen.iter().map(|(_, violations)| *violations).collect(),
        pauses: seen.windows(2).map(|two| two[1].0 - two[0].0).collect(),
        log: log.of("failed"),
    }
}

#[test]
fn what_is_final_is_asked_once() {
    paused().block_on(async {
        for (answer, message) in [
            (Answer::Status401, "pipeline `whole`, agent `plan`: the provider answered 401"),
            (Answer::Status401InIo, "pipeline `whole`, agent `plan`: the provider answered 401"),
        ] {
            let told = run(&[answer]).await;
            let error = told.outcome.expect_err("it is refused");
            assert_eq!((error.to_string().as_str(), error.warnings().len()), (message, 0));
            assert!(matches!(error.kind(), ErrorKind::Agent(_)) && !error.kind().is_retryable());
            assert_eq!(told.log, ["failed plan 1 agent over"]);
        }
        let told = run(&[Answer::Status500, Answer::Status401]).await;
        assert_eq!(told.log, ["failed plan 1 agent again", "failed plan 2 agent over"]);
    });
}

#[test]
fn a_contract_broken_in_the_agent_is_one_that_the_next_attempt_hears_of() {
    paused().block_on(async {
        for answer in [Answer::NoPlan, Answer::NoPlanWrapped] {
            let told = run(&[answer, Answer::Status500, Answer::Hang, Answer::Well]).await;
            assert!(told.outcome.is_ok());
            assert_eq!(told.violations, [0, 1, 1, 1], "not forgotten because something else came in between");
            assert_eq!(told.log[0], "failed plan 1 contract again");
        }
        let told = run(&[Answer::NoPlan; 4]).await;
        let error = told.outcome.expect_err("four times");
        let ErrorKind::Contract(violation) = error.kind() else { panic!("{error}") };
        assert_eq!(violation.violations()[0].pointer.to_string(), "/steps");
    });
}

#[test]
fn a_reply_that_was_cut_off_is_truncated() {
    paused().block_on(async {
        let told = run(&[Answer::Cut; 4]).await;
        let error = told.outcome.expect_err("four times");
        assert!(matches!(error.kind(), ErrorKind::Truncated { finish: FinishReason::Length }), "{error}");
    });
}

#[test]
fn a_busy_provider_is_asked_again_when_it_said() {
    paused().block_on(async {
        // Longer than the timeout of an attempt, then shorter than the backoff.
        let told = run(&[Answer::Busy(7_000), Answer::Busy(1), Answer::Well]).await;
        let warnings = told.outcome.expect("in the end").warnings;
        assert_eq!(warnings[0].to_string(), "agent `plan`: attempt 1 failed: the provider answered 429");
        assert!(told.pauses[0] >= Duration::from_secs(7) && told.pauses[0] < Duration::from_secs(8));
        assert!(told.pauses[1] >= Duration::from_millis(5), "{:?}", told.pauses);
    });
}

#[test]
fn a_pause_is_bounded() {
    paused().block_on(async {
        let day = 24 * 60 * 60 * 1000;
        let told = run(&[Answer::Busy(day), Answer::Well]).await;
        assert!(told.outcome.is_ok());
        assert!(told.pauses[0] <= Verdict::LONGEST_PAUSE + Duration::from_secs(1), "{:?}", told.pauses);

        let (_, _, runtime) = script(&[Answer::Busy(day)]);
        let started = Instant::now();
        let limit = Duration::from_mins(10);
        let error = runtime.run(whole, "goal".into()).deadline(limit).await.expect_err("no time");
        assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
        assert!(started.elapsed() <= limit + Duration::from_secs(1));

        // A run may have more time than the longest pause.
        let (script, _, runtime) = script(&[Answer::Busy(15 * 60 * 1000), Answer::Well]);
        runtime.run(beside, "goal".into()).deadline(Duration::from_hours(1)).await.expect("there is time");
        let seen = script.seen.lock().expect("no panic");
        assert!(seen[1].0 - seen[0].0 >= Duration::from_mins(15));
    });
}

#[test]
fn what_is_final_in_a_run_is_final_for_the_agent_that_started_it() {
    paused().block_on(async {
        for (answers, attempts) in [(&[Answer::Status401][..], 1), (&[Answer::NoPlan; 16], 16)] {
            let (script, log, runtime) = script(answers);
            let error = runtime.run(outer, "goal".into()).await.expect_err("it is refused");
            assert!(matches!(error.kind(), ErrorKind::Agent(_)), "{error}");
            assert_eq!(script.seen.lock().expect("no panic").len(), attempts);
            assert_eq!(log.of("failed start").len(), if attempts == 1 { 1 } else { 4 });
        }
    });
}

#[test]
fn a_verdict_does_not_show() {
    let error = Status(429, Verdict::After(Duration::from_secs(1)));
    assert!(matches!(Verdict::of(&error), Some(Verdict::After(_))));
    let kind = ErrorKind::Agent(error.into());
    assert_eq!(kind.to_string(), "the provider answered 429");
    assert!(Verdict::of(&io::Error::other("nothing")).is_none());
}
