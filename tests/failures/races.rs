//! Races: the first branch that succeeds is the result.

use super::support::{Log, Probe, on_both, paused, reread};
use handoff::prelude::*;
use std::future::pending;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
#[derive(PartialEq)]
pub struct Draft {
    pub text: String,
}

#[contract]
pub struct Drafts {
    #[check(len(..=8))]
    pub drafts: Vec<Draft>,
}

#[contract]
#[derive(PartialEq)]
pub struct Finding {
    pub of: String,
}

#[contract]
pub struct Rated {
    pub of: String,
    #[confidence]
    pub rating: f64,
}

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned() }
}

fn finding(of: &str) -> Finding {
    Finding { of: of.to_owned() }
}

/// Succeeds after a second.
#[agent]
async fn slow(draft: Draft, State(probe): State<Probe>) -> Finding {
    let guard = probe.enter();
    sleep(Duration::from_secs(1)).await;
    guard.end();
    finding(&format!("slow {}", draft.text))
}

/// Succeeds in the end.
#[agent(timeout = "none")]
async fn hang(_: Draft, State(probe): State<Probe>) -> Finding {
    let _guard = probe.enter();
    pending().await
}

#[agent]
async fn quick(draft: Draft, cx: Context) -> Finding {
    cx.warn("in a hurry");
    finding(&format!("quick {}", draft.text))
}

#[agent]
async fn fails(_: Draft) -> Result<Finding, &'static str> {
    Err("no scanner")
}

#[agent]
async fn panics(_: Draft) -> Finding {
    panic!("oh no")
}

/// Tries again in ten minutes.
#[agent(retries = 5, backoff = "10m..10m")]
async fn retried(_: Draft, State(probe): State<Probe>) -> Result<Finding, &'static str> {
    probe.enter().end();
    Err("not now")
}

#[agent]
async fn read(draft: Draft) -> Draft {
    Draft { text: format!("read {}", draft.text) }
}

#[agent]
async fn check(draft: Draft) -> Finding {
    finding(&draft.text)
}

#[agent(input_budget = 30)]
async fn brief(draft: Draft) -> Finding {
    finding(&draft.text)
}

#[agent]
async fn long(draft: Draft) -> Finding {
    finding(&draft.text.repeat(100))
}

#[agent(input_budget = 40)]
async fn report(finding: Finding, cx: Context) -> String {
    let envelope = cx.envelope();
    format!("{} from {}, {}", finding.of, envelope.source.name, envelope.confidence)
}

#[agent]
async fn refuse(_: Finding) -> Result<String, &'static str> {
    Err("no paper")
}

#[agent]
async fn sure(draft: Draft) -> Rated {
    sleep(Duration::from_secs(1)).await;
    Rated { of: draft.text, rating: 0.75 }
}

#[agent]
async fn unsure(_: Draft) -> Result<Rated, &'static str> {
    Err("who knows")
}

#[agent]
async fn split(drafts: Drafts) -> Drafts {
    drafts
}

#[agent]
async fn list(findings: Vec<Finding>) -> String {
    findings.into_iter().map(|finding| finding.of).collect::<Vec<_>>().join(", ")
}

pipeline! { first(Draft) -> Finding { race(hang, slow, hang) } }
pipeline! { tie(Draft) -> Finding { race(check, quick) } }
pipeline! { reported(Draft) -> String { race(fails, panics, slow) => report } }
pipeline! { unreported(Draft) -> String { race(fails, quick) => refuse } }
pipeline! { lost(Draft) -> Finding { race(fails, { read => inner }, panics) } }
pipeline! { inner(Draft) -> Finding { fails } }
pipeline! { branches(Draft) -> Finding { race({ read => hang }, fails or slow, first) } }
pipeline! { patient(Draft) -> Finding { race(retried, slow) } }
pipeline! { sized(Draft) -> Finding { race(brief, slow) } }
pipeline! { fitting(Draft) -> String { race(long, slow) => report } }
pipeline! { rated(Draft) -> Rated { race(sure, unsure) => gate(confidence >= 0.7) } }
pipeline! { each(Drafts) -> String { split => fan_out(drafts) { read => race(fails, picky) } => barrier(all) => list } }
pipeline! { rescued(Draft) -> Finding { lost or quick } }
pipeline! { twice(Draft) -> Finding { race(hang, nested) } }
pipeline! { nested(Draft) -> Finding { read => race(hang, hang) } }

/// Fails where the draft is bad.
#[agent]
async fn picky(draft: Draft) -> Result<Finding, &'static str> {
    if draft.text.contains("bad") { Err("no taste") } else { Ok(finding(&draft.text)) }
}

