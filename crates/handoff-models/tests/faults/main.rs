//! A model over HTTP whose server misbehaves: every run ends in a value of the contract or in an error that says what is
//! wrong, and none hangs.

mod calls;

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use handoff::prelude::*;
use handoff::{AttemptOutcome, Event, TraceId, Usage};
use handoff_models::http::Http;
use handoff_models::testing::{Fault, FaultServer};
use handoff_models::{Model, Prompt};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Longer than any run here takes, on whatever machine.
const NEVER: Duration = Duration::from_mins(5);

/// How long an attempt is waited for whose server may stall, in real time: many times what one takes that does not.
const STALLED: Duration = Duration::from_secs(5);

/// What the server says that a call took.
const USAGE: Usage = Usage::new(11, 7);

const GOOD: &str = r#"{"steps":["look","leap"],"confidence":0.8}"#;
const BROKEN: Fault = Fault::Text(Cow::Borrowed(r#"{"steps":[],"confidence":0.8}"#));

/// Whose API a call is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Api {
    OpenAi,
    Anthropic,
    Gemini,
}

const APIS: [Api; 3] = [Api::OpenAi, Api::Anthropic, Api::Gemini];

fn faults() -> impl Iterator<Item = Fault> + Clone {
    Fault::all().chain([BROKEN])
}

async fn serve(fault: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static) -> FaultServer {
    FaultServer::start(|_| GOOD.to_owned(), fault).await.expect("a port on loopback")
}

#[contract]
pub(crate) struct Plan {
    #[check(len(1..=8))]
    pub(crate) steps: Vec<String>,
    #[confidence]
    pub(crate) confidence: f64,
}

/// Plan this.
#[agent(timeout = "none", retries = 1, max_output_tokens = 500)]
async fn plan(goal: String) -> Prompt<Plan>;

pipeline! { planned(String) -> Plan { plan } }

/// Plan this, however long it takes.
#[agent(timeout = "none")]
async fn plan_slowly(goal: String) -> Prompt<Plan>;

pipeline! { slowly(String) -> Plan { plan_slowly } }

#[derive(Clone, FromRef)]
struct App {
    model: Model,
}

/// What the runs took, and how many attempts have timed out.
#[derive(Clone, Default)]
struct Counted {
    last: Arc<Mutex<Usage>>,
    total: Arc<AtomicU64>,
    timeouts: Arc<AtomicUsize>,
}

impl Observer for Counted {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        match event {
            Event::RunEnded { usage, .. } => {
                *self.last.lock().expect("a lock") = *usage;
                self.total.fetch_add(usage.total(), Ordering::SeqCst);
            }
            Event::AttemptEnded {
                outcome: AttemptOutcome::Failed { error: ErrorKind::TimedOut { .. }, .. },
                ..
            } => {
                self.timeouts.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
    }
}

fn model(server: &FaultServer, api: Api, streaming: bool) -> Model {
    let http = match api {
        Api::OpenAi => Http::openai_compatible(server.base_url(), "m"),
        Api::Anthropic => Http::anthropic("m").base_url(server.base_url()),
        Api::Gemini => Http::gemini("m").base_url(server.base_url()),
    };
    let http = http.key("sk-secret");
    let http = if streaming { http.streaming() } else { http };
    Model::of(http.build().expect("a provider")).in_flight(64).build()
}

fn runtime(server: &FaultServer, api: Api, streaming: bool, counted: &Counted) -> Runtime<App> {
    let model = model(server, api, streaming);
    Runtime::builder().state(App { model }).observer(counted.clone()).build()
}

/// One that gives up on a server that stalls.
fn impatient(server: &FaultServer, api: Api, streaming: bool, counted: &Counted) -> Runtime<App> {
    let model = model(server, api, streaming);
    let runtime = Runtime::builder().state(App { model }).observer(counted.clone());
    runtime.agent::<plan>(|a| a.timeout(STALLED)).build()
}

/// What comes of a fault that is there once: nothing, as a second attempt has its answer; or an error that ends it.
fn ends_it(fault: &Fault, api: Api) -> Option<&'static str> {
    Some(match (fault, api) {
        // Anthropic has one word for both, and Gemini another.
        (Fault::Refusal, Api::OpenAi | Api::Anthropic) | (Fault::ContentFilter, Api::Anthropic) => {
            "the model refused to answer"
        }
        (Fault::ContentFilter, Api::OpenAi | Api::Gemini) | (Fault::Refusal, Api::Gemini) => {
            "the provider's content filter stopped the model's answer"
        }
        (Fault::Unauthorized, _) => "the provider answered 401: Incorrect API key provided: [key]",
        (Fault::Redirect, _) => "the provider answered 302",
        _ => return None,
    })
}

/// What an attempt fails with that meets a fault.
fn said_of(fault: &Fault, streaming: bool) -> &'static str {
    match fault {
        Fault::RateLimited { retry_after: None } => "the provider answered 429: Rate limit reached",
        Fault::ServerError => "the provider answered 500: The server had an error",
        Fault::HtmlPage => "the provider answered 502: <html><body>Bad gateway</body></html>",
        Fault::Stall | Fault::StallHalfway => "timed out after 5s",
        Fault::Close => "the connection to the provider failed",
        Fault::CutOff | Fault::CutOffWhole => "finish reason `length`",
        Fault::Fenced | Fault::Twice => "not valid JSON",
        Fault::Text(_) => "/steps: expected 1 to 8 items, found 0",
        Fault::Empty | Fault::NullContent => "the model answered nothing",
        // A stream is closed as one that is at its end; a body is too short for its length.
        Fault::CloseHalfway if !streaming => "the connection to the provider failed",
        Fault::NoChoices | Fault::NoFinishReason | Fault::CloseHalfway => {
            "the provider's answer cannot be read: it ends without saying why"
        }
        Fault::NoJson => "the provider's answer cannot be read: its body is no JSON",
        Fault::ErrorWithStatus200 => "the provider answered 502: Provider returned error",
        // Waited for in the attempt, which does not fail; or no error of an attempt that has another.
        _ => "",
    }
}

