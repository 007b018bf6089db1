//! A model over HTTP whose server misbehaves: every run ends in a value of the contract or in an error that says what is
//! wrong, and none hangs.

mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use handoff::prelude::*;
use handoff::{Event, TraceId, Usage};
use handoff_models::http::Http;
use handoff_models::{Model, Prompt};
use server::{FAULTS, Fault, INPUT, NEVER, OUTPUT, Server};
use tokio::task::JoinSet;
use tokio::time::timeout;

#[contract]
pub(crate) struct Plan {
    #[check(len(1..=8))]
    pub(crate) steps: Vec<String>,
    #[confidence]
    pub(crate) confidence: f64,
}

/// Plan this.
#[agent(timeout = "5s", retries = 1, max_output_tokens = 500)]
async fn plan(goal: String) -> Prompt<Plan>;

pipeline! { planned(String) -> Plan { plan } }

#[derive(Clone, FromRef)]
struct App {
    model: Model,
}

/// The tokens of all runs.
#[derive(Clone, Default)]
struct Counted {
    last: Arc<Mutex<Usage>>,
    total: Arc<AtomicU64>,
}

impl Observer for Counted {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::RunEnded { usage, .. } = event {
            *self.last.lock().expect("a lock") = *usage;
            self.total.fetch_add(usage.total(), Ordering::SeqCst);
        }
    }
}

fn runtime(server: &Server, streaming: bool, counted: &Counted) -> Runtime<App> {
    let http = Http::openai_compatible(&server.base, "m").key("sk-secret");
    let http = if streaming { http.streaming() } else { http };
    let model = Model::of(http.build().expect("a provider")).in_flight(64).build();
    Runtime::builder().state(App { model }).observer(counted.clone()).build()
}

/// What comes of a fault that is there once: nothing, as a second attempt has its answer; or an error that ends it.
fn ends_it(fault: Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::Refusal => "the model refused to answer",
        Fault::Filter => "the provider's content filter stopped the model's answer",
        Fault::Unauthorized => "the provider answered 401: Incorrect API key provided: [key]",
        Fault::Redirect => "the provider answered 302",
        _ => return None,
    })
}

/// What an attempt fails with that meets a fault.
fn said_of(fault: Fault, streaming: bool) -> &'static str {
    match fault {
        Fault::BusyBare => "the provider answered 429: Rate limit reached",
        Fault::Server => "the provider answered 500: The server had an error",
        Fault::Html => "the provider answered 502: <html><body>Bad gateway</body></html>",
        Fault::Stall | Fault::StallHalf => "timed out after 5s",
        Fault::Close => "the connection to the provider failed",
        Fault::Cut | Fault::CutWhole => "finish reason `length`",
        Fault::Fenced | Fault::TwoObjects => "not valid JSON",
        Fault::Broken => "/steps: expected 1 to 8 items, found 0",
        Fault::Empty | Fault::NullContent => "the model answered nothing",
        // A stream is closed as one that is at its end; a body is too short for its length.
        Fault::CloseHalf if !streaming => "the connection to the provider failed",
        Fault::NoChoices | Fault::NoReason | Fault::CloseHalf => {
            "the provider's answer cannot be read: it ends without saying why"
        }
        Fault::NoJson => "the provider's answer cannot be read: its body is no JSON",
        Fault::Error200 => "the provider answered 502: Provider returned error",
        // Waited for in the attempt, which does not fail; or no error of an attempt that has another.
        _ => "",
    }
}