fn setup() -> (Runtime<Probe>, Probe, Log) {
    let (probe, log) = (Probe::default(), Log::default());
    (Runtime::builder().state(probe.clone()).observer(log.clone()).build(), probe, log)
}

fn warnings<T>(envelope: &Envelope<T>) -> Vec<String> {
    envelope.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn the_first_that_succeeds_is_the_result_and_the_rest_is_stopped() {
    on_both(|| async {
        let (runtime, probe, log) = setup();
        let done = runtime.run(first, draft("x")).await.unwrap();
        assert_eq!((done.payload, done.source.name.as_ref()), (finding("slow x"), "slow"));
        assert_eq!((probe.started(), probe.alive(), probe.ended()), (3, 0, 1));
        assert!(done.warnings.is_empty());
        // What wins is handed on once.
        assert_eq!(log.of("handoff slow"), ["handoff slow -> caller 6"]);
        assert_eq!(log.lines().last().map(String::as_str), Some("end well"));
    });
}

#[test]
fn of_those_that_succeed_at_once_it_is_the_one_that_is_written_first() {
    paused().block_on(async {
        let done = Runtime::default().run(tie, draft("x")).await.unwrap();
        assert_eq!(done.payload, finding("x"));
    });
}

#[test]
fn branches_that_failed_before_are_told_of() {
    paused().block_on(async {
        let (runtime, ..) = setup();
        let done = runtime.run(reported, draft("x")).await.unwrap();
        // As sure as the one that won: those that failed take nothing from it.
        assert_eq!(done.payload, "slow x from slow, 1");
        assert_eq!(
            warnings(&done),
            [
                "agent `fails`: failed, and another branch of the race succeeded: no scanner",
                "agent `panics`: failed, and another branch of the race succeeded: panicked: oh no"
            ]
        );
        // What the winner has noticed comes with it.
        let (error, envelope) = (
            runtime.run(unreported, draft("x")).await.unwrap_err(),
            Runtime::default().run(tie, draft("x")).await,
        );
        assert_eq!(warnings(&envelope.unwrap()).len(), 1, "both had ended");
        assert!(error.warnings().iter().any(|warning| &*warning.message == "in a hurry"), "{error:?}");
    });
}

#[test]
fn what_won_is_kept() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(unreported, draft("x")).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `unreported`, agent `refuse`: no paper");
        let kept: Vec<_> = error.kept().map(|kept| kept.to_string()).collect();
        assert_eq!(kept, ["pipeline `unreported`, agent `quick`: `Finding`"]);
        let again =
            error.kept().next().and_then(|kept| kept.envelope::<Finding>()).expect("what was handed on");
        assert_eq!((again.payload, again.target.name.as_ref()), (finding("quick x"), "refuse"));
    });
}

#[test]
fn where_all_fail_the_error_says_why() {
    on_both(|| async {
        let (runtime, probe, log) = setup();
        let error = reread(&runtime.run(lost, draft("x")).await.unwrap_err());
        let ErrorKind::Race { failures } = error.kind() else { panic!("{error}") };
        assert_eq!(
            failures[..],
            [
                "agent `fails`: no scanner",
                "agent `fails`: pipeline `inner`: no scanner",
                "agent `panics`: panicked: oh no"
            ]
        );
        assert_eq!(
            error.to_string(),
            format!(
                "pipeline `lost`, agent `lost`: no branch of the race succeeded: {}",
                failures.join("; ")
            )
        );
        assert_eq!((error.agent(), error.task(), error.kind().as_str()), ("lost", None, "race"));
        assert_eq!(probe.alive(), 0);
        // What a branch had come to on its way, and why each failed.
        assert_eq!(error.kept().filter(|kept| kept.downcast::<Draft>().is_some()).count(), 1);
        let finished = error.finished::<Finding>().expect("of the race");
        let failed: Vec<_> = finished.failures().map(|failure| (failure.task, &*failure.agent)).collect();
        assert_eq!(failed, [(0, "fails"), (1, "fails"), (2, "panics")]);
        assert_eq!(log.lines().last().map(String::as_str), Some("end race"));
        // It is a failure like any.
        let done = runtime.run(rescued, draft("x")).await.unwrap();
        assert_eq!(done.payload, finding("quick x"));
    });
}

