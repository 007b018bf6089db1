//! One of five workers misbehaves, in every way and before every barrier.

use crate::agents::{Fate, act, json};
use crate::{About, Agents, Desk, STEP, Suite};
use handoff::prelude::*;
use std::fmt::Write as _;
use tokio::time::sleep;

#[contract]
pub struct Job {
    pub index: u32,
    pub fate: Fate,
}

#[contract]
pub struct Batch {
    pub jobs: Vec<Job>,
}

#[contract]
pub struct Done {
    #[check(range(..=99))]
    pub index: u32,
    /// Made of a failure.
    pub made: bool,
}

#[agent(role = planner)]
pub async fn plan(batch: Batch) -> Batch {
    batch
}

/// The last is the first to end. Nothing takes as long as the deadline, but what is slow.
#[agent(output = Done, timeout = "8s")]
pub async fn work(job: Job, cx: Context) -> Result<Reply, BoxError> {
    if !matches!(job.fate, Fate::After(_)) {
        sleep(STEP * (5 - job.index)).await;
    }
    let [good, flawed] = [job.index, 100].map(|index| json(&Done { index, made: false }));
    act(job.fate, &cx, good, flawed).await
}

fn make(job: &Job, _: &TaskFailure) -> Done {
    Done { index: job.index, made: true }
}

/// The payload of either kind of barrier, and what has to be true of it: nothing is missing that
/// the type and the envelope do not tell of.
pub trait Payload {
    fn told(&self, envelope: &Envelope<()>, width: usize) -> String;
}

impl Payload for Vec<Done> {
    fn told(&self, envelope: &Envelope<()>, width: usize) -> String {
        assert!(self.iter().zip(0..).all(|(done, place)| done.index == place), "in the order of the items");
        assert_eq!(self.len(), width, "all of them");
        let made = self.iter().filter(|done| done.made).count();
        assert_eq!(made > 0, !envelope.warnings.is_empty(), "{:?}", envelope.warnings);
        match made {
            0 => format!("`Vec` of {width}"),
            _ => format!("`Vec` of {width}, {made} by `recover`; confidence {}", envelope.confidence),
        }
    }
}

impl Payload for Partial<Done> {
    fn told(&self, envelope: &Envelope<()>, width: usize) -> String {
        let (good, bad, made) = (self.results().len(), self.failures().len(), self.recovered().len());
        assert!(self.results().filter(|done| done.made).count() == made, "it is told which they are");
        assert!(self.results().map(|done| done.index).is_sorted(), "in the order of the items");
        assert_eq!(self.total(), width);
        assert_eq!(bad + made > 0, !envelope.warnings.is_empty(), "{:?}", envelope.warnings);
        assert_eq!(bad + made > 0, envelope.confidence.get() < 1.0);
        let mut told = format!("`Partial` {good}/{width}");
        for failure in self.failures() {
            write!(told, ", task {} `{}`", failure.task, failure.kind).expect("a string takes everything");
        }
        if made > 0 {
            write!(told, ", {made} by `recover`").expect("a string takes everything");
        }
        match width - good - bad {
            0 => {}
            cancelled => write!(told, ", {cancelled} cancelled").expect("a string takes everything"),
        }
        told
    }
}

fn cell<T: Payload>(result: Result<Envelope<T>, PipelineError>, width: usize) -> String {
    match result {
        Ok(envelope) => {
            let (payload, rest) = envelope.split();
            payload.told(&rest, width)
        }
        Err(error) => {
            let finished = error.finished::<Done>().map_or(0, |finished| finished.results().len());
            let kept = if finished > 0 { format!("; {finished} kept") } else { String::new() };
            let task = error.task().map_or(String::new(), |task| format!(", task {task}"));
            format!("**error** `{}` of `{}`{task}{kept}", error.kind().as_str(), error.agent())
        }
    }
}

