//! Joins: what is kept of one that fails, and what becomes of it inside other stages.

use super::support::{Log, Probe, on_both, paused, reread};
use handoff::prelude::*;

use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
#[derive(PartialEq)]
pub struct Draft {
    pub text: String,
}

#[contract]
#[derive(PartialEq)]
pub struct Report {
    pub text: String,
}

#[contract]
pub struct Drafts {
    pub drafts: Vec<Draft>,
}

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned() }
}

#[agent]
async fn legal(draft: Draft) -> Report {
    Report { text: format!("legal on {}", draft.text) }
}

#[agent]
async fn security(draft: Draft) -> Report {
    Report { text: format!("security on {}", draft.text) }
}

#[agent]
async fn length(draft: Draft) -> usize {
    draft.text.len()
}

/// Fails when the others have long ended.
#[agent]
async fn style(_: Draft) -> Result<Draft, &'static str> {
    sleep(Duration::from_millis(100)).await;
    Err("no style")
}

/// The same where the draft is bad.
#[agent]
async fn taste(draft: Draft) -> Result<Report, &'static str> {
    sleep(Duration::from_millis(100)).await;
    if draft.text == "bad" { Err("no taste") } else { Ok(Report { text: draft.text }) }
}

#[agent]
async fn hang(_: Draft, State(probe): State<Probe>) -> String {
    let _guard = probe.enter();
    std::future::pending().await
}

#[agent(retries = 5)]
async fn retried(_: Draft, State(probe): State<Probe>) -> Result<Report, &'static str> {
    probe.enter().end();
    Err("not now")
}

#[agent]
async fn panics(_: Draft, State(probe): State<Probe>) -> Draft {
    let _guard = probe.enter();
    sleep(Duration::from_secs(1)).await;
    panic!("oh no")
}

#[agent]
async fn sign(all: (Report, usize, Report, Draft, String)) -> Draft {
    all.3
}

#[agent]
async fn both(both: (Report, Report)) -> Draft {
    Draft { text: format!("{}, {}", both.0.text, both.1.text) }
}

#[agent]
async fn risky(both: (Report, Draft)) -> Draft {
    both.1
}

#[agent]
async fn copy(draft: Draft) -> Draft {
    draft
}

#[agent]
async fn count(drafts: Vec<Draft>) -> usize {
    drafts.len()
}

#[agent(role = planner)]
async fn split(drafts: Drafts) -> Drafts {
    drafts
}

#[agent(role = aggregator)]
async fn list(all: (usize, Report, Draft, Report, Draft, Report, usize, Draft)) -> String {
    let texts = [all.1.text, all.2.text, all.3.text, all.4.text, all.5.text];
    format!("{}, {}, {}, {}", all.0, texts.join(", "), all.6, all.7.text)
}

pipeline! { reviewed(Draft) -> Draft { join(legal, length, security, style, hang) => sign } }
pipeline! { eight(Draft) -> String { join(length, legal, copy, security, copy, legal, length, copy) => list } }
pipeline! { tried(Draft) -> Draft { join(retried, panics) => risky } }
pipeline! { each(Drafts) -> usize { split => fan_out(drafts) { copy => join(legal, taste) => both } => barrier(all) => count } }
pipeline! { tasted(Draft) -> Report { taste } }
pipeline! { twice(Draft) -> Draft { join(legal, inner) => both } }
pipeline! { inner(Draft) -> Report { join(tasted, security) => both => legal } }
pipeline! { rounds(Draft) -> Draft { repeat(max = 2, until = |draft| draft.text.len() > 50) { copy => join(legal, taste) => both } => copy } }

fn runtime() -> (Runtime<Probe>, Probe) {
    let probe = Probe::default();
    (Runtime::builder().state(probe.clone()).build(), probe)
}

fn texts(kept: &Partial<Report>) -> Vec<&str> {
    kept.results().map(|report| report.text.as_str()).collect()
}

#[test]
fn the_outputs_of_eight_stand_as_their_agents_do() {
    on_both(|| async {
        let done = Runtime::default().run(eight, draft("x")).await.unwrap();
        assert_eq!(done.payload, "1, legal on x, x, security on x, x, legal on x, 1, x");
    });
}

