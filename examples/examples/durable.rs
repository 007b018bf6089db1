//! A run that outlives its process: the sections of a text are read at the pace of a model, and what has been read is not
//! read again.
//!
//! ```text
//! cargo run --example durable -- runs README.md
//! ```
//!
//! Stop it in the middle, with Ctrl-C or `kill -9`, and start it again: it goes on where it was. When it is done, a third
//! start only shows the result. What is kept is in the folder `runs`, for `tail -f` and `jq`; without it, all begins anew.

use handoff::durable::{Durability, Files};
use handoff::prelude::*;
use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// A section of a text.
#[contract]
struct Section {
    #[check(len(1..))]
    title: String,
    text: String,
}

/// What stands in it.
#[contract]
struct Entry {
    title: String,
    words: usize,
    /// Those that it repeats most.
    #[check(len(..=5))]
    about: Vec<String>,
}

#[contract]
struct Index {
    entries: Vec<Entry>,
    words: usize,
}

/// How long a section takes.
#[derive(Clone)]
struct Pace(Duration);

/// Takes a text apart, at its headings.
#[agent(role = planner)]
async fn open(path: String) -> Result<Vec<Section>, std::io::Error> {
    let text = std::fs::read_to_string(path)?;
    let sections = text.split("\n## ").map(|section| {
        let (title, text) = section.split_once('\n').unwrap_or((section, ""));
        Section { title: title.trim_matches(['#', ' ']).to_owned(), text: text.to_owned() }
    });
    Ok(sections.collect())
}

/// Reads a section, as slowly as if it asked a model.
#[agent(timeout = "none")]
async fn read(section: Section, State(Pace(pace)): State<Pace>) -> Entry {
    eprintln!("reading \"{}\"", section.title);
    tokio::time::sleep(pace).await;
    let mut counts = BTreeMap::<_, usize>::new();
    let words = section.text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    for word in words.clone().filter(|word| word.len() > 4) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut about: Vec<_> = counts.into_iter().collect();
    about.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let about = about.into_iter().take(5).map(|(word, _)| word).collect();
    Entry { title: section.title, words: words.count(), about }
}

#[agent(role = aggregator)]
async fn index(entries: Vec<Entry>) -> Index {
    Index { words: entries.iter().map(|entry| entry.words).sum(), entries }
}

pipeline! {
    /// Says what stands where in a text.
    survey(String) -> Index {
        open => fan_out(|sections| sections, max = 500, concurrency = 2) read => barrier(all) => index
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, path] = &arguments[..] else {
        eprintln!("usage: durable FOLDER FILE");
        return ExitCode::from(2);
    };
    match run(folder, path, Pace(Duration::from_secs(2))).await {
        Ok(index) => {
            for Entry { title, words, about } in &index.entries {
                println!("{title}: {words} words, about {}", about.join(", "));
            }
            println!("{} words in all", index.words);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(folder: &str, path: &str, pace: Pace) -> Result<Index, Box<dyn Error>> {
    let runtime = Runtime::builder().state(pace).build();
    let durable = runtime.durable(Files::open(folder, Durability::Disk)?);
    if let Some(run) = durable.runs()?.iter().find(|run| run.id == path) {
        eprintln!("{} steps of it are done", run.entries);
    }
    // The same id is the same run: it begins, or goes on, or says how it ended.
    Ok(durable.run(survey, path, path.to_owned()).await?.payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_been_done_is_not_done_again() {
        let folder = std::env::temp_dir().join(format!("handoff-durable-{}", std::process::id()));
        let folder = folder.to_str().unwrap();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let durable = Runtime::default().durable(Files::open(folder, Durability::Disk).unwrap());
        // Stopped while it reads, which it would do for days.
        let taken_apart = async {
            while durable.runs().unwrap().iter().all(|run| run.entries == 0) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            index = run(folder, path, Pace(Duration::MAX)) => panic!("{index:?}"),
            () = taken_apart => {}
        }
        let index = run(folder, path, Pace(Duration::ZERO)).await.unwrap();
        assert!(index.words > 500, "{}", index.words);
        let run = &durable.runs().unwrap()[0];
        assert_eq!((run.entries, run.resumed), (2 + index.entries.len() as u64, 1));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
