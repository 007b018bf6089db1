//! Runs that outlive their process: gone on with where they were left, and asked for again when they have ended.

use crate::kept::{Desk, folder, journal_error, left, retried, story, tolerant};
use handoff::durable::{Durability, Durable, Files, JournalError, RunState};
use handoff::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const TEXT: &str = "tides";

/// The lines of the file of a run.
fn lines(folder: &Path, file: &str) -> Vec<String> {
    fs::read_to_string(folder.join(file)).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_run_goes_on_where_it_was_left() {
    let folder = folder("left");
    let (expected, plain) =
        (Desk::default().runtime().run(story, TEXT.to_owned()).await.unwrap(), Desk::holding("publish"));
    let run = plain.durable(&folder).run(story, "a", TEXT.to_owned());
    let trace_id = run.trace_id();
    left(run, &plain).await;
    assert_eq!(plain.called(), ["first", "publish", "second"]);

    let desk = Desk::default();
    let told = desk.durable(&folder).run(story, "a", TEXT.to_owned()).await.unwrap();
    assert_eq!(desk.called(), ["publish"]);
    assert_eq!(told.payload, expected.payload);
    assert_eq!(told.warnings, expected.warnings);
    assert_eq!(told.trace_id, trace_id);
    // The call that was made twice, for whoever acts on it.
    assert_eq!(plain.keys().last(), desk.keys().last());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_has_ended_says_so_again_and_calls_nobody() {
    let folder = folder("ended");
    let first = Desk::default();
    let told = first.durable(&folder).run(story, "good", TEXT.to_owned()).await.unwrap();
    let broken = Desk::broken("second");
    let error = broken.durable(&folder).run(story, "bad", TEXT.to_owned()).await.unwrap_err();
    assert_eq!(error.to_string(), "pipeline `story`, agent `second`: second is broken");

    let desk = Desk::default();
    let durable = desk.durable(&folder);
    let heard = Heard::default();
    for again in [
        durable.run(story, "good", TEXT.to_owned()).observer(heard.clone()).await,
        durable.resume(story, "good").observer(heard.clone()).await,
    ] {
        let again = again.unwrap();
        assert_eq!(again.payload, told.payload);
        assert_eq!((again.trace_id, again.warnings), (told.trace_id, told.warnings.clone()));
    }
    for again in [durable.run(story, "bad", TEXT.to_owned()).await, durable.resume(story, "bad").await] {
        assert_eq!(format!("{:?}", again.unwrap_err()), format!("{error:?}"));
    }
    assert_eq!(desk.called(), [""; 0]);
    assert_eq!(heard.take(), [""; 0]);
    assert!(durable.resume_all().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_somebody_has_is_under_way() {
    let folder = folder("under_way");
    let desk = Desk::holding("second");
    let durable = desk.durable(&folder).with(story);
    let run = tokio::spawn(durable.run(story, "a", TEXT.to_owned()));
    desk.reached().await;
    let under_way = JournalError::UnderWay { id: "a".to_owned() };
    let other = Desk::default().durable(&folder).with(story);
    assert_eq!(journal_error(durable.run(story, "a", TEXT.to_owned()).await), under_way);
    assert_eq!(journal_error(other.run(story, "a", TEXT.to_owned()).await), under_way);
    assert_eq!(journal_error(other.resume(story, "a").await), under_way);
    assert_eq!(journal_error(other.again(story, "a").await), under_way);
    assert_eq!(other.forget("a"), Err(under_way));
    // Whoever starts has nothing to do with it.
    assert!(other.resume_all().await.unwrap().is_empty());
    assert_eq!(other.runs().unwrap()[0].state, RunState::Open);
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert!(other.resume(story, "a").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_id_is_that_of_one_pipeline_on_one_input() {
    let folder = folder("taken");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(story, "open", TEXT.to_owned()), &desk).await;
    let durable = Desk::default().durable(&folder);
    durable.run(story, "ended", TEXT.to_owned()).await.unwrap();
    for id in ["open", "ended"] {
        let taken = |reason: &str| JournalError::Taken { id: id.to_owned(), reason: reason.to_owned() };
        let other = durable.run(story, id, "moons".to_owned()).await;
        assert_eq!(journal_error(other), taken("on another input"));
        let reason = "of pipeline `story`, and not of `tolerant`";
        assert_eq!(journal_error(durable.run(tolerant, id, TEXT.to_owned()).await), taken(reason));
        assert_eq!(journal_error(durable.again(tolerant, id).await), taken(reason));
    }
    assert_eq!(
        journal_error(durable.resume(story, "none").await),
        JournalError::Unknown { id: "none".to_owned() }
    );
    assert_eq!(
        journal_error(durable.again(story, "none").await),
        JournalError::Unknown { id: "none".to_owned() }
    );
    // Nobody was kept from anything by that.
    assert!(durable.resume(story, "open").await.is_ok());
    assert_eq!(durable.runs().unwrap().len(), 2);
}

/// The file is cut at every line and in the middle of each, as it is when a process is killed while it writes.
#[tokio::test(start_paused = true)]
async fn wherever_its_file_ends_a_run_comes_to_the_same() {
    let folder = folder("cut");
    let desk = Desk::broken("work b");
    let runtime = desk.durable(&folder);
    let whole = runtime.run(tolerant, "a", "a b c".to_owned()).await.unwrap();
    let calls = desk.called();
    let lines = lines(&folder, "ended/a.jsonl");
    let (open, ended) = (folder.join("open/a.jsonl"), folder.join("ended/a.jsonl"));
    for cut in 1..lines.len() {
        for torn in [false, true] {
            let mut text = lines[..cut].join("\n") + "\n";
            if torn {
                text += &lines[cut][..lines[cut].len() / 2];
            }
            fs::write(&open, text).unwrap();
            fs::remove_file(&ended).unwrap();
            let desk = Desk::broken("work b");
            let told = desk.durable(&folder).run(tolerant, "a", "a b c".to_owned()).await.unwrap();
            assert_eq!((told.payload, told.warnings), (whole.payload.clone(), whole.warnings.clone()));
            let kept = lines[..cut].iter().filter(|line| line.contains("\"place\"")).count();
            assert_eq!(desk.called().len(), calls.len() - kept, "cut at line {cut}");
        }
    }
    // Its end is kept, but its file was not seen to.
    fs::rename(&ended, &open).unwrap();
    let desk = Desk::default();
    assert!(desk.durable(&folder).resume(tolerant, "a").await.is_ok());
    assert!(desk.called().is_empty() && ended.exists());
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_has_failed_is_not_made_again() {
    let folder = folder("attempts");
    let desk = Desk::holding("stubborn 2");
    left(desk.durable(&folder).run(retried, "a", TEXT.to_owned()), &desk).await;
    assert_eq!(desk.called(), ["first", "stubborn 1", "stubborn 2"]);
    let desk = Desk::default();
    let told = desk.durable(&folder).resume(retried, "a").await.unwrap();
    assert_eq!(desk.called(), ["publish", "stubborn 2"]);
    assert_eq!(told.warnings[1].to_string(), "agent `stubborn`: attempt 1 failed: not yet");
}

#[tokio::test(start_paused = true)]
async fn shutdown_interrupts_a_run_and_ends_none() {
    let folder = folder("shutdown");
    let desk = Desk::holding("second");
    let runtime = desk.runtime();
    let durable = runtime.durable(Files::open(&folder, Durability::Disk).unwrap());
    let run = tokio::spawn(durable.run(story, "a", TEXT.to_owned()));
    desk.reached().await;
    let shutdown = runtime.shutdown(Duration::from_secs(1)).await;
    assert_eq!((shutdown.ended, shutdown.cancelled, shutdown.left), (0, 1, 0));
    let error = run.await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Shutdown }));
    let error = durable.run(story, "b", TEXT.to_owned()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ShuttingDown));

    let desk = Desk::default();
    let durable = desk.durable(&folder).with(story);
    let resumed = durable.resume_all().await.unwrap();
    let [resumed] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!((&*resumed.id, resumed.outcome.is_ok()), ("a", true));
    assert_eq!(desk.called(), ["publish", "second"]);
    assert_eq!(durable.runs().unwrap().len(), 1, "what was refused has not begun");
}

#[test]
fn a_run_outlives_the_tokio_runtime() {
    let folder = folder("tokio");
    let tokio =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let desk = Desk::holding("second");
    let first = tokio();
    drop(first.spawn(desk.durable(&folder).run(story, "a", TEXT.to_owned())));
    first.block_on(desk.reached());
    drop(first);
    let desk = Desk::default();
    assert!(tokio().block_on(async { desk.durable(&folder).resume(story, "a").await }).is_ok());
    assert_eq!(desk.called(), ["publish", "second"]);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_handle_ends_a_run_for_good() {
    let folder = folder("cancelled");
    let desk = Desk::holding("second");
    let run = desk.durable(&folder).run(story, "a", TEXT.to_owned());
    let handle = run.cancel_handle();
    let run = tokio::spawn(run);
    desk.reached().await;
    handle.cancel();
    let error = run.await.unwrap().unwrap_err();
    let again = Desk::default().durable(&folder).run(story, "a", TEXT.to_owned()).await.unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    assert!(matches!(again.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }));

    // Before it has begun there is none.
    let durable = desk.durable(&folder);
    let run = durable.run(story, "b", TEXT.to_owned());
    run.cancel_handle().cancel();
    run.await.unwrap_err();
    assert_eq!(durable.runs().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_that_which_the_run_began_with() {
    const MINUTE: Duration = Duration::from_mins(1);
    let folder = folder("deadline");
    let desk = Desk::holding("second");
    left(desk.durable(&folder).run(story, "a", TEXT.to_owned()).deadline(MINUTE), &desk).await;
    // Nobody says it again.
    let error = Desk::holding("second").durable(&folder).resume(story, "a").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "pipeline `story`, agent `second`: not done by the deadline of the run, which is 60s"
    );
    let again = desk.durable(&folder).resume(story, "a").await.unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
}

/// What an observer has heard.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let line = match event {
            Event::RunStarted { pipeline, .. } => format!("{pipeline} starts"),
            Event::RunResumed { pipeline, entries, .. } => format!("{pipeline} goes on after {entries}"),
            Event::AttemptStarted { agent, .. } => format!("{agent} starts"),
            Event::Handoff { source, target, .. } => format!("{source} to {target}"),
            Event::RunEnded { outcome: Outcome::Succeeded, .. } => "it has ended".to_owned(),
            Event::RunEnded { outcome: Outcome::Dropped, .. } => "it was dropped".to_owned(),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test(start_paused = true)]
async fn observers_are_told_nothing_twice() {
    let folder = folder("observed");
    let (desk, heard) = (Desk::holding("publish"), Heard::default());
    left(desk.durable(&folder).run(story, "a", TEXT.to_owned()).observer(heard.clone()), &desk).await;
    let began = [
        "story starts",
        "caller to first",
        "first starts",
        "first to second",
        "second starts",
        "second to publish",
        "publish starts",
        "it was dropped",
    ];
    assert_eq!(heard.take(), began);
    Desk::default().durable(&folder).resume(story, "a").observer(heard.clone()).await.unwrap();
    let went_on = ["story goes on after 2", "publish to caller", "it has ended"];
    assert_eq!(heard.take(), went_on);
}

#[tokio::test(start_paused = true)]
async fn a_trace_that_began_elsewhere_is_gone_on_with() {
    let folder = folder("trace");
    let parent: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(story, "a", TEXT.to_owned()).traceparent(parent), &desk).await;
    let again = Desk::default();
    let told = again.durable(&folder).resume(story, "a").await.unwrap();
    assert_eq!(told.trace_id, parent.trace_id());
    assert_eq!(again.keys()[..], desk.keys()[2..]);
    // Another run of the trace has keys of its own.
    let other = Desk::default();
    other.durable(&folder).run(story, "b", TEXT.to_owned()).traceparent(parent).await.unwrap();
    assert_ne!(other.keys()[..2], desk.keys()[..2]);
}

#[tokio::test(start_paused = true)]
async fn what_the_agent_of_a_run_has_begun_outlives_that() {
    #[agent]
    async fn outer(
        text: String,
        State((desk, folder)): State<(Desk, std::path::PathBuf)>,
    ) -> Result<String, PipelineError> {
        Ok(desk.durable(&folder).run(story, "inner", text).await?.payload)
    }
    pipeline! { around(String) -> String { outer } }

    let folder = folder("nested");
    let desk = Desk::holding("second");
    let runtime = Runtime::builder().state((desk.clone(), folder.clone())).build();
    let run = runtime.run(around, TEXT.to_owned());
    let handle = run.cancel_handle();
    let run = tokio::spawn(run);
    desk.reached().await;
    handle.cancel();
    run.await.unwrap().unwrap_err();
    let desk = Desk::default();
    let runtime = Runtime::builder().state((desk.clone(), folder.clone())).build();
    let told = runtime.run(around, TEXT.to_owned()).await.unwrap();
    assert_eq!(
        (&*told.payload, &desk.called()[..]),
        ("tides 1", &["publish".to_owned(), "second".to_owned()][..])
    );
}

#[tokio::test(start_paused = true)]
async fn an_input_that_breaks_its_contract_fails_the_run_as_it_does_on_tokio() {
    #[contract]
    pub struct Topic {
        #[check(len(1..=3))]
        pub words: Vec<String>,
    }
    #[agent]
    async fn think(topic: Topic) -> usize {
        topic.words.len()
    }
    pipeline! { thinking(Topic) -> usize { think } }

    let folder = folder("input");
    let topic = || Topic { words: Vec::new() };
    let runtime = Runtime::default();
    let expected = runtime.run(thinking, topic()).await.unwrap_err();
    let durable = runtime.durable(Files::open(&folder, Durability::Disk).unwrap());
    for outcome in [
        durable.run(thinking, "a", topic()).await,
        durable.run(thinking, "a", topic()).await,
        durable.again(thinking, "a").await,
        durable.resume(thinking, "a").await,
    ] {
        assert_eq!(outcome.unwrap_err().to_string(), expected.to_string());
    }
    assert!(matches!(durable.runs().unwrap()[0].state, RunState::Failed(_)));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_which_nothing_comes_is_gone_on_with_only_so_often() {
    let folder = folder("stuck");
    let durable = |desk: &Desk| desk.durable(&folder).max_resumptions(3).with(story);
    for _ in 0..4 {
        let desk = Desk::holding("second");
        left(durable(&desk).run(story, "a", TEXT.to_owned()), &desk).await;
    }
    let desk = Desk::default();
    let stuck = JournalError::Stuck { id: "a".to_owned(), resumed: 3 };
    assert_eq!(journal_error(durable(&desk).run(story, "a", TEXT.to_owned()).await), stuck);
    let resumed = durable(&desk).resume_all().await.unwrap();
    assert!(resumed[0].outcome.is_err());
    assert_eq!(durable(&desk).runs().unwrap()[0].trouble, Some(stuck));
    assert_eq!(desk.called(), [""; 0]);
    // Somebody has seen to it.
    assert!(durable(&desk).again(story, "a").await.is_ok());
    assert_eq!(desk.called(), ["publish", "second"]);
}

#[tokio::test(start_paused = true)]
async fn what_comes_of_a_run_counts_its_resumptions_anew() {
    let folder = folder("progress");
    for held in ["first", "first", "second", "second", "publish", "publish"] {
        let desk = Desk::holding(held);
        left(desk.durable(&folder).max_resumptions(2).run(story, "a", TEXT.to_owned()), &desk).await;
    }
    let durable = Desk::default().durable(&folder).max_resumptions(2);
    assert!(durable.resume(story, "a").await.is_ok());
    assert_eq!(durable.runs().unwrap()[0].resumed, 6);
}

#[tokio::test(start_paused = true)]
async fn one_run_that_cannot_be_read_hides_no_other() {
    let folder = folder("listed");
    let desk = Desk::holding("publish");
    let durable = Desk::default().durable(&folder).with(story);
    durable.run(story, "good", TEXT.to_owned()).await.unwrap();
    Desk::broken("publish").durable(&folder).run(story, "failed", TEXT.to_owned()).await.unwrap_err();
    for id in ["left", "damaged"] {
        left(desk.durable(&folder).run(story, id, TEXT.to_owned()), &desk).await;
    }
    let damaged = folder.join("open/damaged.jsonl");
    let text = fs::read_to_string(&damaged).unwrap();
    fs::write(&damaged, text.replacen("first", "worst", 1)).unwrap();

    let runs = durable.runs().unwrap();
    let shown: Vec<_> = runs.iter().map(|run| (&*run.id, &*run.pipeline, &run.state, run.entries)).collect();
    let failed = RunState::Failed("pipeline `story`, agent `publish`: publish is broken".to_owned());
    let expected = [
        ("damaged", "", &RunState::Open, 0),
        ("failed", "story", &failed, 3),
        ("good", "story", &RunState::Succeeded, 3),
        ("left", "story", &RunState::Open, 2),
    ];
    assert_eq!(shown, expected);
    let trouble = runs[0].trouble.as_ref().unwrap().to_string();
    assert_eq!(
        trouble,
        "the journal of run `damaged` cannot be read: line 2: its checksum is that of something else: it was changed"
    );
    assert!(runs[1..].iter().all(|run| run.trouble.is_none()));

    let resumed = durable.resume_all().await.unwrap();
    let shown: Vec<_> =
        resumed.iter().map(|run| (&*run.id, run.outcome.as_ref().err().map(ToString::to_string))).collect();
    let [("damaged", Some(error)), ("left", None)] = &shown[..] else { panic!("{shown:?}") };
    assert!(error.ends_with(&trouble), "{error}");
    assert_eq!(fs::read_to_string(&damaged).unwrap(), text.replacen("first", "worst", 1));
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_run_may_begin_anew() {
    let folder = folder("forgotten");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(story, "left", TEXT.to_owned()), &desk).await;
    let desk = Desk::default();
    let durable = desk.durable(&folder);
    durable.run(story, "a", TEXT.to_owned()).await.unwrap();
    durable.run(story, "b", TEXT.to_owned()).await.unwrap();
    assert_eq!((durable.forget("a"), durable.forget("a")), (Ok(true), Ok(false)));
    durable.run(story, "a", "moons".to_owned()).await.unwrap();
    assert_eq!(desk.called().len(), 9);
    assert_eq!(durable.forget_older_than(Duration::from_hours(1)), Ok(0));
    assert_eq!(durable.forget_older_than(Duration::ZERO), Ok(2));
    assert_eq!(durable.runs().unwrap()[0].id, "left");
    assert_eq!(durable.forget("left"), Ok(true));
    assert!(durable.runs().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_without_its_payloads_is_not_gone_on_with() {
    let folder = folder("redacted");
    let desk = Desk::default();
    let durable = desk.durable(&folder).with(story);
    durable.run(story, "good", TEXT.to_owned()).await.unwrap();
    Desk::broken("publish").durable(&folder).run(story, "bad", TEXT.to_owned()).await.unwrap_err();
    let calls = desk.called();
    for id in ["good", "bad"] {
        assert_eq!(durable.redact(id), Ok(true));
        let text = fs::read_to_string(folder.join(format!("ended/{id}.jsonl"))).unwrap();
        assert!(!text.contains(TEXT) && !text.contains("haste") && !text.contains("is broken"), "{text}");
        let redacted = JournalError::Redacted { id: id.to_owned() };
        for outcome in [
            durable.run(story, id, TEXT.to_owned()).await,
            durable.run(story, id, "moons".to_owned()).await,
            durable.resume(story, id).await,
        ] {
            assert_eq!(journal_error(outcome), redacted);
        }
    }
    // Nor tried again.
    let again = journal_error(durable.again(story, "good").await);
    assert_eq!(again, JournalError::Redacted { id: "good".to_owned() });
    assert_eq!(desk.called(), calls);
    let runs = durable.runs().unwrap();
    assert_eq!(runs.iter().map(|run| run.entries).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(runs[0].state, RunState::Failed(String::new()));
    assert_eq!(durable.redact("none"), Ok(false));
    assert_eq!(fs::read_dir(folder.join("open")).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn runs_of_pipelines_that_are_not_named_are_left_alone() {
    let folder = folder("named");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(story, "a", TEXT.to_owned()), &desk).await;
    left(desk.durable(&folder).run(tolerant, "b", "a b".to_owned()), &desk).await;
    let durable = Desk::default().durable(&folder).with(tolerant);
    let resumed = durable.resume_all().await.unwrap();
    assert_eq!(resumed.iter().map(|run| &*run.id).collect::<Vec<_>>(), ["b"]);
    assert_eq!(durable.runs().unwrap()[0].state, RunState::Open);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_told_and_goes_on_once_it_can() {
    let folder = folder("unwritable");
    let desk = Desk::default();
    let durable = desk.durable(&folder);
    fs::remove_dir(folder.join("open")).unwrap();
    let error = durable.run(story, "a", TEXT.to_owned()).await.unwrap_err();
    let path = folder.join("open/a.jsonl");
    let expected = format!(
        "pipeline `story`, agent `caller`: the journal cannot open the file of run `a`: {}: No such file or directory (os error 2)",
        path.display()
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(desk.called(), [""; 0]);
    fs::create_dir(folder.join("open")).unwrap();
    assert!(durable.run(story, "a", TEXT.to_owned()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn only_so_many_are_gone_on_with_at_once() {
    static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    const SECOND: Duration = Duration::from_secs(1);
    struct Leaves;
    impl Drop for Leaves {
        fn drop(&mut self) {
            UNDER_WAY.fetch_sub(1, Ordering::SeqCst);
        }
    }
    #[agent]
    async fn counted(text: String) -> String {
        let _leaves = Leaves;
        MOST.fetch_max(UNDER_WAY.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(SECOND).await;
        text
    }
    pipeline! { counting(String) -> String { counted } }

    let durable = Desk::default().durable(&folder("many")).with(counting);
    let runs = Durable::<Desk>::RESUMED_AT_ONCE + 3;
    for run in 0..runs {
        let begun = durable.run(counting, run.to_string(), TEXT.to_owned());
        assert!(tokio::time::timeout(SECOND / 2, begun).await.is_err());
    }
    assert_eq!(MOST.swap(0, Ordering::SeqCst), 1);
    let resumed = durable.resume_all().await.unwrap();
    assert_eq!((resumed.len(), resumed.iter().all(|run| run.outcome.is_ok())), (runs, true));
    assert_eq!(MOST.load(Ordering::SeqCst), Durable::<Desk>::RESUMED_AT_ONCE);
}
