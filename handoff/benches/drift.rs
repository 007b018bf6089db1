//! How often a baseline warns of outputs that have not changed, how soon of those that have, and what it costs.
//!
//! `cargo bench --bench drift`; with `-- unchanged`, `-- changed` or `-- cost` one of these alone; with `-- plans.jsonl` the
//! false alarms with outputs of a real model: a `Plan` as JSON on each line, from which are drawn, with replacement, those
//! that are learned from and those of the streams.

// A program, not an interface.
#![allow(missing_docs)]

use handoff::budget::Utf8Bytes;
use handoff::prelude::*;
use handoff::{Baseline, Warning, WarningKind};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[contract]
enum Risk {
    Low,
    Medium,
    High,
}

#[contract]
struct Report {
    summary: String,
    risk: Risk,
    note: Option<String>,
    sources: Vec<String>,
    score: f64,
    is_final: bool,
}

#[contract]
struct Task {
    id: String,
    description: String,
    priority: u8,
}

#[contract]
struct Plan {
    subtasks: Vec<Task>,
    reasoning: String,
    #[confidence]
    confidence: f64,
}

thread_local! {
    static REPORTS: RefCell<VecDeque<Report>> = const { RefCell::new(VecDeque::new()) };
    static PLANS: RefCell<VecDeque<Plan>> = const { RefCell::new(VecDeque::new()) };
}

#[agent]
async fn report((): ()) -> Result<Report, &'static str> {
    REPORTS.with_borrow_mut(VecDeque::pop_front).ok_or("no report")
}

#[agent]
async fn plan((): ()) -> Result<Plan, &'static str> {
    PLANS.with_borrow_mut(VecDeque::pop_front).ok_or("no plan")
}

#[agent]
async fn count(reports: Vec<Report>) -> u64 {
    reports.len() as u64
}

pipeline! { look_into(()) -> Report { report } }
pipeline! { look_into_each(Vec<()>) -> u64 { fan_out(|all| all) report => barrier(all) => count } }
pipeline! { think_about(()) -> Plan { plan } }

/// Random numbers of everyday use.
struct Random(fastrand::Rng);

impl Random {
    fn of(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    fn is(&mut self, share: f64) -> bool {
        self.0.f64() < share
    }

    /// A log-normal number (Box and Muller): lengths of texts are much like that.
    fn around(&mut self, median: f64, spread: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.f64()).ln()).sqrt();
        median * (spread * radius * (std::f64::consts::TAU * self.0.f64()).cos()).exp()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred")]
    fn words(&mut self, median: f64) -> String {
        "words ".repeat(self.around(median, 0.3).max(1.0) as usize)
    }

    /// A report as they are in the baseline.
    fn report(&mut self) -> Report {
        Report {
            summary: self.words(110.0),
            risk: if self.is(0.5) {
                Risk::Low
            } else if self.is(0.7) {
                Risk::Medium
            } else {
                Risk::High
            },
            note: Some(self.words(12.0)),
            sources: (0..self.0.usize(1..=5)).map(|_| self.words(4.0)).collect(),
            score: self.around(0.4, 0.4),
            is_final: self.is(0.8),
        }
    }
}

type Change = fn(&mut Report, &mut Random);

const CHANGES: [(&str, Change); 8] = [
    ("a text is half as long", |made, random| made.summary = random.words(55.0)),
    ("a text is a fifth shorter", |made, random| made.summary = random.words(88.0)),
    ("a paragraph becomes a word", |made, _| "Fine.".clone_into(&mut made.summary)),
    ("a variant falls from 50 to 5 %", |made, random| {
        made.risk = if random.is(0.05) { Risk::Low } else { Risk::Medium };
    }),
    ("a variant of 15 % is gone", |made, random| {
        if matches!(made.risk, Risk::High) {
            made.risk = if random.is(0.6) { Risk::Low } else { Risk::Medium };
        }
    }),
    ("nulls rise from 0 to 30 %", |made, random| {
        if random.is(0.3) {
            made.note = None;
        }
    }),
    ("a list is always empty", |made, _| made.sources.clear()),
    ("a number doubles", |made, _| made.score *= 2.0),
];

const BASELINES: [usize; 4] = [30, 100, 300, 1_000];
/// Streams without a change, and the outputs of each.
const STREAMS: u64 = 1_000;
const LENGTH: usize = 500;
/// Streams with a change, the outputs before it and those after it.
const TRIALS: u64 = 200;
const BEFORE: usize = 100;
const AFTER: usize = 500;

fn learned(size: usize, mut report: impl FnMut() -> Report) -> Baseline {
    let mut baseline = Baseline::new();
    (0..size).for_each(|_| baseline.add::<self::report>(&report()));
    baseline
}

fn watching(baseline: Option<Baseline>) -> Runtime {
    let builder = Runtime::counting(Utf8Bytes);
    match baseline {
        Some(baseline) => builder.baseline(baseline).build(),
        None => builder.build(),
    }
}

/// Which of the reports, counted from 1, is the first with a warning.
async fn first_warning(runtime: &Runtime, reports: impl Iterator<Item = Report>) -> Option<usize> {
    for (number, report) in (1..).zip(reports) {
        if is_drift(&hand_on(runtime, report).await) {
            return Some(number);
        }
    }
    None
}

async fn hand_on(runtime: &Runtime, report: Report) -> Vec<Warning> {
    REPORTS.with_borrow_mut(|reports| reports.push_back(report));
    runtime.run(look_into, ()).await.expect("there is a report").warnings.into()
}

fn is_drift(warnings: &[Warning]) -> bool {
    warnings.iter().any(|warning| warning.kind == WarningKind::ShapeDrift)
}

