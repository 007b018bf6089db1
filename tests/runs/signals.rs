//! Agents that wait for an answer from outside.

use super::support::{multi_thread, on_both, paused};
use handoff::prelude::*;
use handoff::{AnswerError, PendingSignal, SignalId};
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Arc, Barrier, OnceLock};
use std::task::{self, Poll, Waker};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::Instant;

const DAY: Duration = Duration::from_hours(24);

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
    #[check(len(1..=300))]
    pub reason: String,
    #[check(range(1..=5))]
    pub stars: u8,
}

fn approved(reason: &str) -> Approval {
    Approval { approved: true, reason: reason.to_owned(), stars: 5 }
}

#[agent]
async fn write(topic: String) -> Draft {
    Draft { text: topic }
}

/// May this go out?
#[agent(signal, timeout = "3d")]
async fn approval(draft: Draft) -> Approval;

/// In a few words.
#[agent(signal, timeout = "3d", max_output_tokens = 25)]
async fn brief(draft: Draft) -> Approval;

/// Nobody has to say anything but that it goes on.
#[agent(signal, timeout = "none")]
async fn go(draft: Draft);

#[agent(input_budget = 25)]
async fn publish(approval: Approval) -> String {
    approval.reason
}

#[agent]
async fn drafts(topics: Vec<String>) -> Vec<Draft> {
    topics.into_iter().map(|text| Draft { text }).collect()
}

