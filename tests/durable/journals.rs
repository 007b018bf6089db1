//! What the engine asks of a journal, and what it makes of what that says.

use crate::agents::{
    Tick, all, chain, counting, flaky, look_up, mapped, retried, settled, tick, ticking, work,
};
use crate::support::{check, runtime, told};
use handoff::AgentSpec;
use handoff::agent::{Config, Target};
use handoff::durable::{
    Call, Elsewhere, Entry, Head, Here, Journal, JournalError, Local, Memory, Origin, Outcome, Scheduled,
    Stop, Store, Ticket, Timer, drive, drive_to_text,
};
use handoff::engine::{Drive, Driven, Engine, Handed};
use handoff::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

fn trace() -> TraceId {
    TraceId::from_bytes([7; 16]).unwrap()
}

/// The beginning of a run.
fn begun<P: AgentSpec>(input: &P::Input) -> Vec<Entry> {
    vec![Entry::Run(Box::new(Head::of::<P>("order-17", trace(), input).unwrap()))]
}

/// Drives a run in memory, from these entries.
async fn go<P: Drive<Scheduled<Here<()>>>>(
    runtime: &Runtime,
    entries: Vec<Entry>,
    origin: Origin,
) -> (Result<Envelope<P::Output>, PipelineError>, Vec<Entry>) {
    let memory = Memory::of(entries.clone());
    let mut journal = Local::new(entries, Some(false), memory.clone()).unwrap();
    let input = journal.head().input.get().to_owned();
    let outcome = drive::<P, _, _, _>(runtime, origin, &mut journal, Here::new(runtime), input).await;
    (outcome, memory.entries())
}

fn origin() -> Origin {
    Origin::new("order-17", trace())
}

/// Agents are in another process, as far as the engine can see: calls go there as text, and so do ends. It is not `Send`,
/// and hears what it has said before only if that is asked for byte for byte as before.
struct Posted {
    hosts: Runtime,
    /// What has been asked for so far, and what has been said, in that order.
    asked: Rc<Vec<String>>,
    said: VecDeque<(Ticket, String)>,
    made: Vec<String>,
    sender: mpsc::UnboundedSender<(Ticket, String)>,
    ends: mpsc::UnboundedReceiver<(Ticket, String)>,
    log: Vec<(Ticket, String)>,
    /// The most that it was asked for, and had not said, at once.
    most_at_once: usize,
    /// Calls as `Debug` shows them.
    shown: String,
    waiting: HashMap<Ticket, tokio::task::JoinHandle<()>>,
    given_up: Vec<Ticket>,
}

impl Posted {
    fn new(hosts: Runtime, asked: Vec<String>, said: Vec<(Ticket, String)>) -> Self {
        let (sender, ends) = mpsc::unbounded_channel();
        let (asked, said) = (Rc::new(asked), said.into());
        let (made, log, waiting, most_at_once) = (Vec::new(), Vec::new(), HashMap::new(), 0);
        let (shown, given_up) = (String::new(), Vec::new());
        Self { hosts, asked, said, made, sender, ends, log, most_at_once, shown, waiting, given_up }
    }

    fn is_said(&self, ticket: Ticket) -> bool {
        self.said.iter().any(|(said, _)| *said == ticket)
    }

    fn ask(&mut self, text: String) -> Result<(), JournalError> {
        let before = self.asked.get(self.made.len()).filter(|before| **before != text);
        self.made.push(text);
        self.most_at_once = self.most_at_once.max(self.made.len() - self.log.len());
        before.map_or(Ok(()), |before| Err(JournalError::elsewhere(format!("it was {before}"))))
    }
}

