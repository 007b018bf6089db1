//! What observers hear of durable runs: the same as on tokio, and what has been told before not again.

#[path = "../events/recorder.rs"]
#[allow(dead_code)] // it shows trees, too
mod recorder;

use crate::agents::{
    all, both_or_none, broken_once, chain, instead, lasting, nested, recovered, retried, rounds, settled,
    tools,
};
use crate::support::runtime;
use handoff::agent::ToolError;
use handoff::durable::{Entry, Head, Here, JournalError, Local, Memory, Origin, Scheduled, Store, drive};
use handoff::engine::{Drive, TokioEngine};
use handoff::pipeline::Names;
use handoff::prelude::*;
use handoff::{AttemptOutcome, Place};
use recorder::Checker;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        let Place { span, parent, task_path, .. } = event.at();
        let at = format!("{span} in {parent:?}, {task_path:?}");
        let what = match event {
            Event::RunEnded { outcome, usage, .. } => {
                format!("run ended {} {usage:?}", matches!(outcome, handoff::Outcome::Succeeded))
            }
            Event::AttemptStarted { agent, attempt, attempts, tokens, .. } => {
                format!("{agent} {attempt} of {attempts} {tokens:?}")
            }
            Event::AttemptFailed { agent, attempt, error, retry_in, .. } => {
                format!("{agent} {attempt} failed {error} {}", retry_in.is_some())
            }
            Event::AttemptEnded { agent, usage, model, finish_reason, outcome, .. } => {
                let outcome = match outcome {
                    AttemptOutcome::Failed { error, .. } => format!("failed: {error}"),
                    outcome => format!("{outcome:?}"),
                };
                format!("{agent} ended {usage:?} {model:?} {finish_reason:?} {outcome}")
            }
            Event::Handoff { source, target, tokens, warnings, is_tool_call, payload, .. } => {
                format!("{source} to {target} {tokens:?} {} {is_tool_call} {payload:?}", warnings.len())
            }
            Event::Warned { warning, .. } => format!("{warning}"),
            Event::FanOutEnded { succeeded, failed, stopped, .. } => {
                format!("fan-out {succeeded} {failed} {stopped}")
            }
            Event::Progress { done, text, .. } => format!("progress {done} {text:?}"),
            Event::RunResumed { entries, .. } => format!("resumed after {entries}"),
            other => format!("{other:?}").split(' ').next().unwrap().to_owned(),
        };
        self.0.lock().unwrap().push(format!("{at}: {what}"));
    }

    fn wants_payloads(&self) -> bool {
        true
    }
}

/// Keeps how much had been heard when entries came.
struct Noting {
    memory: Memory,
    heard: Heard,
    by_then: Arc<Mutex<Vec<usize>>>,
}

impl Store for Noting {
    async fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let heard = self.heard.0.lock().unwrap().len();
        self.by_then.lock().unwrap().extend(entries.iter().map(|_| heard));
        self.memory.append(entries).await
    }
}

/// What is kept of the run in the end, and how much had been heard when each of the new entries came.
async fn durably<P: Drive<Scheduled<Here<()>>>>(
    (runtime, heard): (&Runtime, &Heard),
    trace: TraceId,
    entries: Vec<Entry>,
) -> (Vec<Entry>, Vec<usize>) {
    let (memory, by_then) = (Memory::of(entries.clone()), Arc::default());
    let store = Noting { memory: memory.clone(), heard: heard.clone(), by_then: Arc::clone(&by_then) };
    let resumed = u64::try_from(entries.len() - 1).ok().filter(|kept| *kept > 0);
    let mut journal = Local::new(entries, Some(false), store).unwrap();
    let input = journal.head().input.get().to_owned();
    let origin = Origin::new("test", trace).resumed(resumed);
    let _ = drive::<P, _, _, _>(runtime, origin, &mut journal, Here::new(runtime), input).await;
    let by_then = by_then.lock().unwrap().clone();
    (memory.entries(), by_then)
}

fn sorted(lines: &[String]) -> Vec<&String> {
    let mut lines: Vec<_> = lines.iter().collect();
    lines.sort();
    lines
}

async fn is_heard<P, Arguments>(pipeline: impl Names<P, Arguments> + Copy, input: P::Input)
where
    P: Drive<TokioEngine<()>> + Drive<Scheduled<Here<()>>>,
{
    let heard = Heard::default();
    let runtime = runtime().observer(heard.clone()).build();
    let run = runtime.run(pipeline, input.clone());
    let trace = run.trace_id();
    let _ = run.await;
    let on_tokio = heard.take();

    let begun = vec![Entry::Run(Box::new(Head::of::<P>("test", trace, &input).unwrap()))];
    let (entries, by_then) = durably::<P>((&runtime, &heard), trace, begun).await;
    let uncut = heard.take();
    assert_eq!(uncut, on_tokio);

    for cut in 2..=entries.len() {
        durably::<P>((&runtime, &heard), trace, entries[..cut].to_vec()).await;
        let resumed = heard.take();
        assert!(resumed[0].ends_with(&format!("resumed after {}", cut - 1)), "{}", resumed[0]);
        // What is left of it: tasks that begin anew together may end in another order.
        let told = by_then.get(cut - 1).copied().unwrap_or(uncut.len() - 1);
        let left = &uncut[told..];
        assert_eq!(sorted(&resumed[1..]), sorted(left), "cut after {cut}");
        assert_eq!(resumed.last(), uncut.last());
    }
}

#[tokio::test(start_paused = true)]
async fn everything_is_heard_of_once_and_as_on_tokio() {
    is_heard(chain, "a".to_owned()).await;
    is_heard(nested, "a".to_owned()).await;
    is_heard(retried, 2).await;
    is_heard(broken_once, "a".to_owned()).await;
    is_heard(rounds, "a".to_owned()).await;
    is_heard(instead, "a".to_owned()).await;
    is_heard(tools, "a".to_owned()).await;
    is_heard(both_or_none, "a".to_owned()).await;
}

#[tokio::test(start_paused = true)]
async fn everything_is_heard_of_tasks() {
    is_heard(all, "ccc a bb".to_owned()).await;
    is_heard(settled, "bad a bb".to_owned()).await;
    is_heard(recovered, "a bad".to_owned()).await;
}

#[agent(tools(lasting), timeout = "60s")]
async fn calls_it(text: String, cx: Context) -> Result<String, ToolError> {
    cx.call_tool("lasting", format!("{text:?}")).await
}

pipeline! { calling(String) -> String { calls_it } }

#[tokio::test(start_paused = true)]
async fn what_is_dropped_in_the_middle_ends_inside_out() {
    let (checker, heard) = (Checker::default(), Heard::default());
    let runtime = runtime().observer(checker.clone()).build();
    let begun = |input: &str| {
        let trace = runtime.run(calling, input.to_owned()).trace_id();
        let first = Head::of::<calling>("test", trace, &input.to_owned()).unwrap();
        durably::<calling>((&runtime, &heard), trace, vec![Entry::Run(Box::new(first))])
    };
    begun("a").await;
    assert!(timeout(Duration::from_millis(1), begun("b")).await.is_err(), "the tool takes longer");
    assert_eq!((checker.wrong(), checker.open()), (Vec::new(), 0));
}
