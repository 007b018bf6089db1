//! Signals of runs that outlive their process: asked once, answered from anywhere.

use crate::kept::folder;
use handoff::durable::{Durability, Durable, Files};
use handoff::prelude::*;
use handoff::{AnswerError, Run, SignalId};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::yield_now;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_mins(1);

#[contract]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Approval {
    pub approved: bool,
    #[check(len(1..=300))]
    pub reason: String,
}

fn approved(reason: &str) -> Approval {
    Approval { approved: true, reason: reason.to_owned() }
}

#[agent]
pub async fn write(topic: String) -> Draft {
    Draft { text: topic }
}

#[agent(signal, timeout = "5m")]
pub async fn approval(draft: Draft) -> Approval;

#[agent(signal, timeout = "none")]
pub async fn go(approval: Approval);

#[agent(input_budget = 25)]
pub async fn publish(approval: Approval) -> String {
    approval.reason
}

#[agent]
pub async fn drafts(topics: Vec<String>) -> Vec<Draft> {
    topics.into_iter().map(|text| Draft { text }).collect()
}

#[agent]
pub async fn one(approvals: Partial<Approval>) -> Approval {
    approvals.into_results().remove(0)
}

static IS_DOWN: AtomicBool = AtomicBool::new(false);

#[agent]
pub async fn send(approval: Approval) -> Result<String, &'static str> {
    if IS_DOWN.load(SeqCst) { Err("it is down") } else { Ok(approval.reason) }
}

pipeline! { pub article(String) -> String { write => approval => publish } }
pipeline! { pub sending(String) -> String { write => approval => send } }
pipeline! { pub asked(String) -> Approval { write => approval } }
pipeline! { pub first(Vec<String>) -> () {
    drafts => fan_out(|drafts| drafts, max = 9) approval => barrier(first = 1) => one => go
} }

/// Rings when a signal waits.
struct Bell(UnboundedSender<SignalId>);

impl Observer for Bell {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::SignalWaits { id, .. } = event {
            self.0.send(*id).expect("somebody listens");
        }
    }
}

/// What a process has: no other knows what waits in it.
struct Process {
    runtime: Runtime,
    durable: Durable,
    rings: UnboundedReceiver<SignalId>,
}

fn process(folder: &Path) -> Process {
    let (sender, rings) = unbounded_channel();
    let runtime = Runtime::builder().observer(Bell(sender)).build();
    let durable = runtime.durable(Files::open(folder, Durability::Process).unwrap());
    Process { runtime, durable, rings }
}

/// Polls a run until it waits, and drops it there: its process is gone.
async fn left<T>(run: Run<T>, rings: &mut UnboundedReceiver<SignalId>) -> SignalId {
    tokio::select! {
        biased;
        outcome = run => panic!("it has ended: {:?}", outcome.map(drop)),
        id = rings.recv() => id.expect("it waits"),
    }
}