#[test]
fn what_had_finished_is_kept_by_its_type() {
    paused().block_on(async {
        let (runtime, probe) = runtime();
        let error = reread(&runtime.run(reviewed, draft("x")).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `reviewed`, agent `style`: no style");
        assert_eq!(probe.alive(), 0);
        // Two agents hand on reports: in the order in which they are written.
        let reports = error.finished::<Report>().expect("reports");
        assert_eq!(texts(reports), ["legal on x", "security on x"]);
        assert_eq!(error.finished::<usize>().expect("a length").results().collect::<Vec<_>>(), [&1]);
        // What the one that failed, and the one that was stopped, would have handed on.
        let none = error.finished::<Draft>().expect("a type of the join").results().len();
        assert_eq!((none, error.finished::<String>().expect("another").results().len()), (0, 0));
        assert!(error.finished::<u8>().is_none(), "nobody hands that on");
        // The failures are those of all agents, and an index is an agent's place.
        let lengths = error.finished::<usize>().expect("a length");
        for (mut failures, total) in
            [(reports.failures(), reports.total()), (lengths.failures(), lengths.total())]
        {
            let failure = failures.next().expect("a failure");
            assert_eq!((failure.task, &*failure.agent, &*failure.message), (3, "style", "no style"));
            assert_eq!((failures.len(), total), (0, 5));
        }
    });
}

#[test]
fn the_innermost_join_is_the_one_that_is_told_of() {
    paused().block_on(async {
        let (runtime, _) = runtime();
        let error = reread(&runtime.run(twice, draft("bad")).await.unwrap_err());
        assert_eq!(
            error.to_string(),
            "pipeline `twice`, pipeline `inner`, pipeline `tasted`, agent `taste`: no taste"
        );
        let kept = error.finished::<Report>().expect("reports");
        assert_eq!((texts(kept), kept.failures().len(), kept.total()), (vec!["security on bad"], 1, 2));
    });
}

#[test]
fn a_join_in_a_task_fails_as_the_task_does() {
    paused().block_on(async {
        let (runtime, _) = runtime();
        let drafts = |texts: [&str; 3]| Drafts { drafts: texts.map(draft).to_vec() };
        assert_eq!(runtime.run(each, drafts(["a", "b", "c"])).await.unwrap().payload, 3);
        let error = reread(&runtime.run(each, drafts(["a", "bad", "c"])).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `each`, task 1, agent `taste`: no taste");
        assert_eq!((error.task(), error.agent()), (Some(1), "taste"));
        // Of the join, the branch that ended; of the fan-out, the tasks.
        let reports = error.finished::<Report>().expect("the join's");
        assert_eq!((texts(reports), reports.total()), (vec!["legal on bad"], 2));
        assert_eq!(reports.failures().map(|failure| failure.task).collect::<Vec<_>>(), [1]);
        let drafts = error.finished::<Draft>().expect("the fan-out's");
        assert_eq!(drafts.total(), 3);
        assert_eq!(drafts.failures().map(|failure| failure.task).collect::<Vec<_>>(), [1]);
    });
}

#[test]
fn a_join_goes_round_with_its_loop() {
    paused().block_on(async {
        let (runtime, _) = runtime();
        let done = runtime.run(rounds, draft("a draft of many words")).await.unwrap();
        assert_eq!(done.payload.text, "legal on a draft of many words, a draft of many words");
        let done = runtime.run(rounds, draft("twelve chars")).await.unwrap();
        assert_eq!(
            done.payload.text,
            "legal on legal on twelve chars, twelve chars, legal on twelve chars, twelve chars"
        );
        let error = reread(&runtime.run(rounds, draft("x")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::NotConverged { rounds: 2, .. }), "{error}");
        let error = reread(&runtime.run(rounds, draft("bad")).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `rounds`, agent `taste`: no taste");
        assert_eq!(texts(error.finished::<Report>().expect("reports")), ["legal on bad"]);
    });
}

#[test]
fn a_panic_does_not_wait_for_the_pause_of_another_branch() {
    paused().block_on(async {
        let (probe, log) = (Probe::default(), Log::default());
        let backoff = Backoff::new(Duration::from_mins(10), Duration::from_mins(10));
        let builder = Runtime::builder().state(probe.clone()).observer(log.clone());
        let started = Instant::now();
        let error = reread(&builder.backoff(backoff).build().run(tried, draft("x")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Panicked { .. }), "{error}");
        assert_eq!((error.agent(), error.pipeline(), error.task()), ("panics", "tried", None));
        assert_eq!(started.elapsed().as_secs(), 1, "and not ten minutes");
        // One attempt of each, and none after the end.
        sleep(Duration::from_hours(1)).await;
        assert_eq!((probe.started(), probe.alive()), (2, 0));
        assert_eq!(log.of("failed"), ["failed retried 1 agent again", "failed panics 1 panicked over"]);
    });
}