macro_rules! columns {
    ($($name:ident, $empty:ident -> $output:ty: ($($option:tt)*) ($($rule:tt)*) $head:literal;)*) => {
        $(
            pipeline! { pub $name(Batch) -> $output {
                plan => fan_out(jobs, max = 5 $($option)*) work => barrier($($rule)*)
            } }
            pipeline! { pub $empty(Batch) -> $output {
                plan => fan_out(jobs, max = 5, allow_empty $($option)*) work => barrier($($rule)*)
            } }
        )*

        /// What stands between the workers and what follows, as it is written.
        pub const HEADS: &[&str] = &[$($head),*];

        /// What comes of a batch before each of the barriers, on tokio, as it is told in a table.
        pub async fn row(runtime: &Runtime<Desk>, row: &Row) -> Vec<String> {
            let (batch, width) = (&row.batch, row.batch.jobs.len());
            vec![$(
                if row.allow_empty {
                    cell(runtime.run($empty, batch.clone()).await, width)
                } else {
                    cell(runtime.run($name, batch.clone()).await, width)
                }
            ),*]
        }

        /// Hands every cell to the suite.
        pub(crate) fn each(suite: &mut impl Suite) {
            $(
                for row in rows() {
                    let about = About::new($head, row.what);
                    if row.allow_empty {
                        suite.case(about, $empty, row.batch);
                    } else {
                        suite.case(about, $name, row.batch);
                    }
                }
            )*
        }
    };
}

columns! {
    all, all_or_none -> Vec<Done>: () (all) "`all`";
    made, made_or_none -> Vec<Done>: (, recover = make) (all) "`all`, `recover`";
    all_by, all_by_or_none -> Vec<Done>: () (all, deadline = "3s") "`all`, `deadline`";
    four, four_or_none -> Partial<Done>: () (at_least = 4) "`at_least = 4`";
    share, share_or_none -> Partial<Done>: () (at_least = 80%) "`at_least = 80%`";
    four_made, four_made_or_none -> Partial<Done>: (, recover = make) (at_least = 4) "`at_least = 4`, `recover`";
    first, first_or_none -> Partial<Done>: () (first = 3) "`first = 3`";
    first_made, first_made_or_none -> Partial<Done>: (, recover = make) (first = 3) "`first = 3`, `recover`";
    settled, settled_or_none -> Partial<Done>: () (settled) "`settled`";
    settled_by, settled_by_or_none -> Partial<Done>: () (settled, deadline = "3s") "`settled`, `deadline`";
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<plan>();
    agents.agent::<work>();
}

/// What happens, and to whom.
pub struct Row {
    pub what: &'static str,
    pub allow_empty: bool,
    pub batch: Batch,
}

pub fn batch(fates: &[Fate]) -> Batch {
    Batch { jobs: fates.iter().zip(0..).map(|(fate, index)| Job { index, fate: *fate }).collect() }
}

pub fn rows() -> Vec<Row> {
    let row = |what, fates: &[Fate]| Row { what, allow_empty: false, batch: batch(fates) };
    let one = |what, fate| row(what, &[Fate::Well, Fate::Well, fate, Fate::Well, Fate::Well]);
    vec![
        one("all end well, the last first", Fate::Well),
        one("one returns an error", Fate::Error),
        one("one panics", Fate::Panic),
        one("one hangs", Fate::Hang),
        one("one is slower than the deadline", Fate::After(25)),
        one("one breaks its contract", Fate::Drift),
        one("one replies with the wrong type", Fate::WrongType),
        one("one replies with nothing", Fate::Nothing),
        one("one reply is cut off", Fate::Cut),
        row("two fail", &[Fate::Well, Fate::Error, Fate::Well, Fate::Panic, Fate::Well]),
        row("the plan is empty", &[]),
        Row { allow_empty: true, ..row("the plan is empty, `allow_empty`", &[]) },
        row("the plan is too wide", &[Fate::Well; 6]),
    ]
}
