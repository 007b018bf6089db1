//! What the runs do: a file is split, its parts are read, and what was found is put together. No model is asked; a part takes
//! as long as one would.

use crate::notes::Notes;
use handoff::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A file.
#[contract]
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A part of a file.
#[contract]
pub(crate) struct Part {
    /// Of its first line.
    pub(crate) line: u32,
    pub(crate) text: String,
}

#[contract]
pub(crate) struct Parts {
    #[check(len(1..=12))]
    pub(crate) parts: Vec<Part>,
}

/// What is in a part.
#[contract]
pub(crate) struct Counted {
    pub(crate) lines: u32,
    pub(crate) words: BTreeMap<String, u32>,
}

/// What is in a file.
#[contract]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) lines: u32,
    /// The longer words that it has most often.
    #[check(len(..=3))]
    pub(crate) most: Vec<String>,
}

/// Splits a file into parts that can be read at once.
#[agent(role = planner)]
pub(crate) async fn split(text: Text) -> Parts {
    Parts { parts: parts(&text) }
}

/// Counts the words of a part. A host does two dozen at once.
#[agent(timeout = "30s", retries = 2, concurrency = 24)]
pub(crate) async fn read(
    part: Part,
    State(notes): State<Notes>,
    cx: Context,
) -> Result<Counted, std::io::Error> {
    let what = format!("line {}", part.line);
    notes.take("start", &cx, &what)?;
    tokio::time::sleep(Duration::from_millis(300 + u64::from(part.line) * 7 % 900)).await;
    let counted = count(&part);
    notes.take("end", &cx, &what)?;
    Ok(counted)
}

/// Puts together what was counted.
#[agent(role = aggregator)]
pub(crate) async fn sum_up(counted: Vec<Counted>) -> Summary {
    sum(&counted)
}

pipeline! {
    /// What a file is about, by its words.
    pub(crate) digest(Text) -> Summary { split => fan_out(parts) read => barrier(all) => sum_up }
}

/// The same without agents, to compare with.
pub(crate) fn by_hand(text: &Text) -> Summary {
    sum(&parts(text).iter().map(count).collect::<Vec<_>>())
}

fn parts(text: &Text) -> Vec<Part> {
    const MOST: usize = 12;
    let lines: Vec<_> = text.text.lines().collect();
    let each = lines.len().div_ceil(MOST).max(40);
    let part = |(index, lines): (usize, &[&str])| Part {
        line: u32::try_from(index * each + 1).unwrap_or(u32::MAX),
        text: lines.join("\n"),
    };
    lines.chunks(each).enumerate().map(part).collect()
}

fn count(part: &Part) -> Counted {
    let mut words = BTreeMap::new();
    let is_long = |word: &&str| word.chars().count() > 4;
    for word in part.text.split(|letter: char| !letter.is_alphabetic()).filter(is_long) {
        *words.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    Counted { lines: u32::try_from(part.text.lines().count()).unwrap_or(u32::MAX), words }
}

fn sum(counted: &[Counted]) -> Summary {
    let mut words: BTreeMap<&str, u32> = BTreeMap::new();
    for (word, count) in counted.iter().flat_map(|counted| &counted.words) {
        *words.entry(word).or_insert(0) += count;
    }
    let mut most: Vec<_> = words.into_iter().collect();
    most.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let most = most.into_iter().take(3).map(|(word, _)| word.to_owned()).collect();
    Summary { lines: counted.iter().map(|counted| counted.lines).sum(), most }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines, most of all of {}", self.lines, self.most.join(", "))
    }
}
