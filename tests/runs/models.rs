//! What agents say of the models that they ask: what these take, and how far they are.

use super::support::paused;
use handoff::{TaskPath, prelude::*};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

#[contract]
#[derive(Copy)]
pub enum Call {
    /// Says what it took, and fails.
    Fail,
    /// Says what it took, and hangs.
    Hang,
    /// Says it in two calls, and answers.
    Twice,
    /// Says it, and answers with a reply that does not.
    Reply,
}

#[agent(output = bool, timeout = "1s", retries = 1)]
async fn ask(call: Call, cx: Context) -> Result<Reply, &'static str> {
    cx.spend(Usage::new(30, 5));
    match call {
        Call::Fail => return Err("the model refuses"),
        Call::Hang => sleep(Duration::from_secs(9)).await,
        Call::Twice => cx.spend(Usage::new(10, 1)),
        Call::Reply => return Ok(Reply::new("true")),
    }
    Ok(Reply::new("true").usage(Usage::default()))
}

#[agent]
async fn count(words: Vec<String>, cx: Context) -> usize {
    let detached = cx.clone();
    for (done, word) in (1..).zip(&words) {
        cx.progress(done, word);
    }
    tokio::spawn(async move { detached.progress(99, "too late") });
    words.len()
}

pipeline! { pub once(Call) -> bool { ask } }
pipeline! { pub counted(Vec<String>) -> usize { count } }

/// The usage of the run that has ended, and how far its agents were.
#[derive(Clone, Default)]
struct Heard {
    wants_payloads: bool,
    usage: Arc<Mutex<Vec<Usage>>>,
    progress: Arc<Mutex<Vec<String>>>,
}

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        match event {
            Event::RunEnded { usage, .. } => self.usage.lock().unwrap().push(*usage),
            Event::Progress { at, agent, attempt, done, text, .. } => {
                let task = at.task_path.as_ref().map(TaskPath::index);
                let line = format!("{agent} {task:?} {attempt}: {done} {text:?}");
                self.progress.lock().unwrap().push(line);
            }
            _ => {}
        }
    }

    fn wants_payloads(&self) -> bool {
        self.wants_payloads
    }
}

#[test]
fn what_was_spent_counts_whatever_becomes_of_the_attempt() {
    paused().block_on(async {
        let heard = Heard::default();
        let runtime = Runtime::builder().observer(heard.clone()).build();
        runtime.run(once, Call::Fail).await.expect_err("twice");
        runtime.run(once, Call::Hang).await.expect_err("twice");
        runtime.run(once, Call::Twice).await.expect("at once");
        let usage = heard.usage.lock().unwrap();
        assert_eq!(*usage, [Usage::new(60, 10), Usage::new(60, 10), Usage::new(40, 6)]);
    });
}

#[test]
fn what_was_spent_counts_against_the_limit() {
    paused().block_on(async {
        let limits = Limits::default().model_tokens(50);
        let runtime = Runtime::builder().limits(limits).build();
        let error = runtime.run(once, Call::Hang).await.expect_err("the second attempt is too much");
        assert_eq!(
            error.to_string(),
            "pipeline `once`, agent `ask`: the runtime allows a run 50 model tokens, and with this reply it has taken 70; ask less of the models, or raise `Limits::model_tokens`"
        );
        let limits = Limits::default().model_tokens(34);
        let runtime = Runtime::builder().limits(limits).build();
        // It answers without ever waiting, and too late.
        let error = runtime.run(once, Call::Reply).await.expect_err("the first is too much");
        assert_eq!(error.kind().as_str(), "limit_exceeded");
    });
}

/// It was said in another way.
#[test]
fn a_reply_without_usage_is_no_warning_where_it_was_spent() {
    paused().block_on(async {
        let limits = Limits::default().model_tokens(50);
        let runtime = Runtime::builder().limits(limits).build();
        let envelope = runtime.run(once, Call::Reply).await.expect("35 tokens");
        assert_eq!(envelope.warnings, []);
    });
}

#[test]
fn an_observer_hears_how_far_an_agent_is() {
    paused().block_on(async {
        for wants_payloads in [false, true] {
            let heard = Heard { wants_payloads, ..Heard::default() };
            let runtime = Runtime::builder().observer(heard.clone()).build();
            runtime.run(counted, vec!["a".to_owned(), "b".to_owned()]).await.expect("a count");
            sleep(Duration::from_secs(1)).await;
            let texts = if wants_payloads { [r#"Some("a")"#, r#"Some("b")"#] } else { ["None"; 2] };
            let lines = [1, 2].map(|done| format!("count None 1: {done} {}", texts[done - 1]));
            assert_eq!(*heard.progress.lock().unwrap(), lines);
        }
    });
}
