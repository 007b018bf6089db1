//! What becomes of a fan-out when one of five workers misbehaves, in every way, before every
//! barrier: the table in the documentation of `handoff::barrier`, from runs.
//!
//! After a change, `UPDATE_EXPECT=1 cargo test --test conformance` writes the table anew: read it
//! before it is committed.
#![allow(missing_docs, unreachable_pub)] // a user's crate in small

use handoff::prelude::*;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::sleep;

#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Well,
    /// Well, but after the deadline.
    Slow,
    Error,
    Panic,
    Hang,
    Drift,
    WrongType,
    Nothing,
    Cut,
}

#[contract]
pub struct Job {
    pub index: usize,
    pub fate: Fate,
}

#[contract]
pub struct Batch {
    pub jobs: Vec<Job>,
}

#[contract]
pub struct Done {
    #[check(range(..=99))]
    pub index: usize,
    /// Made of a failure.
    pub made: bool,
}

#[agent(role = planner)]
async fn plan(batch: Batch) -> Batch {
    batch
}

/// The last is the first to end. Nothing takes as long as the deadline, but what is slow.
#[agent(output = Done, timeout = "800ms")]
async fn work(job: Job) -> Result<Reply, &'static str> {
    let before = if job.fate == Fate::Slow { 600 } else { 100 - 20 * job.index as u64 };
    sleep(Duration::from_millis(before)).await;
    let good = format!(r#"{{"index":{},"made":false}}"#, job.index);
    Ok(match job.fate {
        Fate::Well | Fate::Slow => Reply::new(good),
        Fate::Error => return Err("the disk is full"),
        Fate::Panic => panic!("index out of bounds"),
        Fate::Hang => std::future::pending().await,
        Fate::Drift => Reply::new(r#"{"index":100,"made":false}"#),
        Fate::WrongType => Reply::new(r#"{"index":["2"],"made":false}"#),
        Fate::Nothing => Reply::new(""),
        Fate::Cut => Reply::new(good).finish(FinishReason::Length),
    })
}

fn make(job: &Job, _: &TaskFailure) -> Done {
    Done { index: job.index, made: true }
}

/// The payload of either kind of barrier, and what has to be true of it: nothing is missing that
/// the type and the envelope do not tell of.
trait Payload {
    fn told(&self, envelope: &Envelope<()>, width: usize) -> String;
}

impl Payload for Vec<Done> {
    fn told(&self, envelope: &Envelope<()>, width: usize) -> String {
        assert!(self.iter().map(|done| done.index).eq(0..width), "all of them, in the order of the items");
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
            // As another process would tell it.
            let read = PipelineError::from_json(&error.to_json()).expect("it is an error of a run");
            assert_eq!(format!("{read:?}"), format!("{error:?}"));
            let error = read;
            let finished = error.finished::<Done>().map_or(0, |finished| finished.results().len());
            let kept = if finished > 0 { format!("; {finished} kept") } else { String::new() };
            let task = error.task().map_or(String::new(), |task| format!(", task {task}"));
            format!("**error** `{}` of `{}`{task}{kept}", error.kind().as_str(), error.agent())
        }
    }
}

macro_rules! columns {
    ($($name:ident -> $output:ty: ($($option:tt)*) ($($rule:tt)*) $head:literal;)*) => {
        $(pipeline! { pub $name(Batch) -> $output {
            plan => fan_out(jobs, max = 5 $($option)*) work => barrier($($rule)*)
        } })*

        mod with_none {
            use super::*;
            $(pipeline! { pub $name(Batch) -> $output {
                plan => fan_out(jobs, max = 5, allow_empty $($option)*) work => barrier($($rule)*)
            } })*
        }

        const HEADS: &[&str] = &[$($head),*];

        async fn row(runtime: &Runtime, allow_empty: bool, batch: &Batch) -> Vec<String> {
            let width = batch.jobs.len();
            vec![$({
                let result = if allow_empty {
                    runtime.run(with_none::$name, batch.clone()).await
                } else {
                    runtime.run($name, batch.clone()).await
                };
                cell(result, width)
            }),*]
        }
    };
}

columns! {
    all -> Vec<Done>: () (all) "`all`";
    made -> Vec<Done>: (, recover = make) (all) "`all`, `recover`";
    all_by -> Vec<Done>: () (all, deadline = "300ms") "`all`, `deadline`";
    four -> Partial<Done>: () (at_least = 4) "`at_least = 4`";
    share -> Partial<Done>: () (at_least = 80%) "`at_least = 80%`";
    four_made -> Partial<Done>: (, recover = make) (at_least = 4) "`at_least = 4`, `recover`";
    first -> Partial<Done>: () (first = 3) "`first = 3`";
    first_made -> Partial<Done>: (, recover = make) (first = 3) "`first = 3`, `recover`";
    settled -> Partial<Done>: () (settled) "`settled`";
    settled_by -> Partial<Done>: () (settled, deadline = "300ms") "`settled`, `deadline`";
}

fn batch(fates: &[Fate]) -> Batch {
    Batch { jobs: fates.iter().enumerate().map(|(index, fate)| Job { index, fate: *fate }).collect() }
}

/// What happens, and to whom.
fn rows() -> Vec<(&'static str, bool, Batch)> {
    let one = |fate| batch(&[Fate::Well, Fate::Well, fate, Fate::Well, Fate::Well]);
    vec![
        ("all end well, the last first", false, one(Fate::Well)),
        ("one returns an error", false, one(Fate::Error)),
        ("one panics", false, one(Fate::Panic)),
        ("one hangs", false, one(Fate::Hang)),
        ("one is slower than the deadline", false, one(Fate::Slow)),
        ("one breaks its contract", false, one(Fate::Drift)),
        ("one replies with the wrong type", false, one(Fate::WrongType)),
        ("one replies with nothing", false, one(Fate::Nothing)),
        ("one reply is cut off", false, one(Fate::Cut)),
        ("two fail", false, batch(&[Fate::Well, Fate::Error, Fate::Well, Fate::Panic, Fate::Well])),
        ("the plan is empty", false, batch(&[])),
        ("the plan is empty, `allow_empty`", true, batch(&[])),
        ("the plan is too wide", false, batch(&[Fate::Well; 6])),
    ]
}

const BEFORE: &str = "# Conformance

What becomes of a fan-out to five workers, at most five of them. The table is written by a test that runs
every cell: each success is a `Vec` of everything, in the order of the items, or a `Partial` that says
what is missing; a result that `recover` made is told by a warning, by the confidence, and by a `Partial`, and is no
success to a barrier that counts them. *Kept* are the results on the error ([`PipelineError::finished`](crate::PipelineError::finished)).

";

fn table(rows: &[(&str, Vec<String>)]) -> String {
    let mut table = format!("| | {} |\n|{}\n", HEADS.join(" | "), "---|".repeat(HEADS.len() + 1));
    for (what, cells) in rows {
        writeln!(table, "| {what} | {} |", cells.join(" | ")).expect("a string takes everything");
    }
    table
}

#[test]
fn the_table_says_what_happens() {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    tokio.expect("a tokio runtime").block_on(async {
        let runtime = Runtime::default();
        let mut told = Vec::new();
        for (what, allow_empty, batch) in rows() {
            told.push((what, row(&runtime, allow_empty, &batch).await));
        }
        let expected = expect_test::expect_file!["../../handoff/src/barrier/conformance.md"];
        expected.assert_eq(&format!("{BEFORE}{}", table(&told)));
    });
}

#[test]
fn it_is_the_same_on_many_threads_and_a_clock_that_runs() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    tokio.expect("a tokio runtime").block_on(async {
        let runtime = Runtime::default();
        let runs = rows().into_iter().map(|(what, allow_empty, batch)| {
            let runtime = runtime.clone();
            tokio::spawn(async move { (what, row(&runtime, allow_empty, &batch).await) })
        });
        let written = include_str!("../../handoff/src/barrier/conformance.md");
        for run in runs.collect::<Vec<_>>() {
            let (what, cells) = run.await.expect("no panic leaves a run");
            let line = written.lines().find(|line| line.starts_with(&format!("| {what} |")));
            let line: Vec<_> = line.expect("the row is in the table").split(" | ").collect();
            for (cell, written) in cells.iter().zip(&line[1..]) {
                // Who is among the first, and what had finished, is a matter of time here; so is which of two
                // failures comes first.
                let end = if what == "two fail" { '`' } else { ';' };
                let settled = |cell: &str| {
                    let cell = cell.trim_end_matches([' ', '|']);
                    cell.split(end).next().unwrap_or_default().to_owned()
                };
                if !written.contains("cancelled") && !written.starts_with("`Partial` 3/5") {
                    assert_eq!(settled(cell), settled(written), "{what}");
                }
            }
        }
    });
}