async fn meets(fault: Fault, streaming: bool) {
    let server = Server::start(move |call| if call == 0 { fault } else { Fault::None }).await;
    let counted = Counted::default();
    let runtime = runtime(&server, streaming, &counted);
    let run = timeout(NEVER, runtime.run(planned, "cross the river".to_owned()));
    let outcome = run.await.unwrap_or_else(|_| panic!("{fault:?} hangs"));
    match (outcome, ends_it(fault)) {
        (Ok(plan), None) => {
            assert_eq!((plan.payload.steps.len(), server.calls()), (2, 2), "{fault:?}");
            let warnings = plan.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(warnings.contains(said_of(fault, streaming)), "{fault:?}: {warnings}");
        }
        (Err(error), Some(said)) => {
            assert_eq!(server.calls(), 1, "{fault:?}: it is not worth another attempt");
            let error = error.to_string();
            assert!(error.contains(said) && !error.contains("secret"), "{fault:?}: {error}");
        }
        (outcome, _) => panic!("{fault:?}: {outcome:?}"),
    }
    // What was answered as a whole is counted, whatever came of it.
    let answers = match fault {
        Fault::Cut
        | Fault::CutWhole
        | Fault::Fenced
        | Fault::Broken
        | Fault::TwoObjects
        | Fault::Empty
        | Fault::NullContent => 2,
        _ => 1,
    };
    if !matches!(fault, Fault::Unauthorized | Fault::Redirect) {
        let usage = *counted.last.lock().expect("a lock");
        assert_eq!(usage, Usage::new(answers * INPUT, answers * OUTPUT), "{fault:?}");
    }
}

#[tokio::test]
async fn every_fault_is_an_error_of_its_own_or_is_repaired() {
    let mut all = JoinSet::new();
    for streaming in [false, true] {
        for fault in FAULTS {
            all.spawn(meets(fault, streaming));
        }
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_repair_is_sent_as_a_conversation() {
    let server = Server::start(|call| if call == 0 { Fault::Broken } else { Fault::None }).await;
    runtime(&server, false, &Counted::default())
        .run(planned, "cross the river".to_owned())
        .await
        .expect("a plan");
    let bodies = server.bodies();
    let roles: Vec<_> =
        bodies[1]["messages"].as_array().expect("messages").iter().map(|turn| &turn["role"]).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!(bodies[0]["max_tokens"], 500);
    assert_eq!(bodies[0]["response_format"]["json_schema"]["name"], "Plan");
}

/// A fault for two calls of five, by a number that looks random.
fn at_random(call: usize) -> Fault {
    let mut mixed = (call as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^= mixed >> 27;
    let drawn = usize::try_from(mixed % (FAULTS.len() as u64 * 5 / 2)).unwrap_or(0);
    FAULTS.get(drawn).copied().unwrap_or(Fault::None)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_runs_at_once_end_in_a_plan_or_in_an_error_that_says_what_is_wrong() {
    const RUNS: usize = 1_000;

    let server = Server::start(at_random).await;
    let counted = Counted::default();
    let runtime = runtime(&server, false, &counted);
    let mut all = JoinSet::new();
    for run in 0..RUNS {
        let runtime = runtime.clone();
        all.spawn(async move { timeout(NEVER, runtime.run(planned, format!("goal {run}"))).await });
    }
    let mut outcomes = BTreeMap::<_, usize>::new();
    let (mut plans, mut finals) = (0, 0);
    while let Some(outcome) = all.join_next().await {
        match outcome.expect("no panic").expect("none hangs") {
            Ok(plan) => {
                assert_eq!(plan.payload.steps, ["look", "leap"]);
                plans += 1;
            }
            Err(error) => {
                let error = error.to_string();
                let known = FAULTS.iter().any(|fault| {
                    let said = ends_it(*fault).unwrap_or_else(|| said_of(*fault, false));
                    !said.is_empty() && error.contains(said)
                });
                let broken = error.contains("the connection to the provider failed");
                assert!(known || broken || error.contains("429"), "{error}");
                finals += 1;
                *outcomes.entry(error.lines().next().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
    }
    assert_eq!(plans + finals, RUNS);
    assert!(plans > 0 && finals > 0, "{outcomes:#?}");
    // Every plan has been paid for, and nothing that was not answered.
    let total = counted.total.load(Ordering::SeqCst);
    let answers = total / (INPUT + OUTPUT);
    assert!(total.is_multiple_of(INPUT + OUTPUT));
    assert!((plans as u64..=server.calls() as u64).contains(&answers), "{plans} plans, {answers} answers");
}
