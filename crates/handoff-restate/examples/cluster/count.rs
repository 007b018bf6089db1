//! Whether something was made twice: what agents noted, held against what the server has.

use crate::notes::Note;
use handoff_restate::{Client, ClientError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What was counted outside, held against what the server has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Attempts that were begun.
    pub(crate) attempts: usize,
    /// How often.
    pub(crate) starts: usize,
    /// How often after they had come to an end that the server never heard of.
    pub(crate) again: usize,
    /// Those that were begun after the server had their end: there must be none.
    pub(crate) repeated: Vec<Repeated>,
    /// Those that were begun, and of which the server has no end.
    pub(crate) lost: usize,
}

/// An attempt that was begun again without need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    pub(crate) key: String,
    pub(crate) attempt: u32,
    /// How many milliseconds after the server had its end.
    pub(crate) after: u128,
}

/// By how many milliseconds the server's clock, which it does not read for each entry, may be behind that of the notes. Whoever
/// is killed is away for longer.
const BLUR: u128 = 20;

impl Count {
    /// `ended` is when the server had the end of an attempt.
    pub(crate) fn of(notes: &[Note], ended: &BTreeMap<(String, u32), u128>) -> Self {
        let mut attempts: BTreeMap<(String, u32), Vec<&Note>> = BTreeMap::new();
        for note in notes {
            attempts.entry((note.key.clone(), note.attempt)).or_default().push(note);
        }
        let mut count = Self { attempts: attempts.len(), ..Self::default() };
        for ((key, attempt), notes) in attempts {
            let at = |is: fn(&Note) -> bool| notes.iter().filter(move |note| is(note)).map(|note| note.at);
            let starts = || at(|note| note.event == "start");
            let first_end = at(Note::is_end).min();
            count.starts += starts().count();
            // The first start of all repeats nothing.
            let again = || starts().filter(|at| first_end.is_some_and(|end| *at > end));
            count.again += again().count();
            let Some(ended) = ended.get(&(key.clone(), attempt)) else {
                count.lost += 1;
                continue;
            };
            if let Some(after) =
                again().map(|at| at.saturating_sub(*ended)).max().filter(|after| *after > BLUR)
            {
                count.repeated.push(Repeated { key, attempt, after });
            }
        }
        count
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attempts, starts, again, repeated, lost } = self;
        write!(
            f,
            "{attempts} attempts, {starts} starts, {} after an end that the server had not heard of, {} after one that it \
             had, {lost} without an end",
            again - repeated.len(),
            repeated.len()
        )
    }
}

/// When the server had the end of each attempt of this agent.
///
/// # Errors
///
/// The server cannot be asked, or answers something else.
pub(crate) async fn ended(
    client: &Client,
    agent: &str,
) -> Result<BTreeMap<(String, u32), u128>, ClientError> {
    let rows = client
        .query(&format!(
            "SELECT j.raw AS asked, CAST(i.completed_at AS BIGINT) AS at \
             FROM sys_journal j JOIN sys_invocation i ON j.id = i.id \
             WHERE j.index = 0 AND i.status = 'completed' AND i.target_service_name = '{agent}'"
        ))
        .await?;
    let row = |row: &Value| {
        let asked = unhex(row["asked"].as_str()?);
        // After a few bytes of the server's own.
        let asked: Value = serde_json::from_str(&asked[asked.find('{')?..]).ok()?;
        // The first is not said.
        let attempt = u32::try_from(asked["attempt"].as_u64().unwrap_or(1)).ok()?;
        Some(((asked["ids"].as_str()?.get(48..)?.to_owned(), attempt), u128::from(row["at"].as_u64()?)))
    };
    Ok(rows.iter().filter_map(row).collect())
}

fn unhex(text: &str) -> String {
    let digit =
        |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    let bytes: Vec<_> = text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_again_is_counted() {
        let note = |at, event: &str| Note {
            at,
            process: 1,
            event: event.to_owned(),
            key: "k".to_owned(),
            attempt: 1,
            what: "ok".to_owned(),
        };
        let ended = BTreeMap::from([(("k".to_owned(), 1), 2_000)]);
        // Killed under its first start, and after an end that nobody had heard of.
        let notes = [
            note(1_000, "start"),
            note(1_200, "start"),
            note(1_500, "end"),
            note(1_700, "start"),
            note(1_990, "end"),
        ];
        let count = Count::of(&notes, &ended);
        assert_eq!((count.attempts, count.starts, count.again, count.lost), (1, 3, 1, 0));
        assert_eq!(count.repeated, []);
        // And once more, without need.
        let notes = [&notes[..], &[note(2_500, "start"), note(2_600, "end")]].concat();
        let again = Repeated { key: "k".to_owned(), attempt: 1, after: 500 };
        assert_eq!(Count::of(&notes, &ended).repeated, [again]);
        assert_eq!(Count::of(&notes, &BTreeMap::new()).lost, 1);
    }
}
