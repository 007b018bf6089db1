//! Agents that call agents: each call is a handoff there, and one back.

use super::support::paused;
use handoff::agent::ToolError;
use handoff::prelude::*;
use handoff::{Event, Limits, TraceId, describe};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::join;
use tokio::time::{Instant, sleep};

#[contract]
pub struct Word {
    #[check(len(1..=20))]
    pub word: String,
}

#[contract]
pub struct Meaning {
    pub text: String,
}

/// Calls and what came of them, which is what a model does.
#[contract]
pub struct Script {
    pub calls: Vec<(String, String)>,
}

#[derive(Clone)]
pub struct Dictionary(Arc<Mutex<Vec<String>>>);

/// Says what a word means.
#[agent(role = worker, timeout = "10s", retries = 1, backoff = "none", max_output_tokens = 30)]
async fn look_up(
    word: Word,
    State(Dictionary(seen)): State<Dictionary>,
    cx: Context,
) -> Result<Meaning, BoxError> {
    seen.lock().unwrap().push(format!(
        "{} from {}, attempt {}",
        word.word,
        cx.envelope().source,
        cx.attempt()
    ));
    cx.warn(format!("looked {} up", word.word));
    match word.word.as_str() {
        "never" => pending().await,
        "slow" => sleep(Duration::from_secs(5)).await,
        "unknown" => return Err("not in the dictionary".into()),
        "long" => return Ok(Meaning { text: "word ".repeat(100) }),
        "panic" => panic!("it is torn"),
        _ => {}
    }
    Ok(Meaning { text: format!("what {} means", word.word) })
}

#[agent]
async fn shout(text: String) -> String {
    text.to_uppercase()
}

#[agent]
async fn exclaim(text: String) -> String {
    text + "!"
}

pipeline! {
    /// Says it loudly.
    pub loudly(String) -> String { shout => exclaim }
}

#[agent(tools(look_up, loudly), timeout = "60s")]
async fn ask(script: Script, cx: Context) -> Vec<String> {
    let mut said = Vec::new();
    for (tool, arguments) in script.calls {
        said.push(match cx.call_tool(&tool, arguments).await {
            Ok(json) => json,
            Err(error) => error.for_model(),
        });
    }
    said
}

pipeline! { pub asking(Script) -> Vec<String> { ask } }

fn script(calls: &[(&str, &str)]) -> Script {
    Script {
        calls: calls.iter().map(|(tool, arguments)| ((*tool).to_owned(), (*arguments).to_owned())).collect(),
    }
}

