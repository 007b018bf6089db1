//! What a log costs: 5,000 tasks in tasks, with a log and without one, and what the log takes.
//!
//! `cargo bench -p handoff-log`

// A program, not an interface; agents are async, whether they await or not.
#![allow(missing_docs, unreachable_pub)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use handoff::Backoff;
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
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 40 } else { 1 };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("watching");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let path = folder.join("run.jsonl");
    println!("ms a run: median; ratio: median (quartiles)\n");
    println!(
        "{:16} {:>22} {:>19} {:>22} {:>19} {:>11}",
        "flavour", "time, without and with", "ratio", "CPU, without and with", "ratio", "log's own"
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

/// What a run took, in milliseconds.
#[derive(Clone, Copy)]
struct Took {
    time: f64,
    /// Of the processor, in the threads of the run. Unlike the time, it is not that of whatever else the machine does.
    cpu: f64,
}

/// Pairs of runs with a log and without one, which take turns at going first.
fn row(flavour: &str, tokio: &runtime::Runtime, path: &Path, rounds: u32) {
    let (mut pairs, mut own) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut with = || {
            let log = Log::create(path).expect("the log can be created");
            let took = run(tokio, Some(log.clone()));
            log.flush().expect("the disk takes the log");
            assert_eq!(log.lost(), 0);
            own.push(cpu(true));
            took
        };
        pairs.push(if round % 2 == 0 {
            let with = with();
            (run(tokio, None), with)
        } else {
            (run(tokio, None), with())
        });
    }
    let columns = |of: fn(Took) -> f64| {
        let median =
            |which: fn(&(Took, Took)) -> Took| quartiles(pairs.iter().map(|pair| of(which(pair))))[1];
        let [lower, ratio, upper] = quartiles(pairs.iter().map(|(without, with)| of(*with) / of(*without)));
        let both = format!("{:.0} {:.0}", median(|pair| pair.0), median(|pair| pair.1));
        format!("{both:>22} {:>19}", format!("{ratio:.2} ({lower:.2}–{upper:.2})"))
    };
    let own = quartiles(own.into_iter())[1];
    println!("{flavour:16} {} {} {own:>11.0}", columns(|took| took.time), columns(|took| took.cpu));
}

/// What a run takes in a task of the runtime, where a server's runs are too.
fn run(tokio: &runtime::Runtime, log: Option<Log>) -> Took {
    let builder = Runtime::builder().tokens(Utf8Bytes).backoff(Backoff::new(Duration::ZERO, Duration::ZERO));
    let runtime = match log {
        Some(log) => builder.observer(log).build(),
        None => builder.build(),
    };
    let (started, before) = (Instant::now(), cpu(false));
    let run = tokio.spawn(runtime.run(study, "the coast".to_owned()));
    tokio.block_on(run).expect("the run does not panic").expect("the run succeeds");
    Took { time: millis(started.elapsed()), cpu: cpu(false) - before }
}

/// Milliseconds of the processor that the thread of the log has taken, or all others; 0 where Linux is not there to say.
fn cpu(of_the_log: bool) -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let taken = threads.filter_map(|thread| {
        let read = |file| fs::read_to_string(thread.path().join(file)).ok();
        let is_log = read("comm")?.trim_end() == "handoff-log";
        let nanos: u64 = read("schedstat")?.split(' ').next()?.parse().ok()?;
        (is_log == of_the_log).then(|| millis(Duration::from_nanos(nanos)))
    });
    taken.sum()
}

/// What the last log takes, and how long reading it does.
#[allow(clippy::cast_precision_loss)] // far below 2^52
fn size(path: &Path) {
    let bytes = fs::metadata(path).expect("the log is there").len() as f64;
    let text = fs::read_to_string(path).expect("the log can be read");
    let (lines, of_handoffs) =
        (text.lines().count(), text.lines().filter(|line| line.contains(r#""e":"handoff""#)));
    let of_handoffs = of_handoffs.map(|line| line.len() + 1).sum::<usize>() as f64;
    let started = Instant::now();
    let log = RunLog::open(path).expect("the log can be read");
    let read = millis(started.elapsed());
    let [run] = &log.runs[..] else { panic!("there is one run") };
    let calls = run.spans.iter().filter(|span| span.is_call()).count();
    let (spans, handoffs) = (run.spans.len(), run.handoffs.len());
    println!("\n{calls} attempts, {spans} spans, {handoffs} handoffs: {lines} lines, {:.1} MB", bytes / 1e6);
    let a_handoff = |bytes: f64| bytes / handoffs as f64;
    println!(
        "bytes a handoff: {:.0}, all lines counted {:.0}; read back in {read:.0} ms",
        a_handoff(of_handoffs),
        a_handoff(bytes)
    );
}

fn quartiles(sample: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut sample: Vec<f64> = sample.collect();
    sample.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sample[(sample.len() - 1) * quarter / 4])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