impl Journal for Posted {
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError> {
        self.shown = format!("{}{call:?}", self.shown);
        let text = call.to_json().expect("agents are elsewhere");
        self.ask(text.clone())?;
        if !self.is_said(ticket) {
            let (hosts, sender, agent) = (self.hosts.clone(), self.sender.clone(), call.address);
            let task = tokio::spawn(async move {
                let outcome = match agent {
                    "work" => hosts.serve::<work>(&text).await,
                    "flaky" => hosts.serve::<flaky>(&text).await,
                    "split" => hosts.serve::<crate::agents::split>(&text).await,
                    "left" => hosts.serve::<left>(&text).await,
                    "total" => hosts.serve::<crate::agents::total>(&text).await,
                    other => panic!("no host has `{other}`"),
                };
                let _ = sender.send((ticket, outcome.unwrap().to_json().unwrap()));
            });
            self.waiting.insert(ticket, task);
        }
        Ok(())
    }

    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError> {
        self.ask(format!("{timer:?}"))?;
        if !self.is_said(ticket) {
            let sender = self.sender.clone();
            let task = tokio::spawn(async move {
                tokio::time::sleep(timer.after).await;
                let _ = sender.send((ticket, String::new()));
            });
            self.waiting.insert(ticket, task);
        }
        Ok(())
    }

    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        let (ticket, text) = match self.said.pop_front() {
            Some(said) => said,
            None => self.ends.recv().await.unwrap(),
        };
        self.log.push((ticket, text.clone()));
        Ok((ticket, Outcome::from_json(&text).unwrap_or(Outcome::Fired)))
    }

    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        for ticket in tickets {
            if let Some(task) = self.waiting.remove(&ticket) {
                task.abort();
            }
            self.given_up.push(ticket);
        }
        Ok(())
    }

    fn is_replaying(&self) -> bool {
        !self.said.is_empty()
    }
}

async fn posted<P: Drive<Scheduled<Elsewhere>>>(journal: &mut Posted, input: &str) -> String
where
    P::Output: Contract,
{
    let runtime = runtime().build();
    told(&drive::<P, _, _, _>(&runtime, origin(), journal, Elsewhere, input).await)
}