/// How often this is in what is kept of a run that has not ended.
fn kept(folder: &Path, run: &str, what: &str) -> usize {
    let text = fs::read_to_string(folder.join("open").join(run).with_extension("jsonl")).unwrap();
    text.matches(&format!("{{\"{what}\":")).count()
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_a_process_that_goes_on_with_the_run() {
    let folder = folder("answered_meanwhile");
    let mut gone = process(&folder);
    let id = left(gone.durable.run(article, "a", "tides".to_owned()), &mut gone.rings).await;
    while !gone.runtime.signals().is_empty() {
        yield_now().await;
    }

    // Nobody has the run.
    let other = process(&folder).durable;
    let [signal] = &other.signals().unwrap()[..] else { panic!("one waits") };
    assert_eq!((signal.id(), signal.agent().name.as_ref()), (id, "approval"));
    assert_eq!((signal.question_json(), signal.task_path()), (r#"{"text":"tides"}"#, None));
    assert!(signal.until() > Some(signal.since() + 4 * MINUTE));
    assert!(signal.pipeline().ends_with("article"), "{}", signal.pipeline());
    let broken = other.answer::<approval>(id, approved("")).unwrap_err();
    let expected =
        "the answer is refused: `Approval` is broken: /reason: expected 1 to 300 characters, found 0";
    assert_eq!(broken.to_string(), expected);
    // The budget of who reads it.
    let long = other.answer::<approval>(id, approved(&"no ".repeat(30))).unwrap_err();
    assert!(
        matches!(&long, AnswerError::Refused(kind) if matches!(**kind, ErrorKind::OverBudget { budget: 25, .. })),
        "{long}"
    );
    assert!(matches!(other.answer::<go>(id, ()), Err(AnswerError::AnotherAgent { .. })));
    other.answer::<approval>(id, approved("well said")).unwrap();
    assert!(matches!(other.answer::<approval>(id, approved("no")), Err(AnswerError::Answered(_))));
    assert!(other.signals().unwrap().is_empty());

    let mut next = process(&folder);
    let done = next.durable.resume(article, "a").await.unwrap();
    assert_eq!(done.payload, "well said");
    // It waits again, as the same, until the answer is taken.
    assert_eq!(next.rings.recv().await, Some(id));
    assert!(matches!(next.durable.answer::<approval>(id, approved("no")), Err(AnswerError::Answered(_))));
    assert_eq!(fs::read_dir(folder.join("answers")).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_question_is_kept_once_however_often_the_run_is_gone_on_with() {
    let folder = folder("asked_once");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut process = process(&folder);
        ids.push(left(process.durable.run(asked, "a", "tides".to_owned()), &mut process.rings).await);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!((kept(&folder, "a", "waits"), kept(&folder, "a", "timer")), (1, 1));
    assert_eq!(process(&folder).durable.signals().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_the_run_hears_of_an_answer_from_elsewhere() {
    let folder = folder("answered_elsewhere");
    let mut owner = process(&folder);
    let started = Instant::now();
    let run = tokio::spawn(owner.durable.run(asked, "a", "tides".to_owned()));
    let id = owner.rings.recv().await.expect("it waits");
    tokio::time::sleep(MINUTE).await;
    process(&folder).durable.answer::<approval>(id, approved("from far away")).unwrap();
    assert_eq!(run.await.unwrap().unwrap().payload.reason, "from far away");
    assert!(started.elapsed() < MINUTE + Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_taken_at_once_where_it_waits_and_kept_before() {
    let folder = folder("answered_here");
    let mut here = process(&folder);
    let started = Instant::now();
    let run = tokio::spawn(here.durable.run(asked, "a", "tides".to_owned()));
    let id = here.rings.recv().await.expect("it waits");
    here.durable.answer::<approval>(id, approved("here")).unwrap();
    assert!(here.runtime.signals().is_empty());
    assert_eq!(run.await.unwrap().unwrap().payload.reason, "here");
    assert_eq!(started.elapsed(), Duration::ZERO);

    // The process goes away before the run has heard of it.
    let run = tokio::spawn(here.durable.run(asked, "b", "tides".to_owned()));
    let id = here.rings.recv().await.expect("it waits");
    here.durable.answer::<approval>(id, approved("kept")).unwrap();
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert_eq!(kept(&folder, "b", "done"), 1);
    let resumed = process(&folder).durable.resume(asked, "b").await.unwrap();
    assert_eq!(resumed.payload.reason, "kept");
}

#[tokio::test(start_paused = true)]
async fn its_timeout_is_a_timer_of_the_run() {
    let folder = folder("timed_out");
    let mut process = process(&folder);
    let started = Instant::now();
    let run = tokio::spawn(process.durable.run(asked, "a", "tides".to_owned()));
    let id = process.rings.recv().await.expect("it waits");
    let late = run.await.unwrap().unwrap_err();
    assert!(matches!(late.kind(), ErrorKind::TimedOut { after } if *after == 5 * MINUTE), "{late}");
    assert_eq!((late.agent(), started.elapsed()), ("approval", 5 * MINUTE));
    assert!(matches!(process.durable.answer::<approval>(id, approved("no")), Err(AnswerError::Ended(_))));
    assert!(process.durable.signals().unwrap().is_empty());
    let unknown = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7".parse().unwrap();
    assert!(matches!(
        process.durable.answer::<approval>(unknown, approved("no")),
        Err(AnswerError::Unknown(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_any_more_is_not_listed() {
    let folder = folder("withdrawn");
    let mut process = process(&folder);
    let run = tokio::spawn(process.durable.run(first, "a", ["a", "b"].map(str::to_owned).to_vec()));
    let ids = [process.rings.recv().await.unwrap(), process.rings.recv().await.unwrap()];
    let tasks = process.durable.signals().unwrap();
    let tasks: Vec<_> = tasks.iter().map(|signal| signal.task_path().unwrap().to_string()).collect();
    assert_eq!(tasks, ["0", "1"]);
    process.durable.answer::<approval>(ids[1], approved("b")).unwrap();
    let next = process.rings.recv().await.expect("the next waits");
    let [signal] = &process.durable.signals().unwrap()[..] else { panic!("one waits") };
    assert_eq!((signal.id(), signal.agent().name.as_ref(), signal.until()), (next, "go", None));
    assert!(matches!(process.durable.answer::<approval>(ids[0], approved("a")), Err(AnswerError::Ended(_))));
    run.abort();
    let _ = run.await;

    // Also where the run is gone on with.
    let id = left(process.durable.resume(first, "a"), &mut process.rings).await;
    assert_eq!((id, kept(&folder, "a", "withdrawn"), kept(&folder, "a", "waits")), (next, 1, 3));
    process.durable.answer::<go>(id, ()).unwrap();
    process.durable.resume(first, "a").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn json_is_an_answer_where_the_pipeline_is_known() {
    let folder = folder("answered_by_json");
    let mut gone = process(&folder);
    let id = left(gone.durable.run(article, "a", "tides".to_owned()), &mut gone.rings).await;
    let other = process(&folder).durable;
    let yes = r#"{"approved":true,"reason":"yes"}"#;
    let error = other.answer_json(id, yes).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "signal `{id}` belongs to agent `approval`, which is in no registered pipeline: register its pipeline with `Durable::with`, or answer with `Durable::answer`"
        )
    );
    let other = other.with(article);
    let error = other.answer_json(id, r#"{"approved":1,"reason":""}"#).unwrap_err();
    assert_eq!(error.contract_violation().expect("it is broken").violations().len(), 2);
    other.answer_json(id, yes).unwrap();
    assert_eq!(other.resume(article, "a").await.unwrap().payload, "yes");
}

#[tokio::test(start_paused = true)]
async fn whoever_has_answered_is_not_asked_again() {
    let folder = folder("answered_before");
    IS_DOWN.store(true, SeqCst);
    let mut first = process(&folder);
    let run = tokio::spawn(first.durable.run(sending, "a", "tides".to_owned()));
    let id = first.rings.recv().await.expect("it waits");
    first.durable.answer::<approval>(id, approved("yes")).unwrap();
    assert!(run.await.unwrap().is_err());
    IS_DOWN.store(false, SeqCst);
    let mut second = process(&folder);
    assert_eq!(second.durable.again(sending, "a").await.unwrap().payload, "yes");
    assert!(second.rings.try_recv().is_err());
}