#[agent(tools(approval))]
async fn careful(topic: String, cx: Context) -> Result<Approval, BoxError> {
    let json = cx.call_tool("approval", format!(r#"{{"text":"{topic}"}}"#)).await?;
    Ok(Approval::parse(&json)?)
}

#[agent]
async fn decide(_: Draft) -> Approval {
    approved("nobody else did")
}

pipeline! { pub article(String) -> String { write => approval => publish } }
pipeline! { pub asked(String) -> Approval { write => approval } }
pipeline! { pub briefly(String) -> Approval { write => brief } }
pipeline! { pub going(String) -> () { write => go } }
pipeline! { pub articles(Vec<String>) -> Vec<Approval> { drafts => fan_out(|drafts| drafts, max = 2000) approval => barrier(all) } }
pipeline! { pub first(Vec<String>) -> Partial<Approval> { drafts => fan_out(|drafts| drafts, max = 9) approval => barrier(first = 1) } }
pipeline! { pub somebody(String) -> Approval { write => approval or decide } }
pipeline! { pub both(String) -> (Approval, ()) { write => join(approval, go) } }
pipeline! { pub with_tool(String) -> Approval { careful } }

/// Rings when a signal waits.
struct Bell(UnboundedSender<SignalId>);

impl Observer for Bell {
    fn observe(&self, trace: TraceId, event: &Event<'_>) {
        if let Event::SignalWaits { at, id, question, .. } = event {
            assert_eq!((id.trace_id(), id.span_id(), *question), (trace, at.span, None));
            self.0.send(*id).expect("somebody listens");
        }
    }
}

fn setup() -> (Runtime, UnboundedReceiver<SignalId>) {
    let (sender, rings) = unbounded_channel();
    (Runtime::builder().observer(Bell(sender)).build(), rings)
}

type Running<T> = JoinHandle<Result<Envelope<T>, PipelineError>>;

async fn payload<T>(run: Running<T>) -> T {
    run.await.expect("no panic leaves a run").expect("it succeeds").payload
}

async fn error<T: std::fmt::Debug>(run: Running<T>) -> PipelineError {
    run.await.expect("no panic leaves a run").expect_err("it fails")
}

fn refused(error: &AnswerError) -> String {
    let AnswerError::Refused(kind) = error else { panic!("{error}") };
    kind.to_string()
}

#[test]
fn a_run_goes_on_with_the_answer() {
    on_both(|| async {
        let (runtime, mut rings) = setup();
        let before = SystemTime::now();
        let run = runtime.run(article, "tides".to_owned());
        let run = tokio::spawn(run);
        let id = rings.recv().await.expect("it waits");

        let [signal] = &runtime.signals()[..] else { panic!("one waits") };
        assert_eq!((signal.id(), signal.trace_id()), (id, id.trace_id()));
        assert_eq!((signal.agent().to_string().as_str(), signal.pipeline()), ("approval", "article"));
        assert_eq!((signal.question_json(), signal.task_path()), (r#"{"text":"tides"}"#, None));
        assert_eq!(signal.question::<Draft>().expect("its question").text, "tides");
        assert!(signal.question::<Approval>().is_err());
        assert!(before <= signal.since() && signal.since() <= SystemTime::now());
        assert!(signal.until() > Some(before + 2 * DAY), "{:?}", signal.until());
        assert!(!format!("{signal:?}").contains("tides"));

        runtime.answer::<approval>(id, approved("well said")).expect("it is taken");
        assert_eq!(runtime.signals().len(), 0);
        assert_eq!(payload(run).await, "well said");
    });
}

#[test]
fn an_answer_as_json_is_read_strictly() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = tokio::spawn(runtime.run(going, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");
        assert_eq!(runtime.signals()[0].until(), None);
        assert_eq!(
            refused(&runtime.answer_json(id, "{}").unwrap_err()),
            "`()` is broken: expected null, found an object"
        );
        runtime.answer_json(id, "null").expect("it is taken");
        payload(run).await;
    });
}

#[test]
fn a_bad_answer_is_refused_to_whoever_gave_it_and_the_run_goes_on_waiting() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = tokio::spawn(runtime.run(article, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");

        let bad = Approval { approved: true, reason: String::new(), stars: 9 };
        let both =
            "`Approval` is broken: /reason: expected 1 to 300 characters, found 0; /stars: not in 1..=5";
        let error = runtime.answer::<approval>(id, bad).unwrap_err();
        assert_eq!(refused(&error), both);
        assert_eq!(error.contract_violation().expect("what is broken").violations().len(), 2);
        let error = runtime.answer_json(id, r#"{"approved":true,"reason":"","stars":9}"#).unwrap_err();
        assert_eq!(refused(&error), both);
        assert_eq!(
            refused(&runtime.answer_json(id, "yes").unwrap_err()).split(':').next(),
            Some("`Approval` is broken")
        );
        // The budget of whoever reads it.
        let long = runtime.answer::<approval>(id, approved(&"no ".repeat(30))).unwrap_err();
        assert!(is_over(&long, BudgetLimit::InputBudget), "{long}");

        assert_eq!(runtime.signals().len(), 1);
        runtime.answer::<approval>(id, approved("at last")).expect("it is taken");
        assert_eq!(payload(run).await, "at last");

        // Its own budget.
        let run = tokio::spawn(runtime.run(briefly, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");
        let long = runtime.answer::<brief>(id, approved(&"no ".repeat(30))).unwrap_err();
        assert!(is_over(&long, BudgetLimit::MaxOutputTokens), "{long}");
        runtime.answer::<brief>(id, approved("no")).expect("it is taken");
        assert_eq!(payload(run).await.reason, "no");
    });
}

fn is_over(error: &AnswerError, budget: BudgetLimit) -> bool {
    let AnswerError::Refused(kind) = error else { return false };
    matches!(&**kind, ErrorKind::OverBudget { limit, budget: 25, .. } if *limit == budget)
}

#[test]
fn an_answer_beyond_the_byte_cap_is_not_even_read() {
    paused().block_on(async {
        let limits = Limits::default().payload_bytes(100);
        let runtime = Runtime::builder().limits(limits).build();
        let run = tokio::spawn(runtime.run(asked, "tides".to_owned()));
        while runtime.signals().is_empty() {
            yield_now().await;
        }
        let id = runtime.signals()[0].id();
        let error = runtime.answer_json(id, &"[".repeat(101)).unwrap_err();
        assert!(matches!(&error, AnswerError::Refused(kind) if matches!(**kind, ErrorKind::LimitExceeded { allowed: 100, found: 101, .. })), "{error}");
        run.abort();
    });
}

#[test]
fn what_does_not_wait_cannot_be_answered() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let unknown: SignalId = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7".parse().expect("an id");
        let error = runtime.answer_json(unknown, "null").unwrap_err();
        assert!(matches!(error, AnswerError::Unknown(id) if id == unknown), "{error}");

        let run = tokio::spawn(runtime.run(asked, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");
        let error = runtime.answer::<go>(id, ()).unwrap_err();
        assert_eq!(error.to_string(), format!("signal `{id}` belongs to agent `approval`, not to `go`"));
        runtime.answer::<approval>(id, approved("yes")).expect("it is taken");
        let error = runtime.answer::<approval>(id, approved("no")).unwrap_err();
        assert!(matches!(error, AnswerError::Answered(answered) if answered == id), "{error}");
        assert_eq!(payload(run).await.reason, "yes");
        let error = runtime.answer_json(id, "null").unwrap_err();
        assert!(matches!(error, AnswerError::Answered(answered) if answered == id), "{error}");

        // Another runtime knows nothing of it.
        let error = Runtime::default().answer_json(id, "null").unwrap_err();
        assert!(matches!(error, AnswerError::Unknown(_)), "{error}");
    });
}

#[test]
fn of_two_answers_at_once_one_is_taken_and_the_other_told() {
    multi_thread().block_on(async {
        let (runtime, mut rings) = setup();
        for _ in 0..50 {
            let run = tokio::spawn(runtime.run(asked, "tides".to_owned()));
            let (id, start) = (rings.recv().await.expect("it waits"), Arc::new(Barrier::new(2)));
            let answers = ["one", "other"].map(|reason| {
                let (runtime, start) = (runtime.clone(), Arc::clone(&start));
                thread::spawn(move || {
                    start.wait();
                    runtime.answer::<approval>(id, approved(reason)).map(|()| reason)
                })
            });
            let [one, other] = answers.map(|answer| answer.join().expect("no panic"));
            let (taken, told) = if one.is_ok() { (one, other) } else { (other, one) };
            assert_eq!(payload(run).await.reason, taken.expect("one is taken"));
            assert!(matches!(told, Err(AnswerError::Answered(_))), "{told:?}");
        }
    });
}

#[test]
fn it_waits_for_days_and_no_longer_than_its_timeout() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let started = Instant::now();
        let run = tokio::spawn(runtime.run(asked, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");
        tokio::time::sleep(2 * DAY).await;
        assert_eq!(runtime.signals().len(), 1);
        let late = error(run).await;
        assert!(matches!(late.kind(), ErrorKind::TimedOut { after } if *after == 3 * DAY), "{late}");
        assert_eq!((late.agent(), started.elapsed()), ("approval", 3 * DAY));
        assert_ended(&runtime, id);
    });
}

/// It is gone, and whoever answers it hears that.
fn assert_ended(runtime: &Runtime, id: SignalId) {
    assert!(runtime.signals().iter().all(|signal| signal.id() != id));
    let error = runtime.answer_json(id, r#"{"approved":true,"reason":"yes","stars":1}"#).unwrap_err();
    assert!(matches!(error, AnswerError::Ended(ended) if ended == id), "{error}");
}

#[test]
fn it_is_stopped_like_any_agent() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = || runtime.run(going, "tides".to_owned());

        let dropped = tokio::spawn(run());
        let id = rings.recv().await.expect("it waits");
        dropped.abort();
        assert!(dropped.await.unwrap_err().is_cancelled());
        assert_ended(&runtime, id);

        let cancelled = run();
        let handle = cancelled.cancel_handle();
        let cancelled = tokio::spawn(cancelled);
        let id = rings.recv().await.expect("it waits");
        handle.cancel();
        assert!(matches!(error(cancelled).await.kind(), ErrorKind::Cancelled { .. }));
        assert_ended(&runtime, id);

        let late = tokio::spawn(run().deadline(DAY));
        let id = rings.recv().await.expect("it waits");
        assert!(matches!(error(late).await.kind(), ErrorKind::Deadline { .. }));
        assert_ended(&runtime, id);

        let shut = tokio::spawn(run());
        let id = rings.recv().await.expect("it waits");
        let ends = runtime.shutdown(DAY).await;
        assert_eq!((ends.ended, ends.cancelled, ends.left), (0, 1, 0));
        assert!(matches!(error(shut).await.kind(), ErrorKind::Cancelled { .. }));
        assert_ended(&runtime, id);
    });
}

#[test]
fn each_item_of_a_fan_out_waits_for_itself() {
    on_both(|| async {
        let (runtime, mut rings) = setup();
        let topics = ["a", "b", "c"].map(str::to_owned).to_vec();
        let run = tokio::spawn(runtime.run(articles, topics));
        for _ in 0..3 {
            rings.recv().await.expect("each waits");
        }
        let mut waiting = runtime.signals();
        // On several threads they come in any order.
        waiting.sort_by_key(|signal| signal.task_path().map(ToString::to_string));
        let told = |signal: &PendingSignal| {
            (signal.task_path().expect("a task").index(), signal.question::<Draft>().expect("a draft").text)
        };
        assert_eq!(
            waiting.iter().map(told).collect::<Vec<_>>(),
            [(0, "a".to_owned()), (1, "b".to_owned()), (2, "c".to_owned())]
        );
        for signal in waiting.iter().rev() {
            let answer = approved(&told(signal).1);
            runtime.answer::<approval>(signal.id(), answer).expect("it is taken");
        }
        let reasons: Vec<_> = payload(run).await.into_iter().map(|approval| approval.reason).collect();
        assert_eq!(reasons, ["a", "b", "c"]);
    });
}

#[test]
fn a_barrier_that_is_closed_needs_no_more_answers() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = tokio::spawn(runtime.run(first, ["a", "b"].map(str::to_owned).to_vec()));
        let ids = [rings.recv().await.expect("it waits"), rings.recv().await.expect("the other, too")];
        // In the order in which they came.
        assert_eq!(runtime.signals().iter().map(PendingSignal::id).collect::<Vec<_>>(), ids);
        runtime.answer::<approval>(ids[1], approved("b")).expect("it is taken");
        assert_eq!(payload(run).await.results().next().expect("one").reason, "b");
        assert_ended(&runtime, ids[0]);
    });
}

