//! What runs leave: every part of them, where it belongs, with its end.

use std::fmt::Write as _;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::Poll;

use handoff::prelude::*;
use handoff_log::{Cause, End, Log, LoggedRun, RunLog, SpanKind};
use tokio::sync::Barrier;

use super::support::{file, only_run};

#[contract]
#[derive(Default)]
pub struct Draft {
    pub text: String,
    #[serde(default)]
    pub parts: Vec<Draft>,
    #[confidence]
    #[serde(default)]
    pub sure: f64,
}

fn draft(text: &str, sure: f64) -> Draft {
    Draft { text: text.to_owned(), parts: Vec::new(), sure }
}

#[agent(role = planner)]
async fn outline(topic: String) -> Draft {
    Draft { parts: vec![draft("one", 0.5), draft("two", 0.5)], ..draft(&topic, 0.5) }
}

#[agent(retries = 1)]
async fn write(part: Draft, cx: Context) -> Result<Draft, &'static str> {
    cx.progress(1, "");
    if part.text == "two" && cx.attempt() == 1 { Err("no words") } else { Ok(part) }
}

#[agent(role = critic)]
async fn improve(part: Draft) -> Draft {
    Draft { sure: (part.sure + 0.25).min(1.0), ..part }
}

#[agent(role = aggregator)]
async fn bind(parts: Vec<Draft>) -> Draft {
    Draft { parts, ..draft("", 1.0) }
}

#[agent(role = aggregator)]
async fn gather(parts: Partial<Draft>) -> Draft {
    Draft { parts: parts.into_results(), ..draft("", 1.0) }
}

#[agent]
async fn legal(draft: Draft) -> Draft {
    draft
}

#[agent]
async fn print(_: Draft) -> Result<Draft, &'static str> {
    Err("the printer is on fire")
}

#[agent(timeout = "none")]
async fn wait(draft: Draft) -> Draft {
    pending::<()>().await;
    draft
}

#[agent]
async fn sign(both: (Draft, Draft)) -> Draft {
    both.0
}

#[agent]
async fn ship(_: Draft, cx: Context) -> Result<Draft, &'static str> {
    cx.warn("it rains");
    Err("no ship")
}

pipeline! {
    part(Draft) -> Draft {
        write => repeat(max = 3, until = |part| part.sure > 0.7) { improve } => gate(confidence >= 0.7)
    }
}

pipeline! {
    book(String) -> Draft {
        outline
            => fan_out(parts, label = |part| &part.text) part
            => barrier(all)
            => bind
            => join(legal, improve)
            => sign
            => race(legal, wait)
            => print or legal
            => ship
    }
}

/// The tree as a text: a line for each part, as deep as it is.
fn shown(run: &LoggedRun) -> String {
    fn show(run: &LoggedRun, index: usize, level: usize, text: &mut String) {
        let span = &run.spans[index];
        write!(text, "{:level$}", "").unwrap();
        match &span.kind {
            SpanKind::Run => write!(text, "run"),
            SpanKind::Pipeline { name } => write!(text, "pipeline {name}"),
            SpanKind::FanOut(fan_out) => {
                let policy = fan_out.policy.as_ref().unwrap();
                write!(
                    text,
                    "{:?} {}, {} of {}",
                    fan_out.kind,
                    fan_out.width,
                    policy,
                    fan_out.needed.unwrap()
                )
            }
            SpanKind::Task { agent, index, label } => write!(text, "task {index} {label:?} {agent}"),
            SpanKind::Call(call) => write!(text, "call {} {}/{}", call.agent, call.attempt, call.attempts),
            SpanKind::Round { round, most, converged } => write!(text, "round {round}/{most} {converged}"),
            SpanKind::Else { agent, failed, .. } => {
                write!(text, "else {agent} for {}", failed.as_ref().unwrap())
            }
            kind => panic!("{kind:?}"),
        }
        .unwrap();
        if let Some(path) = &span.path {
            write!(text, " at {path}").unwrap();
        }
        match (span.outcome, &span.why) {
            (Some(outcome), None) => writeln!(text, ": {outcome:?}"),
            (Some(outcome), Some(why)) => writeln!(text, ": {outcome:?}, {}: {}", why.kind, why.message),
            (None, _) => writeln!(text),
        }
        .unwrap();
        for (child, _) in run.children(index) {
            show(run, child, level + 1, text);
        }
    }
    let mut text = String::new();
    show(run, LoggedRun::ROOT, 0, &mut text);
    text
}

