//! What no log may hold, with agents and payloads that do their worst.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use handoff::agent::ToolError;
use handoff::prelude::*;
use handoff::{Event, FinishReason, Observer, Reply, TraceId};
use handoff_log::{Content, Log, RunLog, view};

use super::support::file;

/// What stands in values, in keys of maps, and in names of fields and variants that there are not.
const PAYLOAD: &str = "sk-payload";
/// What stands in words of the program's own: labels, errors, panics, warnings, what a check says, and what is said of
/// models.
const OWN: [&str; 8] =
    ["sk-label", "sk-error", "sk-cause", "sk-panic", "sk-warning", "sk-check", "sk-model", "sk-finish"];

#[contract]
pub struct Orders {
    pub orders: Vec<Order>,
}

#[contract]
pub struct Order {
    #[check(len(..=40))]
    pub note: String,
    #[serde(default)]
    pub quotas: BTreeMap<String, u32>,
    #[serde(default)]
    pub ways: Vec<Way>,
}

#[contract]
pub enum Way {
    Sea,
    Air {
        #[check(range(1..=9))]
        days: u8,
    },
}

#[contract]
pub struct Checked {
    #[check(with(no_digits))]
    pub text: String,
}

/// Quotes what it complains of, as some do.
fn no_digits(_: &String) -> Result<(), String> {
    Err("expected no digits, as in `sk-check`".to_owned())
}

/// Answers that each break the contract `Order` in another way.
const BROKEN: [&str; 14] = [
    r#"{"note":"sk-payload sk-payload sk-payload sk-payload sk-payload"}"#,
    r#"{"note":{"sk-payload":1}}"#,
    r#"{"note":"","sk-payload":"sk-payload"}"#,
    r#"{"note":"","quotas":{"sk-payload":"sk-payload"}}"#,
    r#"{"note":"","quotas":{"sk-payload":1,"sk-payload":2}}"#,
    r#"{"note":"","quotas":{"a; /sk-payload/note: unknown field":-1}}"#,
    r#"{"note":"","ways":["sk-payload"]}"#,
    r#"{"note":"","ways":[{"sk-payload":{}}]}"#,
    r#"{"note":"","ways":[{"Air":{"days":0,"sk-payload":[]}}]}"#,
    r#"{"note":"sk-payload","note":"sk-payload"}"#,
    r#"{"quotas":{"sk-payload\n` is broken: ":null}}"#,
    r#"["sk-payload"]"#,
    "sk-payload",
    r#"{"note":"sk-payload"#,
];

#[agent(role = planner)]
async fn plan(goal: String, cx: Context) -> Orders {
    cx.progress(1, "sk-payload");
    let order =
        |note: &str| Order { note: note.to_owned(), quotas: [(goal.clone(), 1)].into(), ways: Vec::new() };
    let odd = ["error", "panic", "warning"].map(order);
    let orders = (0..BROKEN.len()).map(|index| order(&index.to_string())).chain(odd);
    Orders { orders: orders.collect() }
}

#[derive(Debug)]
struct Cause;

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sk-cause")
    }
}

impl std::error::Error for Cause {}