async fn meets(fault: Fault, api: Api, streaming: bool) {
    let met = fault.clone();
    let server = serve(move |call| (call == 0).then(|| met.clone())).await;
    let counted = Counted::default();
    let runtime = match fault {
        Fault::Stall | Fault::StallHalfway => impatient(&server, api, streaming, &counted),
        _ => runtime(&server, api, streaming, &counted),
    };
    let run = timeout(NEVER, runtime.run(planned, "cross the river".to_owned()));
    let outcome = run.await.unwrap_or_else(|_| panic!("{fault:?} hangs"));
    match (outcome, ends_it(&fault, api)) {
        (Ok(plan), None) => {
            assert_eq!((plan.payload.steps.len(), server.calls()), (2, 2), "{fault:?}");
            let warnings = plan.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(warnings.contains(said_of(&fault, streaming)), "{fault:?}: {warnings}");
        }
        (Err(error), Some(said)) => {
            assert_eq!(server.calls(), 1, "{fault:?}: it is not worth another attempt");
            let error = error.to_string();
            assert!(error.contains(said) && !error.contains("secret"), "{fault:?}: {error}");
        }
        (outcome, _) => panic!("{fault:?}: {outcome:?}"),
    }
    // What was answered as a whole is counted, whatever came of it.
    let usage = *counted.last.lock().expect("a lock");
    assert_eq!(usage, server.usage(), "{fault:?} of {api:?}");
}