const TREE: &str = "\
run: Failed, agent: no ship
 call outline 1/1: Ok
 FanOut 2, all of 2: Ok
  task 0 Some(\"one\") part at 0: Ok
   pipeline part at 0: Ok
    call write 1/2 at 0: Ok
    round 1/3 true at 0: Ok
     call improve 1/1 at 0: Ok
  task 1 Some(\"two\") part at 1: Ok
   pipeline part at 1: Ok
    call write 1/2 at 1: Failed, agent: no words
    call write 2/2 at 1: Ok
    round 1/3 true at 1: Ok
     call improve 1/1 at 1: Ok
 call bind 1/1: Ok
 Join 2, all of 2: Ok
  task 0 None legal: Ok
   call legal 1/1: Ok
  task 1 None improve: Ok
   call improve 1/1: Ok
 call sign 1/1: Ok
 Race 2, first = 1 of 1: Ok
  task 0 None legal: Ok
   call legal 1/1: Ok
  task 1 None wait: Stopped
   call wait 1/1: Stopped
 call print 1/1: Failed, agent: the printer is on fire
 else legal for print: Ok
  call legal 1/1: Ok
 call ship 1/1: Failed, agent: no ship
";

#[tokio::test(start_paused = true)]
async fn a_log_has_the_whole_tree() {
    let path = file("whole");
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let error = runtime.run(book, "tides".to_owned()).await.unwrap_err();
    log.flush().unwrap();

    let read = RunLog::open(&path).unwrap();
    let run = only_run(&read);
    assert_eq!(shown(run), TREE);
    let end = run.end.as_ref().unwrap();
    assert_eq!((end.end, end.by.as_deref(), &run.path), (End::Failed, Some("ship"), &None));
    assert_eq!(end.error.as_deref(), Some(&*error.to_string()));
    let Some(Cause::Span(cause)) = run.cause() else { panic!("{:?}", run.cause()) };
    assert_eq!(run.spans[cause].agent(), Some("ship"));

    // Each thing is where it happened.
    let at = |span: usize| run.spans[span].agent();
    let gates: Vec<_> = run.gates.iter().map(|gate| (gate.passed, at(gate.span))).collect();
    assert_eq!(gates, [(true, Some("part")); 2]);
    assert_eq!(run.progress.iter().map(|progress| at(progress.span)).collect::<Vec<_>>(), [Some("write"); 3]);
    assert!(
        run.warnings
            .iter()
            .any(|warning| &*warning.message == "it rains" && at(warning.span) == Some("ship"))
    );
    // From the caller to whoever has failed.
    let handoffs: Vec<_> = run.handoffs.iter().map(|handoff| (&*handoff.from, &*handoff.to)).collect();
    assert_eq!((handoffs.first(), handoffs.last()), (Some(&("caller", "outline")), Some(&("legal", "ship"))));
    assert!(run.handoffs.iter().all(|handoff| handoff.schema.is_none()));
    assert!(run.spans.iter().all(|span| span.end.is_some_and(|end| end >= span.start)));
}

pipeline! {
    printed(Draft) -> Draft { fan_out(parts, label = |part| &part.text) print => barrier(at_least = 50%) => gather }
}

#[tokio::test]
async fn what_tasks_failed_of_is_told_once() {
    let path = file("failed");
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let all = Draft { parts: vec![draft("one", 1.0), draft("two", 1.0)], ..draft("", 1.0) };
    runtime.run(printed, all).await.unwrap_err();
    log.flush().unwrap();

    let read = RunLog::open(&path).unwrap();
    let run = only_run(&read);
    let (index, fan_out) = run.children(LoggedRun::ROOT).next().unwrap();
    assert_eq!(fan_out.outcome, Some(End::Failed));
    let message = "0 of 2 tasks succeeded, the barrier needs 1";
    assert_eq!(fan_out.why.as_ref().unwrap().message, message);
    assert_eq!(run.end.as_ref().unwrap().why.as_ref().unwrap().message, message);
    for (_, task) in run.children(index) {
        assert_eq!(task.why.as_ref().unwrap().message, "the printer is on fire");
    }
}

/// Where the two runs of an agent meet.
static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

#[agent]
async fn meet(name: String) -> String {
    MEETING.wait().await;
    name
}

#[agent]
async fn pass(name: String) -> String {
    name
}

/// Starts two runs at once.
#[agent]
async fn start(name: String, cx: Context) -> Result<String, PipelineError> {
    let run = |which: &str| cx.run(within, which.to_owned());
    let (first, second) = tokio::join!(run("first"), run("second"));
    second?;
    Ok(name + &first?.payload)
}

pipeline! { within(String) -> String { meet => pass => meet } }
pipeline! { around(String) -> String { pass => start => pass } }

#[tokio::test]
async fn runs_of_one_trace_are_told_apart() {
    let path = file("one_trace");
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let trace = runtime.run(around, String::new()).await.unwrap().trace_id;
    log.flush().unwrap();

    let read = RunLog::open(&path).unwrap();
    assert_eq!(read.skipped, handoff_log::Skipped::default());
    let found: Vec<_> =
        read.runs.iter().map(|run| (run.trace, &*run.pipeline, run.outcome(), run.spans.len())).collect();
    let inner = (trace, "within", Some(End::Ok), 4);
    assert_eq!(found, [(trace, "around", Some(End::Ok), 4), inner, inner]);
    let start = read.runs[0].spans[2].id;
    for run in &read.runs[1..] {
        let agents: Vec<_> = run.children(LoggedRun::ROOT).map(|(_, span)| span.agent().unwrap()).collect();
        assert_eq!((agents, run.handoffs.len()), (vec!["meet", "pass", "meet"], 4));
        assert!(run.traceparent.as_ref().unwrap().contains(&start.to_string()));
    }
}

pipeline! { stopped(Draft) -> Draft { wait } }

/// The log of what `end` does with a run that is under way.
async fn ended(name: &str, end: impl AsyncFnOnce(handoff::Run<Draft>)) -> RunLog {
    let path = file(name);
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    end(runtime.run(stopped, draft("", 1.0))).await;
    log.flush().unwrap();
    RunLog::open(&path).unwrap()
}

#[tokio::test(start_paused = true)]
async fn whatever_is_stopped_has_its_end() {
    let cancelled = ended("cancelled", async |mut run| {
        assert!(poll_once(&mut run).await.is_pending());
        run.cancel_handle().cancel();
        run.await.unwrap_err();
    });
    let cancelled = cancelled.await;
    let dropped = ended("drops", async |mut run| assert!(poll_once(&mut run).await.is_pending())).await;
    for (log, end) in [(cancelled, End::Cancelled), (dropped, End::Dropped)] {
        let run = only_run(&log);
        assert_eq!(run.outcome(), Some(end));
        let (_, call) = run.children(LoggedRun::ROOT).next().unwrap();
        assert_eq!((call.agent(), call.outcome), (Some("wait"), Some(End::Stopped)));
        assert_eq!(run.cause(), None);
    }
}

/// Polls once.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}
