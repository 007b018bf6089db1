//! Closures that read a clock, or anything else that is another each time.

use crate::support::paused;
use handoff::durable::{Here, JournalError, Scheduled};
use handoff::engine::Drive;
use handoff::prelude::*;
use handoff_conformance::agents::{Note, check, legal, note, polish, read, style};
use handoff_conformance::journals::{ended, on_memory};
use handoff_conformance::stages::fan_outs::{Notes, merge, merge_some, notes, split};
use handoff_conformance::{Desk, Fate, Terms};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// A clock, which shows another time whenever it is read.
fn now() -> usize {
    static CLOCK: AtomicUsize = AtomicUsize::new(0);
    CLOCK.fetch_add(1, Relaxed)
}

/// Whether it is asked for the first time, which is another kind of clock.
fn is_early(asked: &AtomicBool) -> bool {
    !asked.swap(true, Relaxed)
}

static UNTIL: AtomicBool = AtomicBool::new(false);
static GUARD: AtomicBool = AtomicBool::new(false);

fn stamped(note: Note, _: &TaskFailure) -> Note {
    note.with(now().to_string())
}

pipeline! { pub in_map(Note) -> Note { read => map(|note| note.with(now().to_string())) => check => polish } }
pipeline! { pub in_until(Note) -> Note { repeat(max = 5, until = |_| !is_early(&UNTIL)) { check } => polish } }
pipeline! { pub in_guard(Note) -> Note { read => match { note if is_early(&GUARD) => legal, _ => style } => polish } }
pipeline! { pub in_items(Notes) -> String {
    split => fan_out(|all| all.notes.into_iter().map(|note| note.with(now().to_string())).collect(), max = 8) check => barrier(all) => merge
} }
pipeline! { pub in_recover(Notes) -> String {
    split => fan_out(notes, recover = |note, failure| stamped(note.clone(), failure)) legal => barrier(settled) => merge_some
} }

/// Cuts the run behind each entry: once an agent has ended that comes after the closure, it has to be found out.
async fn find_out<P: Drive<Scheduled<Here<Desk>>>>(input: P::Input, comes_after: &str) -> Vec<String> {
    let runtime = Runtime::builder().state(Desk::default()).build();
    let terms = Terms::default();
    let uncut = on_memory::<P, Desk>(&runtime, &terms, None, input.clone()).await;
    uncut.outcome.expect("nothing is wrong in one piece");
    let mut found = Vec::new();
    for cut in 1..=uncut.entries.len() {
        let kept = uncut.entries[..cut].to_vec();
        let depends = ended(&kept).iter().any(|ended| ended.ends_with(&format!(" {comes_after}")));
        let resumed = on_memory::<P, Desk>(&runtime, &terms, Some(kept.clone()), input.clone()).await;
        match resumed.outcome {
            Ok(_) => assert!(!depends, "cut behind entry {cut}: nothing is found out"),
            Err(error) => {
                let ErrorKind::Journal(trouble) = error.kind() else { panic!("{error}") };
                assert!(matches!(**trouble, JournalError::Mismatch(_)), "{error}");
                // The run stays as it was.
                assert_eq!(resumed.entries.len(), cut);
                found.push(error.to_string());
            }
        }
    }
    found
}

#[test]
fn a_closure_that_reads_a_clock_is_an_error_that_says_which() {
    paused().block_on(async {
        let twice = || notes(&[&[("legal", Fate::Error)], &[]]);
        for (name, found, says) in [
            ("map", find_out::<in_map>(note(&[]), "check").await, "agent `check` gets another input"),
            ("fan_out", find_out::<in_items>(twice(), "check").await, "agent `check` gets another input"),
            (
                "recover",
                find_out::<in_recover>(twice(), "merge_some").await,
                "agent `merge_some` gets another input",
            ),
            ("guard", find_out::<in_guard>(note(&[]), "legal").await, "and now agent"),
            ("until", find_out::<in_until>(note(&[]), "polish").await, "agent"),
        ] {
            assert!(!found.is_empty(), "{name}");
            for line in found {
                assert!(line.contains(says) && line.contains("a closure of it"), "{name}: {line}");
            }
        }
    });
}