/// How many of the streams have had a warning, with a baseline and a stream for each seed.
async fn false_alarms<F: Future<Output = bool>>(name: &str, size: usize, is_false: impl Fn(u64) -> F) {
    let mut found = 0;
    for seed in 0..STREAMS {
        found += u64::from(is_false(seed).await);
    }
    let (least, most) = interval(found, STREAMS);
    println!("| {name} | {size} | {found} of {STREAMS} | {least:.1} to {most:.1} % |");
}

/// The 95 % interval of a share, in hundredths (E. B. Wilson, Journal of the American Statistical Association 22, 1927).
#[allow(clippy::cast_precision_loss, reason = "some thousand")]
fn interval(found: u64, of: u64) -> (f64, f64) {
    let (n, z) = (of as f64, 1.96);
    let share = found as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 100.0 / (1.0 + z * z / n);
    (((middle - half) * scale).max(0.0), (middle + half) * scale)
}

async fn unchanged() {
    println!("| outputs | learned from | streams with a warning | 95 % interval |\n|---|---|---|---|");
    for size in BASELINES {
        let is_false = async |seed| {
            let mut random = Random::of(seed);
            let runtime = watching(Some(learned(size, || random.report())));
            first_warning(&runtime, (0..LENGTH).map(|_| random.report())).await.is_some()
        };
        false_alarms("independent", size, is_false).await;
    }
    // A fan-out of ten in each run, whose outputs are alike.
    for size in BASELINES {
        let is_false = async |seed| {
            let mut random = Random::of(seed);
            let mut run = || {
                let topic = random.around(110.0, 0.25);
                (0..10)
                    .map(|_| Report { summary: random.words(topic), ..random.report() })
                    .collect::<VecDeque<_>>()
            };
            let runtime = watching(Some(learned(size, || run().remove(0).expect("it has ten"))));
            for _ in 0..LENGTH {
                REPORTS.set(run());
                let done = runtime.run(look_into_each, vec![(); 10]).await.expect("there are ten reports");
                if is_drift(&done.warnings) {
                    return true;
                }
            }
            false
        };
        false_alarms("ten of a run alike", size, is_false).await;
    }
}

async fn of_a_real_model(path: &str) {
    let text = fs::read_to_string(path).expect("the file can be read");
    let plans: Vec<Plan> = text.lines().map(|line| Plan::parse(line).expect("a plan")).collect();
    println!("| outputs | learned from | streams with a warning | 95 % interval |\n|---|---|---|---|");
    for size in BASELINES {
        let is_false = async |seed| {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut baseline = Baseline::new();
            let mut next = || random.choice(&plans).expect("there are some").clone();
            (0..size).for_each(|_| baseline.add::<plan>(&next()));
            let runtime = watching(Some(baseline));
            for _ in 0..LENGTH {
                PLANS.with_borrow_mut(|plans| plans.push_back(next()));
                if is_drift(&runtime.run(think_about, ()).await.expect("there is a plan").warnings) {
                    return true;
                }
            }
            false
        };
        false_alarms(&format!("{} plans, drawn again", plans.len()), size, is_false).await;
    }
}

async fn changed() {
    println!(
        "\n| change | learned from | found | median | its 95 % interval | nine of ten by |\n|---|---|---|---|---|---|"
    );
    for (name, change) in CHANGES {
        for size in BASELINES {
            let mut delays = Vec::new();
            let (mut early, mut trials) = (0, 0);
            for seed in 0..TRIALS {
                let mut random = Random::of(1_000_000 + seed);
                let runtime = watching(Some(learned(size, || random.report())));
                if first_warning(&runtime, (0..BEFORE).map(|_| random.report())).await.is_some() {
                    early += 1;
                    continue;
                }
                trials += 1;
                let reports = (0..AFTER).map(|_| {
                    let mut made = random.report();
                    change(&mut made, &mut random);
                    made
                });
                delays.extend(first_warning(&runtime, reports).await);
            }
            delays.sort_unstable();
            // Those that are not found come last.
            let at = |rank: usize| delays.get(rank).map_or_else(|| format!("> {AFTER}"), ToString::to_string);
            // The ranks of a binomial distribution of ½ (H. A. David, "Order Statistics", § 7.1).
            #[allow(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "hundreds"
            )]
            let half = (0.98 * f64::from(trials).sqrt()).ceil() as usize;
            let all = usize::try_from(trials).expect("some hundred");
            println!(
                "| {name} | {size} | {} of {all} | {} | {} to {} | {} |",
                delays.len(),
                at(all / 2),
                at(all / 2 - half),
                at(all / 2 + half),
                at(all * 9 / 10),
            );
            assert!(early <= TRIALS / 20, "{early} false alarms");
        }
    }
}

/// What a run takes with a baseline and without, in turns.
async fn cost() {
    let mut random = Random::of(1);
    let reports: Vec<Report> = (0..1_000).map(|_| random.report()).collect();
    let runtimes = [watching(None), watching(Some(learned(300, || random.report())))];
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for round in 0..40 {
        for turn in 0..2 {
            let which = (round + turn) % 2;
            let began = Instant::now();
            for report in &reports {
                black_box(hand_on(&runtimes[which], report.clone()).await);
            }
            times[which].push(began.elapsed() / 1_000);
        }
    }
    let [without, with] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let bytes: usize =
        reports.iter().map(|report| serde_json::to_string(report).map_or(0, |json| json.len())).sum();
    println!(
        "\na run of one agent, {} bytes of output, 13 habits: {without:?}, and {with:?} with a baseline",
        bytes / 1_000
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    match argument.as_deref() {
        Some("cost") => cost().await,
        Some("unchanged") => unchanged().await,
        Some("changed") => changed().await,
        Some(path) => of_a_real_model(path).await,
        None => {
            cost().await;
            unchanged().await;
            changed().await;
        }
    }
}