#[tokio::test]
async fn every_fault_is_an_error_of_its_own_or_is_repaired() {
    let mut all = JoinSet::new();
    for api in APIS {
        for fault in faults() {
            all.spawn(meets(fault.clone(), api, false));
            all.spawn(meets(fault, api, true));
        }
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_repair_is_sent_as_a_conversation() {
    let server = serve(|call| (call == 0).then_some(BROKEN)).await;
    runtime(&server, Api::OpenAi, false, &Counted::default())
        .run(planned, "cross the river".to_owned())
        .await
        .expect("a plan");
    let bodies = server.requests();
    let roles: Vec<_> =
        bodies[1]["messages"].as_array().expect("messages").iter().map(|turn| &turn["role"]).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!(bodies[0]["max_tokens"], 500);
    assert_eq!(bodies[0]["response_format"]["json_schema"]["name"], "Plan");
}

/// A number that looks random.
fn mixed(number: usize) -> u64 {
    let mut mixed = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 27)
}

/// One of so many.
fn drawn(number: usize, of: usize) -> usize {
    usize::try_from(mixed(number) % of as u64).unwrap_or(0)
}

/// A fault for two calls of five.
fn at_random(call: usize) -> Option<Fault> {
    faults().nth(drawn(call, faults().count() * 5 / 2))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_runs_at_once_end_in_a_plan_or_in_an_error_that_says_what_is_wrong() {
    const RUNS: usize = 1_000;

    let server = serve(at_random).await;
    let counted = Counted::default();
    let ways: Vec<_> = APIS.iter().flat_map(|api| [(*api, false), (*api, true)]).collect();
    let runtimes: Vec<_> =
        ways.iter().map(|(api, streaming)| impatient(&server, *api, *streaming, &counted)).collect();
    let mut all = JoinSet::new();
    for run in 0..RUNS {
        let way = drawn(run, ways.len());
        let runtime = runtimes[way].clone();
        all.spawn(async move { (way, timeout(NEVER, runtime.run(planned, format!("goal {run}"))).await) });
    }
    // How many plans and errors there are of each way.
    let mut ends = vec![(0_usize, 0_usize); ways.len()];
    while let Some(outcome) = all.join_next().await {
        let (way, outcome) = outcome.expect("no panic");
        let (api, streaming) = ways[way];
        match outcome.expect("none hangs") {
            Ok(plan) => {
                assert_eq!(plan.payload.steps, ["look", "leap"]);
                ends[way].0 += 1;
            }
            Err(error) => {
                let error = error.to_string();
                let known = faults().any(|fault| {
                    let said = ends_it(&fault, api).unwrap_or_else(|| said_of(&fault, streaming));
                    !said.is_empty() && error.contains(said)
                });
                let broken = error.contains("the connection to the provider failed");
                assert!(known || broken || error.contains("429"), "{api:?}, {streaming}: {error}");
                ends[way].1 += 1;
            }
        }
    }
    assert_eq!(ends.iter().map(|(plans, errors)| plans + errors).sum::<usize>(), RUNS);
    assert!(ends.iter().all(|(plans, errors)| *plans > 0 && *errors > 0), "{ends:?}");
    // What was answered as a whole is counted, and nothing else; an answer that nobody waited for any more, since this
    // machine was too slow for it, is not.
    let too_slow = counted.timeouts.load(Ordering::SeqCst) - server.stalled();
    let missing = server.usage().total() - counted.total.load(Ordering::SeqCst);
    assert!(
        missing <= too_slow as u64 * USAGE.total(),
        "{missing} tokens are missing, {too_slow} were too slow"
    );
}

/// The most that is read of an answer.
const MOST_BYTES: usize = 16 << 20;

/// OpenAI's answer with a body of this length: white space before the JSON, or comments before the events.
fn padded(streaming: bool, length: usize) -> String {
    if streaming {
        let choice = json!({"index": 0, "delta": {"content": GOOD}, "finish_reason": "stop"});
        let event = format!("data: {}\n\ndata: [DONE]\n\n", json!({"choices": [choice]}));
        let line = format!(":{}\n", "-".repeat(1_022));
        let missing = length - event.len();
        let (lines, rest) = (missing / line.len() - 1, missing % line.len() + line.len());
        let comments = line.repeat(lines) + &format!(":{}\n", "-".repeat(rest - 2));
        return format!("{}{comments}{event}", calls::STREAM);
    }
    let message = json!({"role": "assistant", "content": GOOD});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    let body = json!({"choices": [choice]}).to_string();
    calls::whole(&(" ".repeat(length - body.len()) + &body))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_16_mib_at_most() {
    for streaming in [false, true] {
        let padded = |length| async move {
            let answer = padded(streaming, length);
            let server = serve(move |_| Some(Fault::Raw(answer.clone().into()))).await;
            let runtime =
                Runtime::builder().state(App { model: model(&server, Api::OpenAi, streaming) }).build();
            timeout(NEVER, runtime.run(slowly, "cross the river".to_owned())).await.expect("none hangs")
        };
        padded(MOST_BYTES).await.unwrap_or_else(|error| panic!("{streaming}: {error}"));
        let error = padded(MOST_BYTES + 1).await.expect_err("one byte too many").to_string();
        let said = "the provider's answer cannot be read: it has more than 16777216 bytes";
        assert!(error.contains(said), "{streaming}: {error}");
    }
}

#[tokio::test]
async fn a_run_that_is_stopped_closes_its_connection() {
    for api in APIS {
        for (fault, streaming) in
            [(Fault::Stall, false), (Fault::StallHalfway, false), (Fault::StallHalfway, true)]
        {
            let server = serve(move |_| Some(fault.clone())).await;
            let runtime = runtime(&server, api, streaming, &Counted::default());
            let run = runtime.run(planned, "cross the river".to_owned());
            let cancel = run.cancel_handle();
            let run = tokio::spawn(run);
            timeout(NEVER, server.until_stalled(1)).await.expect("it is asked");
            cancel.cancel();
            timeout(NEVER, server.until_given_up(1)).await.expect("the connection is closed");
            let error = run.await.expect("no panic").expect_err("it was cancelled");
            assert!(matches!(error.kind(), ErrorKind::Cancelled { .. }), "{error}");
            assert_eq!(server.calls(), 1);
        }
    }
}

#[tokio::test]
async fn a_server_that_is_dropped_answers_no_more() {
    let server = serve(|_| None).await;
    let runtime = runtime(&server, Api::OpenAi, false, &Counted::default());
    runtime.run(planned, "cross the river".to_owned()).await.expect("a plan");
    drop(server);
    let error = runtime.run(planned, "cross the river".to_owned()).await.expect_err("nobody is there");
    assert!(error.to_string().contains("the connection to the provider failed"), "{error}");
}
