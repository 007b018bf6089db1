//! Tests of pipelines that are to be durable, without a server and without a crash.

use super::drive::{Driven, drive_as, read};
use super::{Entry, Head, Here, JournalError, Local, Memory, Origin, Scheduled};
use crate::engine::run::Options;
use crate::engine::{Drive, Runtime};
use crate::envelope::Envelope;
use crate::error::{ErrorKind, PipelineError};
use crate::pipeline::Names;
use crate::trace::TraceId;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The result of [`replays`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<T> {
    /// The outcome of the run, which was the same each time.
    pub outcome: Result<Envelope<T>, PipelineError>,
    /// The entries of the run's journal. The run was resumed after each of them.
    pub entries: Vec<Entry>,
}

/// The error of a run that ended differently when it was resumed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Differs {
    /// The number of entries after which it was resumed.
    pub after: usize,
    /// The outcome of the uninterrupted run.
    pub was: String,
    /// The outcome of the resumed run: its error, on one line, or that it succeeds.
    pub is: String,
    /// The error of the resumed run, if it failed.
    pub error: Option<PipelineError>,
}

impl fmt::Display for Differs {
    /// On one line.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { after, was, is, .. } = self;
        write!(f, "the run {was}; resumed after {after} of its entries, it {is}")
    }
}

impl Error for Differs {}

/// Tests that a pipeline is durable: runs it, and resumes it from every place where a crash could be.
///
/// The result must be the same each time. For that, the closures of the pipeline and the inputs of its agents
/// must not depend on a clock, on chance, or on the order of a `HashMap`.
///
/// At each place, the agents whose outcomes had not been recorded are called again, so they should not have
/// lasting effects. The result may depend on which of several agents is first, as in a `race`: agents that
/// were under way start anew. With tokio's paused clock (`start_paused`) waiting takes no time.
///
/// ```
/// use handoff::prelude::*;
///
/// # #[contract] pub struct Order { pub id: String }
/// # #[contract] pub struct Stamped { pub id: String, pub at: u64 }
/// # #[agent] async fn check(order: Order) -> Order { order }
/// # #[agent] async fn ship(order: Stamped) -> String { order.id }
/// # fn now() -> u64 { use std::sync::atomic::{AtomicU64, Ordering}; static NOW: AtomicU64 = AtomicU64::new(0); NOW.fetch_add(1, Ordering::Relaxed) }
/// pipeline! {
///     pub shop(Order) -> String {
///         check => map(|order| Stamped { id: order.id, at: now() }) => ship
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let order = Order { id: "order-17".to_owned() };
/// let differs = handoff::durable::replays(&Runtime::default(), shop, order).await.unwrap_err();
/// assert!(differs.to_string().contains("agent `ship` gets another input than when the run was recorded, made by `shop`"));
/// # });
/// ```
///
/// # Errors
///
/// Returns the first place from which the run ends differently.
#[inline]
pub async fn replays<P, Arguments, S>(
    runtime: &Runtime<S>,
    pipeline: impl Names<P, Arguments>,
    input: P::Input,
) -> Result<Report<P::Output>, Differs>
where
    P: Drive<Scheduled<Here<S>>>,
    S: Send + Sync + 'static,
{
    drop(pipeline);
    let trace_id = TraceId::random();
    let differs = |error: JournalError| {
        let kind = ErrorKind::Journal(Box::new(error));
        differs(0, "has not begun", Err(PipelineError::new(kind, P::ID.clone(), trace_id)))
    };
    let head = Head::of::<P>("test", trace_id, &input).map_err(differs)?;
    let (outcome, entries) = go::<P, S>(runtime, vec![Entry::Run(Box::new(head))]).await;
    let expected = shown(&outcome);
    for cut in 1..=entries.len() {
        let (again, _) = go::<P, S>(runtime, entries[..cut].to_vec()).await;
        if shown(&again) != expected {
            return Err(self::differs(cut, &line(&outcome), again.map(drop)));
        }
    }
    Ok(Report { outcome: outcome.and_then(|text| read::<P>(&text, trace_id)), entries })
}

#[inline]
fn differs(after: usize, was: &str, is: Result<(), PipelineError>) -> Differs {
    let line = match &is {
        Ok(()) => "has another output".to_owned(),
        Err(error) => format!("ends in: {error}"),
    };
    Differs { after, was: was.to_owned(), is: line, error: is.err() }
}

#[inline]
fn line(outcome: &Result<String, PipelineError>) -> String {
    match outcome {
        Ok(_) => "has succeeded".to_owned(),
        Err(error) => format!("has ended in: {error}"),
    }
}

#[inline]
fn shown(outcome: &Result<String, PipelineError>) -> Result<String, String> {
    match outcome {
        Ok(text) => Ok(text.clone()),
        Err(error) => Err(error.to_json()),
    }
}

/// Goes on with a run, and says what is kept of it then.
async fn go<P, S>(runtime: &Runtime<S>, entries: Vec<Entry>) -> (Result<String, PipelineError>, Vec<Entry>)
where
    P: Drive<Scheduled<Here<S>>>,
    S: Send + Sync + 'static,
{
    let memory = Memory::of(entries.clone());
    let resumed = u64::try_from(entries.len() - 1).ok().filter(|kept| *kept > 0);
    // There is a beginning.
    let Ok(mut journal) = Local::new(entries, Some(false), memory.clone()) else { unreachable!() };
    let Head { id, trace_id, input, .. } = journal.head();
    let (origin, input) = (Origin::new(id, *trace_id), input.get().to_owned());
    let run = Driven { resumed, ..Driven::default() };
    let options = Options::of(origin.trace());
    let (common, hands) = (Arc::clone(&runtime.common), Here::new(runtime));
    let outcome = drive_as::<P, _, _>(common, options, run, &mut journal, hands, input).await;
    (outcome, memory.entries())
}