#[test]
fn branches_may_be_stages_fallbacks_and_pipelines() {
    paused().block_on(async {
        let (runtime, probe, _) = setup();
        let started = Instant::now();
        let done = runtime.run(branches, draft("x")).await.unwrap();
        assert_eq!((done.payload, started.elapsed().as_secs()), (finding("slow x"), 1));
        assert_eq!(probe.alive(), 0);
    });
}

#[test]
fn the_pause_of_a_branch_is_not_waited_for() {
    paused().block_on(async {
        let (runtime, probe, _) = setup();
        let started = Instant::now();
        let done = runtime.run(patient, draft("x")).await.unwrap();
        assert_eq!((done.payload, started.elapsed().as_secs()), (finding("slow x"), 1));
        sleep(Duration::from_hours(1)).await;
        assert_eq!((probe.started(), probe.alive()), (2, 0), "no attempt after the end");
    });
}

#[test]
fn what_is_too_much_does_not_win() {
    paused().block_on(async {
        let (runtime, ..) = setup();
        // For a branch.
        let done = runtime.run(sized, draft(&"word ".repeat(100))).await.unwrap();
        assert!(done.payload.of.starts_with("slow word"));
        assert!(warnings(&done)[0].contains("`brief` may be handed 30 (`input_budget`)"), "{done:?}");
        // For whoever takes the output.
        let done = runtime.run(fitting, draft("word ")).await.unwrap();
        assert_eq!(done.payload, "slow word  from slow, 1");
        assert!(warnings(&done)[0].contains("`report` may be handed 40 (`input_budget`)"), "{done:?}");
    });
}

#[test]
fn it_is_as_sure_as_what_won() {
    paused().block_on(async {
        let done = Runtime::default().run(rated, draft("x")).await.unwrap();
        assert_eq!(done.confidence.get(), 0.75);
        let most = Confidence::new(0.8).unwrap();
        let error = reread(
            &Runtime::builder().min_confidence(most).build().run(rated, draft("x")).await.unwrap_err(),
        );
        assert!(matches!(error.kind(), ErrorKind::LowConfidence { .. }), "{error}");
    });
}

#[test]
fn a_race_in_a_task_fails_as_the_task_does() {
    paused().block_on(async {
        let drafts = |texts: [&str; 3]| Drafts { drafts: texts.map(draft).to_vec() };
        let done = Runtime::default().run(each, drafts(["a", "b", "c"])).await.unwrap();
        assert_eq!(done.payload, "read a, read b, read c");
        // What the branches noticed is of the task.
        assert_eq!((done.warnings[0].task, done.warnings[0].count), (Some(0), 3));
        let error = reread(&Runtime::default().run(each, drafts(["a", "bad", "c"])).await.unwrap_err());
        assert_eq!(
            error.to_string(),
            "pipeline `each`, task 1, agent `each`: no branch of the race succeeded: agent `fails`: no scanner; agent `picky`: no taste"
        );
        assert_eq!(error.task(), Some(1));
    });
}

#[test]
fn a_race_is_stopped_with_its_run() {
    paused().block_on(async {
        let (runtime, probe, log) = setup();
        let started = Instant::now();
        let error =
            reread(&runtime.run(twice, draft("x")).deadline(Duration::from_secs(30)).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, .. }), "{error}");
        assert_eq!((error.agent(), started.elapsed().as_secs()), ("hang", 30));
        assert_eq!((probe.started(), probe.alive()), (3, 0));
        let (told, kept) = (log.lines().len(), error.kept().map(|kept| kept.to_string()).collect::<Vec<_>>());
        assert_eq!(kept, ["pipeline `nested`, agent `read`: `Draft`"]);
        let run = runtime.run(first, draft("x"));
        let handle = run.cancel_handle();
        let cancel = async {
            sleep(Duration::from_millis(50)).await;
            handle.cancel();
        };
        let (done, ()) = tokio::join!(run, cancel);
        let error = reread(&done.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Cancelled { by: CancelledBy::Handle }), "{error}");
        assert_eq!(probe.alive(), 0);
        drop(runtime.run(first, draft("x")));
        assert!(log.lines().len() > told);
    });
}

#[test]
fn branches_count_as_tasks_in_flight() {
    paused().block_on(async {
        let probe = Probe::default();
        let limits = Limits::default().tasks_in_flight(1);
        let runtime = Runtime::builder().state(probe.clone()).limits(limits).build();
        // The second never begins: there is no room for it before the first has won.
        let done = runtime.run(narrow, draft("x")).await.unwrap();
        assert_eq!((done.payload, probe.started(), probe.most_alive()), (finding("slow x"), 1, 1));
    });
}

pipeline! { narrow(Draft) -> Finding { race(slow, hang) } }
