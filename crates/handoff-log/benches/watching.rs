//! What a log costs: 5,000 tasks in tasks, with a log and without one, and what the log takes.
//!
//! `cargo bench -p handoff-log`

// A program, not an interface; agents are async, whether they await or not.
#![allow(missing_docs, unreachable_pub)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use handoff::budget::Utf8Bytes;
use handoff::prelude::*;
use handoff_log::{Log, RunLog};
use tokio::runtime;

const OUTER: usize = 100;
const INNER: usize = 50;

#[contract]
pub struct Plan {
    #[check(len(..=100))]
    pub chapters: Vec<Chapter>,
}

#[contract]
pub struct Chapter {
    pub title: String,
    #[check(len(..=50))]
    pub places: Vec<String>,
}

#[contract]
pub struct Page {
    pub place: String,
    #[check(len(..=2_000))]
    pub text: String,
}

#[contract]
pub struct Note {
    #[check(len(..=400))]
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

#[agent(role = planner, max_output_tokens = 1_000_000)]
async fn plan(goal: String) -> Plan {
    let places = |chapter| (0..INNER).map(|place| format!("https://example.org/{chapter}/{place}")).collect();
    let chapters = (0..OUTER).map(|chapter| Chapter { title: goal.clone(), places: places(chapter) });
    Plan { chapters: chapters.collect() }
}

#[agent(role = planner)]
async fn search(chapter: Chapter) -> Chapter {
    chapter
}

/// Every tenth attempt fails, and is made again.
#[agent(retries = 1)]
async fn read(place: String, cx: Context) -> Result<Page, &'static str> {
    if cx.attempt() == 1 && place.ends_with('7') {
        return Err("the connection was reset");
    }
    Ok(Page { text: place.repeat(20), place })
}

#[agent(max_output_tokens = 1_000)]
async fn summarise(page: Page) -> Note {
    Note { text: page.place, confidence: 0.75 }
}

#[agent(role = aggregator)]
async fn merge(notes: Vec<Note>) -> Note {
    Note { text: notes.len().to_string(), confidence: 1.0 }
}

pipeline! {
    chapter(Chapter) -> Note {
        search => fan_out(places, label = |place| place) { read => summarise } => barrier(all) => merge
    }
}

pipeline! {
    study(String) -> Note {
        plan => fan_out(chapters) chapter => barrier(all) => merge
    }
}

fn main() {
    // Without `--bench`, as `cargo test --benches` runs it: only to see that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 60 } else { 1 };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("watching");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let path = folder.join("run.jsonl");
    println!(
        "{:16} {:>14} {:>14} {:>18} {:>20}",
        "flavour", "without, ms", "with, ms", "ratio", "written after, ms"
    );
    for (flavour, tokio) in [
        ("current_thread", runtime::Builder::new_current_thread().enable_time().build()),
        ("multi_thread", runtime::Builder::new_multi_thread().enable_time().build()),
    ] {
        row(flavour, &tokio.expect("a tokio runtime can be built"), &path, rounds);
    }
    size(&path);
    fs::remove_dir_all(folder).expect("what was written can be removed");
}

/// Pairs of runs with a log and without one, which take turns at going first.
fn row(flavour: &str, tokio: &runtime::Runtime, path: &PathBuf, rounds: u32) {
    let (mut without, mut with, mut ratios, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut bare = None;
        if round % 2 == 0 {
            bare = Some(run(tokio, None));
        }
        let log = Log::create(path).expect("the log can be created");
        let logged = run(tokio, Some(log.clone()));
        let ended = Instant::now();
        log.flush().expect("the disk takes the log");
        after.push(millis(ended.elapsed()));
        assert_eq!(log.lost(), 0);
        drop(log);
        let bare = bare.unwrap_or_else(|| run(tokio, None));
        without.push(millis(bare));
        with.push(millis(logged));
        ratios.push(millis(logged) / millis(bare));
    }
    let [without, with, ratios, after] = [without, with, ratios, after].map(quartiles);
    let ratio = format!("{:.2} ({:.2}–{:.2})", ratios[1], ratios[0], ratios[2]);
    println!("{flavour:16} {:>14.1} {:>14.1} {ratio:>18} {:>20.1}", without[1], with[1], after[1]);
}

/// The time that a run takes in a task of the runtime, where a server's runs are too.
fn run(tokio: &runtime::Runtime, log: Option<Log>) -> Duration {
    let builder =
        Runtime::builder().tokens(Utf8Bytes).backoff(handoff::Backoff::new(Duration::ZERO, Duration::ZERO));
    let runtime = match log {
        Some(log) => builder.observer(log).build(),
        None => builder.build(),
    };
    let run = tokio.spawn(async move {
        let started = Instant::now();
        runtime.run(study, "the coast".to_owned()).await.expect("the run succeeds");
        started.elapsed()
    });
    tokio.block_on(run).expect("the run does not panic")
}

/// What the last log takes, and how long reading it does.
#[allow(clippy::cast_precision_loss)] // far below 2^52
fn size(path: &PathBuf) {
    let bytes = fs::metadata(path).expect("the log is there").len() as f64;
    let lines = fs::read_to_string(path).expect("the log can be read").lines().count();
    let started = Instant::now();
    let log = RunLog::open(path).expect("the log can be read");
    let read = millis(started.elapsed());
    let [run] = &log.runs[..] else { panic!("there is one run") };
    let calls = run.spans.iter().filter(|span| span.is_call()).count();
    let (spans, handoffs) = (run.spans.len(), run.handoffs.len());
    println!("\n{calls} attempts, {spans} spans, {handoffs} handoffs: {lines} lines, {:.1} MB", bytes / 1e6);
    println!("{:.0} bytes a handoff, all lines counted; read back in {read:.0} ms", bytes / handoffs as f64);
}

fn quartiles(mut sample: Vec<f64>) -> [f64; 3] {
    sample.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sample[(sample.len() - 1) * quarter / 4])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