#[test]
fn it_stands_wherever_an_agent_does() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = tokio::spawn(runtime.run(somebody, "tides".to_owned()));
        assert_eq!(payload(run).await.reason, "nobody else did");
        rings.recv().await.expect("it has waited");

        let run = tokio::spawn(runtime.run(both, "tides".to_owned()));
        for _ in 0..2 {
            rings.recv().await.expect("each waits");
        }
        for signal in runtime.signals() {
            let answer = if signal.agent().name == "go" {
                "null"
            } else {
                r#"{"approved":false,"reason":"no","stars":1}"#
            };
            runtime.answer_json(signal.id(), answer).expect("it is taken");
        }
        assert!(!payload(run).await.0.approved);

        let run = tokio::spawn(runtime.run(with_tool, "tides".to_owned()));
        let id = rings.recv().await.expect("it waits");
        assert_eq!(runtime.signals()[0].question_json(), r#"{"text":"tides"}"#);
        runtime.answer::<approval>(id, approved("as a tool")).expect("it is taken");
        assert_eq!(payload(run).await.reason, "as a tool");
    });
}

/// Answers by itself, in the middle of being told.
#[derive(Clone, Default)]
struct Eager(Arc<OnceLock<Runtime>>);

impl Observer for Eager {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::SignalWaits { id, question, .. } = event {
            let draft = Draft::parse(question.expect("it wants to see it")).expect("a draft");
            let runtime = self.0.get().expect("a runtime");
            runtime.answer::<approval>(*id, approved(&draft.text)).expect("it is taken");
        }
    }

    fn wants_payloads(&self) -> bool {
        true
    }
}