#[derive(Debug)]
struct Failed(Cause);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sk-error")
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[agent(output = Order, retries = 1)]
async fn work(order: Order, cx: Context) -> Result<Reply, Failed> {
    match &*order.note {
        "error" => Err(Failed(Cause)),
        "panic" => panic!("sk-panic"),
        "warning" => {
            cx.warn("sk-warning");
            let finish = FinishReason::Other("sk-finish".into());
            Ok(Reply::new(r#"{"note":"sk-payload"}"#).model("sk-model").finish(finish))
        }
        index => Ok(Reply::new(BROKEN[index.parse::<usize>().unwrap()])),
    }
}

/// Quotes a violation in an error of its own.
#[agent]
async fn quote(_: Order) -> Result<Order, String> {
    Order::parse(BROKEN[2]).map_err(|broken| format!("no order: {broken}"))
}

/// Calls its tool with an argument that there is not, with one that the tool fails on, and by a name that there is not.
#[agent(tools(answer))]
async fn call(order: Order, cx: Context) -> Result<Order, ToolError> {
    cx.call_tool("answer", BROKEN[2]).await.unwrap_err();
    cx.call_tool("answer", serde_json::to_string(&order).unwrap()).await.unwrap_err();
    cx.call_tool(PAYLOAD, "{}").await?;
    Ok(order)
}

#[agent(output = Order)]
async fn answer(_: Order) -> Reply {
    Reply::new(BROKEN[2])
}

#[agent]
async fn pass(order: Order) -> Order {
    order
}

#[agent(role = aggregator)]
async fn merge(done: Partial<Order>) -> Order {
    done.into_results().swap_remove(0)
}

#[agent]
async fn check(order: Order) -> Checked {
    Checked { text: order.note }
}

pipeline! { inner(Order) -> Order { answer } }

pipeline! {
    worst(String) -> Checked {
        plan
            => fan_out(orders, label = |_| "sk-label") work
            => barrier(settled)
            => merge
            => race(answer, pass)
            => quote or call or answer or pass
            => inner or pass
            => check
    }
}

/// Hears payloads, so that they are in the events.
struct Hears;

impl Observer for Hears {
    fn observe(&self, _: TraceId, _: &Event<'_>) {}

    fn wants_payloads(&self) -> bool {
        true
    }
}

/// The text of a log of the pipeline.
async fn logged(path: &Path, log: Log) -> String {
    let runtime = Runtime::builder().observer(Hears).observer(log.clone()).build();
    runtime.run(worst, PAYLOAD.to_owned()).await.unwrap_err();
    log.flush().unwrap();
    let read = RunLog::open(path).unwrap();
    let run = super::support::only_run(&read);
    assert_eq!((run.lost, log.lost()), (0, 0));
    fs::read_to_string(path).unwrap()
}

#[tokio::test(start_paused = true)]
async fn no_payload_is_in_a_log_that_was_not_asked_for_it() {
    let path = file("no_payload");
    let text = logged(&path, Log::create(&path).unwrap()).await;
    let found: Vec<_> = text.lines().filter(|line| line.contains("payload")).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(!view(&RunLog::open(&path).unwrap()).contains(PAYLOAD));
    // The program's own words are, and violations as far as the contract has words for them.
    for own in OWN {
        assert!(text.contains(own), "{own}");
    }
    for expected in [
        "/note: expected at most 40 characters, found 54",
        "/*: unknown field",
        "/quotas/*: expected an integer, found a string",
        "/quotas/*: the key is repeated",
        "/ways/0: expected",
        "/ways/0/Air/days: not in 1..=9",
        "/ways/0/Air/*: unknown field",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn redact_sees_whatever_is_not_handoffs_own() {
    let path = file("redacted");
    let log = Log::create(&path).unwrap().payloads().redact(|content| {
        content.texts(|text| *text = text.replace("sk-", "redacted-"));
    });
    let text = logged(&path, log).await;
    let found: Vec<_> = text.lines().filter(|line| line.contains("sk-")).collect();
    assert!(found.is_empty(), "{found:#?}");
    for word in OWN.into_iter().chain([PAYLOAD]) {
        let redacted = word.replace("sk-", "redacted-");
        let line = text.lines().find(|line| line.contains(&redacted));
        assert!(line.is_some_and(|line| line.contains(r#""redacted":true"#)), "{redacted}");
    }
    // What was not changed is not marked.
    assert!(text.lines().all(|line| line.contains("redacted-") == line.contains(r#""redacted":true"#)));
}

#[tokio::test(start_paused = true)]
async fn each_redact_is_shown_what_the_one_before_has_left() {
    let path = file("redacted_twice");
    let log = Log::create(&path).unwrap().payloads();
    let log = log.redact(|content| content.texts(|text| *text = text.replace("sk-", "first-")));
    let log = log.redact(|content| content.texts(|text| *text = text.replace("first-", "second-")));
    let text = logged(&path, log).await;
    assert!(!text.contains("sk-") && !text.contains("first-"));
    for word in OWN.into_iter().chain([PAYLOAD]) {
        assert!(text.contains(&word.replace("sk-", "second-")), "{word}");
    }
}

#[tokio::test(start_paused = true)]
async fn payloads_are_as_they_passed_the_door() {
    let path = file("payloads");
    logged(&path, Log::create(&path).unwrap().payloads()).await;
    let read = RunLog::open(&path).unwrap();
    let handoffs = &read.runs[0].handoffs;
    assert_eq!(handoffs[0].payload.as_ref().unwrap().get(), format!("{PAYLOAD:?}"));
    assert!(handoffs.iter().all(|handoff| handoff.payload.is_some() && !handoff.redacted));
    assert!(view(&read).contains(PAYLOAD));
}

#[tokio::test(start_paused = true)]
async fn what_a_panic_has_not_redacted_is_not_written() {
    let path = file("panics");
    let log = Log::create(&path).unwrap().payloads().redact(|content| {
        assert!(matches!(content, Content::Label(_)), "on purpose");
    });
    let text = logged(&path, log).await;
    for own in OWN {
        assert_eq!(text.contains(own), own == "sk-label", "{own}");
    }
    assert!(!text.contains(PAYLOAD));
}
