//! A run, cut at every entry.

use super::fake::CANCELLED;
use super::{Fake, Recorded};
use crate::Told;
use handoff::durable::Entry;
use std::pin::Pin;

/// The attempts that have ended, each with its place.
pub fn ended(entries: &[Entry]) -> Vec<String> {
    let attempt = |entry: &Entry| match entry {
        Entry::Done { place, agent, attempt, .. } | Entry::Failed { place, agent, attempt, .. } => {
            Some(format!("{place}@{attempt} {agent}"))
        }
        _ => None,
    };
    entries.iter().filter_map(attempt).collect()
}

/// A run that is gone on with, boxed: it is written once for all pipelines.
pub type GoesOn<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Cuts a run behind every entry, goes on with what is left, and says what is wrong with what comes of it: another
/// outcome, an attempt that is made although its end is kept, attempts that end and did not in the uncut run, or the
/// other way round. How often it was cut, if nothing is.
pub async fn cut(
    uncut: &Recorded<Told>,
    go_on: &dyn Fn(Vec<Entry>) -> GoesOn<'static, Recorded<Told>>,
) -> Result<usize, String> {
    let all = sorted(ended(&uncut.entries));
    let of = uncut.entries.len();
    for cut in 1..=of {
        let kept = &uncut.entries[..cut];
        let resumed = go_on(begun_anew(kept)).await;
        if !resumed.outcome.ends_as(&uncut.outcome) {
            let (now, before) = (&resumed.outcome, &uncut.outcome);
            return Err(format!(
                "cut behind entry {cut} of {of}, another outcome: {now:?}\nand uncut: {before:?}"
            ));
        }
        let kept = ended(kept);
        let again: Vec<_> = resumed.made.iter().filter(|made| kept.contains(made)).collect();
        if !again.is_empty() {
            return Err(format!("cut behind entry {cut} of {of}: {again:?} were made again"));
        }
        let after = sorted(ended(&resumed.entries));
        if after != all {
            return Err(format!("cut behind entry {cut} of {of}: {after:?} ended, and uncut: {all:?}"));
        }
    }
    Ok(of)
}

/// The same behind every answer of agents that are elsewhere. What follows the cut ends in the order in which it did in
/// the uncut run, so that all of it has to be the same: who is called with what, what is said, and what comes of it.
pub async fn cut_elsewhere(
    uncut: &Told,
    first: &Fake,
    go_on: &dyn Fn(Fake) -> GoesOn<'static, (Told, Fake)>,
) -> Result<usize, String> {
    let of = first.said().len();
    for cut in 0..=of {
        let (told, second) = go_on(first.cut(cut)).await;
        if !told.ends_as(uncut) {
            return Err(format!(
                "cut behind answer {cut} of {of}, another outcome: {told:?}\nand uncut: {uncut:?}"
            ));
        }
        if second.said() != first.said() {
            let (now, before) = (second.said(), first.said());
            return Err(format!(
                "cut behind answer {cut} of {of}, other answers: {now:?}\nand uncut: {before:?}"
            ));
        }
        let made = first.said()[cut..].iter().map(|(key, _)| key).filter(|key| *key != CANCELLED);
        if !second.made().iter().eq(made) {
            return Err(format!("cut behind answer {cut} of {of}: {:?} were made", second.made()));
        }
    }
    Ok(of + 1)
}

/// The same entries, with timers that begin anew: the clock of the test stands still, and that of the system does not.
fn begun_anew(entries: &[Entry]) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    for entry in &mut entries {
        if let Entry::Timer { until, .. } = entry {
            *until = u64::MAX;
        }
    }
    entries
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}