#[test]
fn whoever_is_told_may_answer_at_once() {
    on_both(|| async {
        let eager = Eager::default();
        let runtime = Runtime::builder().observer(eager.clone()).build();
        assert!(eager.0.set(runtime.clone()).is_ok());
        let done = runtime.run(asked, "tides".to_owned()).await.expect("it succeeds");
        assert_eq!(done.payload.reason, "tides");
    });
}

#[test]
fn tests_put_a_function_in_its_place() {
    paused().block_on(async {
        let runtime = Runtime::builder().replace::<approval>().by_fn(|draft| approved(&draft.text)).build();
        assert_eq!(
            runtime.run(asked, "tides".to_owned()).await.expect("it succeeds").payload.reason,
            "tides"
        );
    });
}

#[test]
fn the_latest_that_are_over_are_known_and_no_more() {
    paused().block_on(async {
        let (runtime, mut rings) = setup();
        let run = tokio::spawn(runtime.run(articles, (0..1025).map(|topic| topic.to_string()).collect()));
        let mut ids = Vec::new();
        for _ in 0..1025 {
            let id = rings.recv().await.expect("each waits");
            runtime.answer::<approval>(id, approved("yes")).expect("it is taken");
            ids.push(id);
        }
        payload(run).await;
        let again = |id| runtime.answer::<approval>(id, approved("yes")).unwrap_err();
        assert!(matches!(again(ids[0]), AnswerError::Unknown(_)));
        assert!(matches!(again(ids[1]), AnswerError::Answered(_)));
        assert!(matches!(again(ids[1024]), AnswerError::Answered(_)));
    });
}

#[test]
fn the_function_says_that_it_is_none() {
    let called = catch_unwind(|| {
        let call = pin!(approval(Draft { text: String::new() }));
        let Poll::Pending = call.poll(&mut task::Context::from_waker(Waker::noop())) else { return };
    });
    let message = called.expect_err("it panics").downcast::<String>().expect("a message");
    assert_eq!(
        *message,
        "signal `approval` is no function to call: it waits in a pipeline, and `Runtime::answer` answers it"
    );
}
