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

#[derive(Clone, Default)]
struct Attempts(Arc<Mutex<Vec<String>>>);

impl Observer for Attempts {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::AttemptEnded { usage, model, finish_reason, .. } = event {
            self.0.lock().unwrap().push(format!("{usage:?} {model:?} {finish_reason:?}"));
        }
    }
}

/// Asks two models, and answers in the words of a third.
#[agent(output = bool, retries = 1)]
async fn consult(with_reply: bool, cx: Context) -> Reply {
    cx.answered("small", &FinishReason::ContentFilter);
    cx.spend(Usage::new(1, 2));
    cx.answered("large", &FinishReason::Stop);
    if !with_reply {
        return Reply::new("true").finish(FinishReason::Other("pause".into()));
    }
    let cut = if cx.attempt() == 1 { FinishReason::Length } else { FinishReason::Stop };
    Reply::new("true").usage(Usage::new(10, 20)).model("larger-2").finish(cut)
}

pipeline! { consulted(bool) -> bool { consult } }

#[test]
fn an_attempt_tells_which_model_has_answered_last_and_why_it_stopped() {
    paused().block_on(async {
        let attempts = Attempts::default();
        let runtime = Runtime::builder().observer(attempts.clone()).build();
        runtime.run(consulted, true).await.expect("the second time");
        runtime.run(consulted, false).await.expect("at once");
        let usage = |input, output| Some(Usage::new(input, output));
        assert_eq!(
            *attempts.0.lock().unwrap(),
            [
                format!("{:?} Some(\"larger-2\") Some(Length)", usage(11, 22)),
                format!("{:?} Some(\"larger-2\") Some(Stop)", usage(11, 22)),
                format!("{:?} Some(\"large\") Some(Other(\"pause\"))", usage(1, 2)),
            ]
        );
    });
}

#[test]
fn a_reply_is_what_was_said_of_it() {
    let reply = Reply::new("true");
    assert_eq!((reply.tokens_used(), reply.model_name()), (None, None));
    assert_eq!((reply.text(), reply.finish_reason()), ("true", &FinishReason::Stop));
    let reply = reply.usage(Usage::new(3, 4)).usage(Usage::new(5, 6)).model("m").finish(FinishReason::Length);
    assert_eq!((reply.tokens_used(), reply.model_name()), (Some(Usage::new(5, 6)), Some("m")));
    assert_eq!(reply.tokens_used().map(Usage::total), Some(11));
    assert!(reply.finish_reason().is_cut_off());
    let shown = format!("{reply:?}");
    assert!(
        shown.contains("input_tokens: 5") && shown.contains("\"m\"") && !shown.contains("true\""),
        "{shown}"
    );
}