async fn is_the_same_elsewhere<P>(pipeline: impl handoff::pipeline::Names<P, ()> + Copy, input: P::Input)
where
    P: Drive<handoff::engine::TokioEngine<()>> + Drive<Scheduled<Elsewhere>>,
{
    let json = serde_json::to_string(&input).unwrap();
    let on_tokio = told(&runtime().build().run(pipeline, input).await);
    let mut uncut = Posted::new(runtime().build(), Vec::new(), Vec::new());
    assert_eq!(posted::<P>(&mut uncut, &json).await, on_tokio);
    for cut in 0..uncut.log.len() {
        let mut resumed = Posted::new(runtime().build(), uncut.made.clone(), uncut.log[..cut].to_vec());
        assert_eq!(posted::<P>(&mut resumed, &json).await, on_tokio, "cut after {cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn agents_in_other_processes_are_called_by_texts_that_are_always_the_same() {
    is_the_same_elsewhere(settled, "bad a bb".to_owned()).await;
    is_the_same_elsewhere(retried, 2).await;
    is_the_same_elsewhere(retried, 9).await;
}

#[tokio::test(start_paused = true)]
async fn a_host_refuses_what_is_no_call_of_its_agent() {
    let mut journal = Posted::new(runtime().build(), Vec::new(), Vec::new());
    posted::<retried>(&mut journal, "0").await;
    let hosts = runtime().build();
    let refused = async |text: &str| hosts.serve::<look_up>(text).await.unwrap_err().to_string();
    assert_eq!(
        refused(&journal.made[0]).await,
        "not the JSON of a call: it is a call of agent `flaky`, not of `look_up`"
    );
    let other = journal.made[0].replacen(r#""version":3"#, r#""version":4"#, 1);
    // That of the next version may have more to say.
    for other in [other.clone(), other.replacen('{', r#"{"more":1,"#, 1)] {
        assert_eq!(
            refused(&other).await,
            "not the JSON of a call: its version is 4, and this version of handoff reads 3"
        );
    }
    let more = journal.made[0].replacen('{', r#"{"more":1,"#, 1);
    assert!(refused(&more).await.starts_with("not the JSON of a call: unknown field `more`"));
    assert!(refused("").await.starts_with("not the JSON of a call: EOF"));
    // A host that is being shut down leaves it to another one.
    hosts.shutdown(Duration::ZERO).await;
    assert!(matches!(hosts.serve::<flaky>(&journal.made[0]).await, Ok(Outcome::Gone)));
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_forgets_in_which_order_calls_have_ended_is_found_out() {
    let runtime = runtime().build();
    let (outcome, entries) = go::<all>(&runtime, begun::<all>(&"ccc bad a".to_owned()), origin()).await;
    let expected = told(&outcome);
    let mut other = entries.clone();
    // Before `bad` failed, two had succeeded.
    let last = other.len() - 1;
    other.swap(last, last - 1);
    let (outcome, _) = go::<all>(&runtime, other, origin()).await;
    assert_ne!(told(&outcome), expected);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_calls_something_else_is_told_what_it_called() {
    let runtime = runtime().build();
    let (_, entries) = go::<chain>(&runtime, begun::<chain>(&"a".to_owned()), origin()).await;
    let line = async |entries| {
        let (outcome, after) = go::<mapped>(&runtime, entries, origin()).await;
        let error = outcome.unwrap_err();
        assert!(!error.kind().ends_a_kept_run());
        (error.to_string(), after.len())
    };
    // Of `first => second => third`, `first` is called as before, and `second` with what a closure has made.
    let (line, after) = line(entries[..3].to_vec()).await;
    assert_eq!(after, 3, "nothing is written");
    assert_eq!(
        line,
        "pipeline `mapped`, agent `mapped`: run `order-17` does not fit this program: at `1`, agent `second` gets another input than when the run was recorded, made by `mapped`; the pipeline is declared as it was, so a closure of it (`map`, `label`, `until`, `recover`, a guard) or a `Serialize` has changed, or depends on a clock, on chance, or on the order of a `HashMap`"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_tried_again_uses_outputs_and_no_failures() {
    let runtime = runtime().build();
    let (outcome, mut entries) = go::<all>(&runtime, begun::<all>(&"ccc bad a".to_owned()), origin()).await;
    outcome.unwrap_err();
    entries.push(Entry::Again { at: 0 });
    let kept = entries.len();
    let mended = Runtime::builder().replace::<work>().by_fn(|part: String| format!("mended {part}")).build();
    let (outcome, entries) = go::<all>(&mended, entries, origin()).await;
    assert_eq!(outcome.unwrap().payload, "CCC mended bad A");
    let ended: Vec<_> = entries[kept..].iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    assert_eq!(ended.len(), 5, "what is used again is kept again");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_goes_on_while_nobody_has_the_run() {
    let limited = runtime().limits(Limits::default().deadline(Duration::from_millis(300))).build();
    let begin = || begun::<chain>(&"a".to_owned());
    for (runtime, origin) in
        [(limited, origin()), (runtime().build(), origin().deadline(Some(Duration::from_millis(300))))]
    {
        let (outcome, entries) = go::<chain>(&runtime, begin(), origin.clone()).await;
        let error = outcome.expect_err("it takes longer than that");
        assert!(error.to_string().contains("not done by the deadline of the run"), "{error}");
        assert!(error.kind().ends_a_kept_run());
        assert!(matches!(&entries[1], Entry::Timer { place, .. } if place == "deadline"));
        // It was over long ago.
        let mut entries = entries[..2].to_vec();
        if let Entry::Timer { until, .. } = &mut entries[1] {
            *until = 0;
        }
        let (again, entries) = go::<chain>(&runtime, entries, origin).await;
        assert_eq!(again.unwrap_err().to_string(), error.to_string().replace("second", "first"));
        assert_eq!(entries.len(), 3, "nothing but the deadline has ended: {entries:?}");
    }
    let none = origin().deadline(Some(Duration::ZERO));
    let (outcome, entries) = go::<chain>(&runtime().build(), begin(), none).await;
    let line = "pipeline `chain`, agent `caller`: not done by the deadline of the run, which is 0ns";
    assert_eq!((outcome.unwrap_err().to_string().as_str(), entries.len()), (line, 1));
}

/// Makes no call.
#[derive(Default)]
struct Refusing {
    asked: VecDeque<Ticket>,
    calls: usize,
}

impl Journal for Refusing {
    fn call(&mut self, ticket: Ticket, _: Call) -> Result<(), JournalError> {
        self.asked.push_back(ticket);
        self.calls += 1;
        Ok(())
    }

    fn sleep(&mut self, _: Ticket, timer: Timer) -> Result<(), JournalError> {
        panic!("nothing is tried again: {timer:?}")
    }

    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        Ok((self.asked.pop_front().unwrap(), Outcome::Refused("it was killed".to_owned())))
    }

    async fn cancel(&mut self, _: Vec<Ticket>) -> Result<(), JournalError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_has_failed_for_good() {
    let mut journal = Refusing::default();
    let error = drive::<retried, _, _, _>(&runtime().build(), origin(), &mut journal, Elsewhere, "2")
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "pipeline `retried`, agent `flaky`: it was killed");
    assert!(error.kind().ends_a_kept_run());
    assert_eq!(journal.calls, 1, "its agent has retries");
}

/// How many seconds it may take.
#[agent(timeout = "2h")]
async fn left(_: u64, cx: Context) -> u64 {
    cx.time_left().unwrap_or_default().as_secs()
}

pipeline! { timed(u64) -> u64 { left } }

#[tokio::test(start_paused = true)]
async fn agents_know_the_deadline_of_their_run() {
    let limited = runtime().limits(Limits::default().deadline(Duration::from_hours(1))).build();
    let (outcome, _) = go::<timed>(&limited, begun::<timed>(&0), origin()).await;
    assert!((3_590..=3_600).contains(&outcome.unwrap().payload));

    // Elsewhere, as it was when the run began.
    let until = SystemTime::now() + Duration::from_mins(30);
    for (until, expected) in [(Some(until), 1_790..=1_800), (None, 7_190..=7_200)] {
        let mut journal = Posted::new(limited.clone(), Vec::new(), Vec::new());
        let origin = origin().until(until);
        let outcome = drive::<timed, _, _, _>(&limited, origin, &mut journal, Elsewhere, "0").await;
        assert!(expected.contains(&outcome.unwrap().payload));
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_none_is_an_error_of_the_run() {
    let runtime = runtime().build();
    let mut journal = Posted::new(runtime.clone(), Vec::new(), Vec::new());
    let error =
        drive::<retried, _, _, _>(&runtime, origin(), &mut journal, Elsewhere, "\"two\"").await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.pipeline(), error.agent()), ("contract", "retried", "flaky"));
    assert!(error.kind().ends_a_kept_run() && journal.made.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_journal_can_go_elsewhere_can_go_there_too() {
    let runtime = runtime().build();
    let entries = begun::<chain>(&"a".to_owned());
    let text = tokio::spawn(async move {
        let mut journal = Local::new(entries.clone(), None, Memory::of(entries)).unwrap();
        let hands = Here::new(&runtime);
        drive_to_text::<chain, _, _, _>(&runtime, origin(), &mut journal, hands, "\"a\"").await
    });
    let text = text.await.unwrap().unwrap();
    assert_eq!(Envelope::<crate::agents::Note>::from_json(&text).unwrap().payload.text, "a 1 2 3");
}

/// Fails when so many entries are in it.
struct Full {
    memory: Memory,
    room: usize,
}

impl Store for Full {
    async fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        if self.memory.entries().len() + entries.len() > self.room {
            return Err(JournalError::elsewhere("no room"));
        }
        self.memory.append(entries).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_journal_is_no_failure_of_a_task() {
    let runtime = runtime().build();
    let input = "bad a bb".to_owned();
    let (_, entries) = go::<settled>(&runtime, begun::<settled>(&input), origin()).await;

    let memory = Memory::of(begun::<settled>(&input));
    let store = Full { memory: memory.clone(), room: 3 };
    let mut journal = Local::new(memory.entries(), None, store).unwrap();
    let json = format!("{input:?}");
    let hands = Here::new(&runtime);
    let error = drive::<settled, _, _, _>(&runtime, origin(), &mut journal, hands, json).await.unwrap_err();
    assert_eq!(error.to_string(), "pipeline `settled`, agent `settled`: no room");
    assert_eq!(memory.entries().len(), 3);

    // Of the contract of another build.
    let mut lines: Vec<_> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
    let (before, after) = lines[2].split_once(r#""schema":""#).unwrap();
    lines[2] = format!(r#"{before}"schema":"{}{}"#, "0".repeat(64), &after[64..]);
    let drifted = lines.iter().take(3).map(|line| serde_json::from_str(line).unwrap()).collect();
    let error = go::<settled>(&runtime, drifted, origin()).await.0.unwrap_err();
    assert_eq!((error.kind().as_str(), error.agent(), error.task()), ("schema_drift", "work", Some(1)));
    assert!(!error.kind().ends_a_kept_run());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_leaves_the_run_as_it_is() {
    let runtime = runtime().build();
    let (run, _) = tokio::join!(
        go::<chain>(&runtime, begun::<chain>(&"a".to_owned()), origin()),
        runtime.shutdown(Duration::from_millis(300)),
    );
    let (outcome, entries) = run;
    let error = outcome.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
    assert!(!error.kind().ends_a_kept_run());
    assert_eq!((error.agent(), entries.len()), ("second", 2));
    let (outcome, _) = go::<chain>(&crate::support::runtime().build(), entries, origin()).await;
    assert_eq!(outcome.unwrap().payload.text, "a 1 2 3");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_elsewhere_gives_up_no_call() {
    let posted = |asked| Posted::new(runtime().build(), asked, Vec::new());
    let input = "\"ccc bb a\"";
    let soon = Duration::from_millis(300);

    let (host, mut journal) = (runtime().build(), posted(Vec::new()));
    let run = drive::<settled, _, _, _>(&host, origin(), &mut journal, Elsewhere, input);
    let (outcome, _) = tokio::join!(run, host.shutdown(soon));
    let error = outcome.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }), "{error}");
    assert_eq!((journal.log.len(), journal.made.len()), (2, 4), "two are under way");
    assert!(journal.given_up.is_empty(), "{:?}", journal.given_up);

    let mut asked = journal.made;
    asked[3] = "another call".to_owned();
    let (host, mut journal) = (runtime().build(), posted(asked));
    let run = drive::<settled, _, _, _>(&host, origin(), &mut journal, Elsewhere, input);
    assert_eq!(run.await.unwrap_err().kind().as_str(), "journal");
    assert_eq!(journal.made.len(), 4);
    assert!(journal.given_up.is_empty(), "{:?}", journal.given_up);

    // The run's own end gives up what is under way.
    let mut journal = posted(Vec::new());
    let limited = origin().deadline(Some(soon));
    let run = drive::<settled, _, _, _>(&host, limited, &mut journal, Elsewhere, input);
    assert_eq!(run.await.unwrap_err().kind().as_str(), "deadline");
    assert_eq!(journal.given_up.len(), 2, "{:?}", journal.given_up);
}

static NESTED: OnceLock<Runtime> = OnceLock::new();

#[agent]
async fn nests(text: String) -> Result<String, PipelineError> {
    let (outcome, _) = go::<all>(NESTED.get().unwrap(), begun::<all>(&text), origin()).await;
    Ok(outcome?.payload)
}

pipeline! { nesting(String) -> Vec<String> { crate::agents::split => fan_out(parts, max = 8) nests => barrier(all) } }

#[tokio::test(start_paused = true)]
async fn tasks_that_wait_for_tasks_of_other_runs_do_not_wait_for_one_another() {
    let runtime = NESTED.get_or_init(|| runtime().limits(Limits::default().tasks_in_flight(1)).build());
    let (outcome, _) = go::<nesting>(runtime, begun::<nesting>(&"a bb".to_owned()), origin()).await;
    assert_eq!(outcome.unwrap().payload, ["A", "BB"]);
}

#[tokio::test(start_paused = true)]
async fn no_more_tasks_are_under_way_than_the_runtime_lets() {
    for (limit, expected) in [(1, 1), (2, 2), (9, 3)] {
        let runtime = runtime().limits(Limits::default().tasks_in_flight(limit)).build();
        let mut journal = Posted::new(crate::support::runtime().build(), Vec::new(), Vec::new());
        let input = "\"ccc bb a\"";
        drive::<settled, _, _, _>(&runtime, origin(), &mut journal, Elsewhere, input).await.unwrap();
        assert_eq!(journal.most_at_once, expected);
        // In this process agents have to wait for their turn, too.
        check(&runtime, settled, "ccc bb a".to_owned()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_attempt_keeps_the_next_one_has() {
    let runtime = runtime().build();
    let (outcome, _) = go::<counting>(&runtime, begun::<counting>(&()), origin()).await;
    assert_eq!(outcome.unwrap().payload, 3);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_tried_again_may_be_cut_short_again() {
    let ticks = Arc::new(AtomicU32::new(0));
    let number = Arc::clone(&ticks);
    let tick_on = move |text: String| Tick { text, number: number.fetch_add(1, Ordering::Relaxed) };
    let runtime = runtime().replace::<tick>().by_fn(tick_on).build();
    let (outcome, mut entries) = go::<ticking>(&runtime, begun::<ticking>(&"a".to_owned()), origin()).await;
    assert_eq!(outcome.unwrap().payload.number, 2);
    entries.push(Entry::Again { at: 0 });
    let kept = entries.len();
    let (outcome, entries) = go::<ticking>(&runtime, entries, origin()).await;
    assert_eq!(outcome.unwrap().payload.number, 2);
    for cut in kept..=entries.len() {
        let (outcome, _) = go::<ticking>(&runtime, entries[..cut].to_vec(), origin()).await;
        assert_eq!(outcome.unwrap().payload.number, 2, "cut after {cut}");
    }
    assert_eq!(ticks.load(Ordering::Relaxed), 3, "each output is used again, in its turn");
}

#[tokio::test(start_paused = true)]
async fn payloads_do_not_show() {
    let runtime = runtime().build();
    let (_, entries) =
        go::<settled>(&runtime, begun::<settled>(&"secret badsecret".to_owned()), origin()).await;
    assert!(entries.iter().any(|entry| serde_json::to_string(entry).unwrap().contains("secret")));
    let mut journal = Posted::new(runtime.clone(), Vec::new(), Vec::new());
    posted::<settled>(&mut journal, "\"secret badsecret\"").await;
    let outcomes: Vec<_> = journal.log.iter().map(|(_, text)| Outcome::from_json(text)).collect();
    for shown in [
        format!("{entries:?}"),
        format!("{:?}", Memory::of(entries.clone())),
        format!("{outcomes:?}"),
        journal.shown,
    ] {
        assert!(!shown.is_empty() && !shown.contains("secret"), "{shown}");
    }
}

/// Waits for what nobody has asked a journal for.
#[allow(non_camel_case_types)] // a stage is named like a function
struct waits;

impl AgentSpec for waits {
    type Input = String;
    type Output = String;
    type Declared = Self;
    const CONFIG: &'static Config = &Config::pipeline("waits", &"waits", &[]);
}

impl<E: Engine> Drive<E> for waits {
    fn drive(_: &E, _: Handed<String>, _: Target) -> Driven<'_, String> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_something_else_is_told_so_and_does_not_hang() {
    for deadline in [None, Some(Duration::from_secs(1))] {
        let mut journal = Posted::new(runtime().build(), Vec::new(), Vec::new());
        let (runtime, origin) = (runtime().build(), origin().deadline(deadline));
        let outcome = drive::<waits, _, _, _>(&runtime, origin, &mut journal, Elsewhere, "\"a\"").await;
        let error = outcome.unwrap_err();
        let ErrorKind::Journal(why) = error.kind() else { panic!("{error}") };
        assert!(matches!(**why, JournalError::NotDurable { after: None, .. }), "{error}");
    }
}

pipeline! { pub stuck(String) -> String { crate::agents::first => waits } }

#[tokio::test(start_paused = true)]
async fn where_it_waits_is_told() {
    let runtime = runtime().build();
    let (outcome, _) = go::<stuck>(&runtime, begun::<stuck>(&"a".to_owned()), origin()).await;
    let line = outcome.unwrap_err().to_string();
    let expected = "agent `first` has ended last, and hands on to `waits`";
    assert!(line.ends_with(expected), "{line}");
}

#[test]
fn what_another_version_has_kept_is_told_before_what_is_new_in_it() {
    let newer = r#"{"run":{"version":2,"name":"a","input":{}}}"#;
    let error = serde_json::from_str::<Entry>(newer).unwrap_err().to_string();
    assert!(error.starts_with("it is of version 2, and this version of handoff reads 1"), "{error}");
}

#[test]
fn what_another_version_has_kept_is_not_gone_on_with() {
    let mut entries = begun::<chain>(&"a".to_owned());
    let Entry::Run(head) = &mut entries[0] else { unreachable!("it is the first") };
    head.version = Head::VERSION + 1;
    let Err(error) = Local::new(entries, None, Memory::default()) else {
        panic!("nobody knows what it says")
    };
    let (kept, read) = (format!("of version {}", Head::VERSION + 1), format!("reads {}", Head::VERSION));
    let line = error.to_string();
    assert!(line.contains(&kept) && line.contains(&read), "{line}");
}
