//! Journals for tests: runs are recorded, cut, and gone on with.

mod cuts;
mod fake;
mod memory;
mod questions;

pub use cuts::{GoesOn, cut, cut_elsewhere, ended};
pub use fake::{Fake, Hosting, Order};
pub use memory::Noting;

use crate::Terms;
use crate::agents::json;
use handoff::durable::{Elsewhere, Entry, Head, Here, Local, Memory, Origin, Scheduled, drive};
use handoff::engine::Drive;
use handoff::{Envelope, PipelineError, Runtime, TraceParent};

/// What a run on a journal has come to.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    pub outcome: T,
    /// The attempts that were begun here, each with its place.
    pub made: Vec<String>,
    /// All entries of the run.
    pub entries: Vec<Entry>,
}

/// What a run of this pipeline comes to.
pub type OutcomeOf<P> = Result<Envelope<<P as handoff::AgentSpec>::Output>, PipelineError>;

/// The id of all runs on journals.
const ID: &str = "case";

/// The trace that they are in.
fn trace() -> TraceParent {
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().expect("a traceparent")
}

fn origin(terms: &Terms) -> Origin {
    Origin::new(ID, trace().trace_id()).parent(Some(trace())).deadline(terms.deadline)
}

/// Runs a pipeline whose agents are here, and whose entries are in memory: from its beginning, or from what is kept.
pub async fn on_memory<P, S>(
    runtime: &Runtime<S>,
    terms: &Terms,
    entries: Option<Vec<Entry>>,
    input: P::Input,
) -> Recorded<OutcomeOf<P>>
where
    P: Drive<Scheduled<Here<S>>>,
    S: Send + Sync + 'static,
{
    let begin = || {
        let head = Head::of::<P>(ID, trace().trace_id(), &input).expect("the input has JSON");
        vec![Entry::Run(Box::new(head))]
    };
    let entries = entries.unwrap_or_else(begin);
    let memory = Memory::of(entries.clone());
    let resumed = u64::try_from(entries.len() - 1).ok().filter(|kept| *kept > 0);
    let local = Local::new(entries, Some(false), memory.clone()).expect("it begins with the run");
    let mut journal = Noting::new(local, terms.cancelled);
    let origin = origin(terms).resumed(resumed);
    let outcome = drive::<P, _, _, _>(runtime, origin, &mut journal, Here::new(runtime), json(&input)).await;
    Recorded { outcome, made: journal.made(), entries: memory.entries() }
}

/// Runs a pipeline whose agents are elsewhere.
pub async fn on_fake<P, S>(
    runtime: &Runtime<S>,
    terms: &Terms,
    journal: &mut Fake,
    input: P::Input,
) -> OutcomeOf<P>
where
    P: Drive<Scheduled<Elsewhere>>,
{
    drive::<P, _, _, _>(runtime, origin(terms), journal, Elsewhere, json(&input)).await
}