fn words(words: &[&str]) -> Script {
    let calls: Vec<_> = words.iter().map(|word| format!(r#"{{"word":"{word}"}}"#)).collect();
    script(&calls.iter().map(|arguments| ("look_up", arguments.as_str())).collect::<Vec<_>>())
}

fn dictionary() -> (Dictionary, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::default();
    (Dictionary(Arc::clone(&seen)), seen)
}

#[test]
fn a_call_is_a_handoff_there_and_one_back() {
    paused().block_on(async {
        let (dictionary, seen) = dictionary();
        let runtime = Runtime::builder().state(dictionary).build();
        let done = runtime
            .run(asking, script(&[("look_up", r#"{"word":"hand"}"#), ("loudly", r#""off""#)]))
            .await
            .expect("it goes well");
        assert_eq!(done.payload, [r#"{"text":"what hand means"}"#, r#""OFF!""#]);
        assert_eq!(*seen.lock().unwrap(), ["hand from ask, attempt 1"]);
        let warnings: Vec<_> = done.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            ["agent `look_up`: looked hand up"],
            "what a tool notices goes on with the answer"
        );
    });
}

#[test]
fn what_is_wrong_with_a_call_is_said_to_whoever_calls() {
    paused().block_on(async {
        let (dictionary, seen) = dictionary();
        let runtime = Runtime::builder().state(dictionary).build();
        let calls = script(&[
            ("look_up", r#"{"word":"","sense":1}"#),
            ("look_up", r#"{"word":"cut"#),
            ("lookup", "{}"),
            ("look_up", r#"{"word":"unknown"}"#),
            ("look_up", r#"{"word":"long"}"#),
            ("look_up", r#"{"word":"panic"}"#),
            ("look_up", r#"{"word":"never"}"#),
        ]);
        let done = runtime.run(asking, calls).await.expect("it goes well");
        let said: Vec<_> = done.payload.iter().map(String::as_str).collect();
        assert_eq!(
            said,
            [
                "The arguments of this call do not fit `Word`, for 2 reasons:\n\
                 1. /word: expected 1 to 20 characters, found 0\n\
                 2. /sense: unknown field (it is 1)\n\
                 Fix all of this, and make the whole call again.",
                "The arguments of this call do not fit `Word`:\n\
                 1. /word: not valid JSON: EOF while parsing a string\n\
                 Fix all of this, and make the whole call again.",
                "There is no tool `lookup`. The tools are `look_up`, `loudly`.",
                "The call failed: not in the dictionary.",
                "The call failed: what `look_up` hands to `ask` takes 104 tokens (o200k_base), but `look_up` may \
                 output 30 (`max_output_tokens`).",
                "The call failed: panicked: it is torn.",
                "The call failed: timed out after 10s.",
            ]
        );
        assert_eq!(
            *seen.lock().unwrap(),
            [
                "unknown from ask, attempt 1",
                "unknown from ask, attempt 2",
                "long from ask, attempt 1",
                "long from ask, attempt 2",
                "panic from ask, attempt 1",
                "never from ask, attempt 1",
                "never from ask, attempt 2",
            ],
            "its retries hold, and what is no `Word` never comes to it"
        );
        let told = |part: &str| done.warnings.iter().any(|warning| warning.message.contains(part));
        assert!(told("its call of `look_up` was refused: `Word` is broken: /word: expected 1 to 20 characters"));
        assert!(told("its call of `look_up` failed: not in the dictionary"));
        assert!(told("attempt 1 failed: not in the dictionary"));
    });
}

#[agent(tools(look_up), timeout = "60s", idle_timeout = "2s")]
async fn ask_thrice(word: Word, cx: Context) -> Vec<String> {
    let arguments = || format!(r#"{{"word":"{}"}}"#, word.word);
    let calls = join!(
        cx.call_tool("look_up", arguments()),
        cx.call_tool("look_up", arguments()),
        cx.call_tool("look_up", arguments())
    );
    [calls.0, calls.1, calls.2].map(|made| made.unwrap_or_else(|error| error.to_string())).to_vec()
}

pipeline! { pub asking_thrice(Word) -> Vec<String> { ask_thrice } }

fn word(word: &str) -> Word {
    Word { word: word.to_owned() }
}

#[test]
fn calls_at_once_run_at_once_and_nobody_is_idle_meanwhile() {
    paused().block_on(async {
        let runtime = Runtime::builder().state(dictionary().0).build();
        let started = Instant::now();
        let done = runtime.run(asking_thrice, word("slow")).await.expect("it goes well");
        assert_eq!(done.payload.len(), 3);
        assert_eq!(started.elapsed(), Duration::from_secs(5));

        // The agent is there in any case, and there is room for one more.
        let limits = Limits::default().tasks_in_flight(1);
        let runtime = Runtime::builder().limits(limits).state(dictionary().0).build();
        let started = Instant::now();
        runtime.run(asking_thrice, word("slow")).await.expect("it goes well");
        assert_eq!(started.elapsed(), Duration::from_secs(10));
    });
}

#[test]
fn an_agent_that_is_stopped_takes_its_tools_along() {
    static ALIVE: AtomicUsize = AtomicUsize::new(0);
    struct Alive;
    impl Drop for Alive {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }
    paused().block_on(async {
        let slow = |_: Word, _| async {
            ALIVE.fetch_add(1, Ordering::Relaxed);
            let _alive = Alive;
            pending::<Meaning>().await
        };
        let build = |limits| {
            Runtime::builder().limits(limits).replace::<look_up>().by(slow).state(dictionary().0).build()
        };
        let runtime = build(Limits::default());

        // By its own timeout, which is shorter here than that of the tool.
        let short = Runtime::builder()
            .agent::<ask>(|a| a.timeout(Duration::from_secs(3)))
            .replace::<look_up>()
            .by(slow)
            .state(dictionary().0)
            .build();
        let error = short.run(asking, words(&["a"])).await.expect_err("it times out");
        assert_eq!(error.to_string(), "pipeline `asking`, agent `ask`: timed out after 3s");
        assert_eq!(ALIVE.load(Ordering::Relaxed), 0);

        // By whoever cancels the run.
        let run = runtime.run(asking, words(&["a"]));
        let handle = run.cancel_handle();
        let (ended, ()) = join!(run, async {
            sleep(Duration::from_secs(1)).await;
            assert_eq!(ALIVE.load(Ordering::Relaxed), 1);
            handle.cancel();
        });
        let error = ended.expect_err("it is cancelled");
        assert!(matches!(error.kind(), ErrorKind::Cancelled { .. }), "{error}");
        assert_eq!((error.agent(), ALIVE.load(Ordering::Relaxed)), ("look_up", 0));

        // By the run's deadline.
        let runtime = build(Limits::default().deadline(Duration::from_secs(2)));
        let error = runtime.run(asking, words(&["a"])).await.expect_err("it is late");
        assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
        assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn limits_of_the_run_are_those_of_its_tools_and_end_it() {
    paused().block_on(async {
        let runtime =
            Runtime::builder().limits(Limits::default().agent_calls(2)).state(dictionary().0).build();
        let error = runtime.run(asking, words(&["a", "b"])).await.expect_err("it is one call too many");
        assert!(matches!(error.kind(), ErrorKind::LimitExceeded { allowed: 2, .. }), "{error}");

        let spends = |_: Word, cx: Context| async move {
            cx.spend(Usage::new(60, 0));
            Meaning { text: "known".to_owned() }
        };
        let limits = Limits::default().model_tokens(100);
        let runtime =
            Runtime::builder().limits(limits).replace::<look_up>().by(spends).state(dictionary().0).build();
        let error = runtime.run(asking, words(&["a", "b"])).await.expect_err("it is too much");
        assert!(matches!(error.kind(), ErrorKind::LimitExceeded { found: 120, .. }), "{error}");
        assert_eq!(error.agent(), "look_up");
    });
}

/// Asks whoever has tools of its own.
#[agent(tools(ask))]
async fn delegate(words: Vec<String>, cx: Context) -> Result<String, ToolError> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    cx.call_tool("ask", serde_json::to_string(&self::words(&words)).unwrap()).await
}

pipeline! { pub delegating(Vec<Vec<String>>) -> Vec<String> { fan_out(|lists| lists) delegate => barrier(all) } }

#[test]
fn tools_have_tools_and_run_in_the_tasks_of_fan_outs() {
    paused().block_on(async {
        let (dictionary, seen) = dictionary();
        let runtime =
            Runtime::builder().limits(Limits::default().tasks_in_flight(2)).state(dictionary).build();
        let lists = vec![vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()]];
        let done = runtime.run(delegating, lists).await.expect("it goes well");
        assert_eq!(
            done.payload,
            [
                r#"["{\"text\":\"what a means\"}"]"#,
                r#"["{\"text\":\"what b means\"}","{\"text\":\"what c means\"}"]"#
            ]
        );
        assert_eq!(seen.lock().unwrap().len(), 3);
        assert!(done.warnings.iter().any(|warning| warning.task_path().is_some()));
    });
}

#[agent]
async fn start_a_run(_: Word, State(runtime): State<Arc<Runtime>>) -> Meaning {
    let loud = runtime.run(loudly, "off".to_owned()).await.expect("it goes well");
    panic!("{} is torn", loud.payload)
}

#[agent(tools(start_a_run))]
async fn starts_two(
    word: Word,
    State(runtime): State<Arc<Runtime>>,
    cx: Context,
) -> Result<String, BoxError> {
    let own = tokio::spawn(runtime.run(loudly, word.word.clone()));
    let failed = cx.call_tool("start_a_run", serde_json::to_string(&word)?).await;
    // The end of the tool is not that of what its caller had started, and what that starts now is still its own.
    let after = runtime.run(loudly, word.word).await?;
    assert_eq!(after.trace_id, cx.trace_id());
    Ok(failed.unwrap_err().for_model() + &own.await??.payload + &after.payload)
}

pipeline! { pub starting(Word) -> String { starts_two } }

#[test]
fn runs_that_a_tool_starts_are_the_tools_own() {
    paused().block_on(async {
        let slow = |text: String, _: Context| async move {
            sleep(Duration::from_secs(if text == "off" { 1 } else { 3 })).await;
            text.to_uppercase()
        };
        let inner = Arc::new(Runtime::builder().replace::<shout>().by(slow).build());
        let runtime = Runtime::builder().state(inner).build();
        let done = runtime.run(starting, word("a")).await.expect("it goes well");
        assert_eq!(done.payload, "The call failed: panicked: OFF! is torn.A!A!");
    });
}

#[test]
fn a_context_tells_what_there_is_to_call() {
    paused().block_on(async {
        let tell = |_: Script, cx: Context| async move {
            let tell = |tool: &handoff::agent::Tool| {
                format!("{}({}): {}", tool.name(), tool.input(), tool.description())
            };
            let mut told: Vec<_> = cx.tools().iter().map(tell).collect();
            told.push(format!("{:?}", cx.max_turns()));
            told
        };
        let runtime = Runtime::builder().replace::<ask>().by(tell).state(dictionary().0).build();
        let told = runtime.run(asking, words(&[])).await.expect("it goes well").payload;
        assert_eq!(
            told,
            ["look_up(Word): Says what a word means.", "loudly(String): Says it loudly.", "Some(10)"]
        );
    });
    let cx = Context::for_tests();
    assert!(cx.tools().is_empty() && cx.max_turns().is_none());
}

#[test]
fn a_call_after_the_attempt_is_over_is_never_made() {
    paused().block_on(async {
        let kept = Arc::new(Mutex::new(None));
        let keep = {
            let kept = Arc::clone(&kept);
            move |_: Script, cx: Context| {
                *kept.lock().unwrap() = Some(cx);
                async { Vec::<String>::new() }
            }
        };
        let (dictionary, seen) = dictionary();
        let runtime = Runtime::builder().replace::<ask>().by(keep).state(dictionary).build();
        runtime.run(asking, words(&[])).await.expect("it goes well");
        let cx = kept.lock().unwrap().take().expect("it was called");
        let made = cx.call_tool("look_up", r#"{"word":"a"}"#).await;
        assert!(matches!(made, Err(ToolError::Over)), "{made:?}");
        assert!(seen.lock().unwrap().is_empty());
    });
}

#[test]
fn a_description_has_the_tools_of_its_agents() {
    let description = delegating.describe();
    let names: Vec<_> = description.agents().iter().map(|agent| agent.name.clone()).collect();
    assert_eq!(names, ["delegate", "ask", "look_up", "shout", "exclaim"]);
    assert!(description.contracts.iter().any(|contract| contract.id.name == "Word"));
    let edges: Vec<_> = asking.describe().edges().iter().map(ToString::to_string).collect();
    assert_eq!(
        edges,
        [
            "caller -> ask: Script",
            "ask -> look_up: Word",
            "look_up -> ask: Meaning",
            "ask -> shout: String",
            "shout -> exclaim: String",
            "exclaim -> ask: String",
            "ask -> caller: Vec<String>",
        ]
    );
    assert!(asking.describe().mermaid().contains("may call look_up, loudly"));
    let json = serde_json::to_string(&description).expect("it is JSON");
    let read: describe::Description = serde_json::from_str(&json).expect("it is read");
    assert_eq!(read, description);
}

/// What is told of attempts, each under the one that it is in.
#[derive(Clone, Default)]
struct Tree(Arc<Mutex<Vec<String>>>);

impl Observer for Tree {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let line = match event {
            Event::AttemptStarted { at, agent, .. } => {
                format!("{agent} {} in {}", at.span, at.parent.unwrap())
            }
            Event::AttemptEnded { at, agent, .. } => format!("/{agent} {}", at.span),
            Event::Handoff { at, source, target, is_tool_call, .. } => {
                let hands_to = if *is_tool_call { "calls" } else { "->" };
                format!("{source} {hands_to} {target} at {}", at.span)
            }
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn what_happens_in_a_call_is_told_below_the_attempt_that_makes_it() {
    paused().block_on(async {
        let tree = Tree::default();
        let runtime = Runtime::builder().observer(tree.clone()).state(dictionary().0).build();
        runtime.run(asking_thrice, word("hand")).await.expect("it goes well");
        let lines = tree.0.lock().unwrap().clone();
        let asker = lines.iter().find_map(|line| line.strip_prefix("ask_thrice ")?.split(' ').next());
        let asker = asker.expect("it has begun");
        let below = format!(" in {asker}");
        let begun = lines.iter().filter(|line| line.starts_with("look_up ") && line.ends_with(&below));
        assert_eq!(begun.count(), 3, "{lines:#?}");
        let there = format!("ask_thrice calls look_up at {asker}");
        assert_eq!(lines.iter().filter(|line| **line == there).count(), 3);
        assert_eq!(lines.iter().filter(|line| line.contains(" calls ")).count(), 3);
        assert_eq!(lines.iter().filter(|line| line.starts_with("look_up -> ask_thrice at ")).count(), 3);
        let mut spans: Vec<_> = lines.iter().filter(|line| line.starts_with("/look_up ")).collect();
        spans.sort_unstable();
        spans.dedup();
        assert_eq!(spans.len(), 3, "each has a span of its own, and one end");
        let last = lines.iter().rposition(|line| line.starts_with("/look_up ")).unwrap();
        let end = lines.iter().position(|line| line.starts_with("/ask_thrice ")).unwrap();
        assert!(last < end);
    });
}
