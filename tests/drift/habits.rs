//! Outputs that keep their contract and change their habits.

use handoff::baseline::BaselineError;
use handoff::prelude::*;
use handoff::{Baseline, Event, Observer, TraceId, Warning, WarningKind};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[contract]
#[serde(rename_all = "snake_case")]
#[derive(PartialEq)]
pub enum Risk {
    Low,
    High,
}

#[contract]
#[serde(tag = "kind")]
pub enum Source {
    Web { url: String },
    Book { pages: u32 },
}

#[contract]
pub enum Verdict {
    Unclear,
    Refused { reason: String },
}

#[contract]
pub struct Report {
    pub summary: String,
    pub risk: Risk,
    pub is_final: bool,
    pub note: Option<String>,
    pub sources: Vec<Source>,
    pub scores: BTreeMap<String, f64>,
    pub verdict: Verdict,
    pub span: (u32, u32),
    pub replies: Vec<Report>,
}

/// The next number of a sequence that is the same each time.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

/// A report as they were.
fn usual(state: &mut u64) -> Report {
    let mut below = |end: usize| next(state) % end;
    Report {
        summary: "word ".repeat(60 + below(60)),
        risk: if below(2) == 0 { Risk::Low } else { Risk::High },
        is_final: below(4) > 0,
        note: (below(10) > 0).then(|| "secret-note ".repeat(5 + below(5))),
        sources: (0..=below(4))
            .map(|_| match below(2) {
                0 => Source::Web { url: "https://secret.example".repeat(1 + below(3)) },
                _ => Source::Book { pages: 100 + u32::try_from(below(200)).unwrap() },
            })
            .collect(),
        scores: (0..2 + below(3))
            .map(|n| (format!("secret-key-{n}"), 0.5 + 0.001 * f64::from(u16::try_from(below(300)).unwrap())))
            .collect(),
        verdict: if below(2) == 0 {
            Verdict::Unclear
        } else {
            Verdict::Refused { reason: "no ".repeat(20 + below(9)) }
        },
        span: (u32::try_from(below(10)).unwrap(), 90 + u32::try_from(below(10)).unwrap()),
        replies: Vec::new(),
    }
}

#[agent]
async fn report(seed: u64) -> Report {
    usual(&mut seed.clone())
}

pipeline! { pub look_into(u64) -> Report { report } }

/// What 300 reports are like.
fn learned() -> Baseline {
    let mut baseline = Baseline::new();
    let mut state = 1;
    for _ in 0..300 {
        baseline.add::<report>(&usual(&mut state));
    }
    baseline
}

/// The warnings that 100 such reports leave, after 20 that are as they were.
async fn warnings_of(
    baseline: Baseline,
    change: impl Fn(&mut Report, &mut u64) + Send + Sync + 'static,
) -> Vec<Warning> {
    let state = Mutex::new(2);
    let runtime = Runtime::builder()
        .baseline(baseline)
        .replace::<report>()
        .by_fn(move |number| {
            let mut state = state.lock().unwrap();
            let mut made = usual(&mut state);
            if number >= 20 {
                change(&mut made, &mut state);
            }
            made
        })
        .build();
    let mut warnings = Vec::new();
    for number in 0..120 {
        warnings.extend(runtime.run(look_into, number).await.unwrap().warnings);
    }
    warnings
}

type Change = fn(&mut Report, &mut u64);

/// Each change, and the fields of which alone there may be warnings.
const CHANGES: [(&str, Change, &[&str]); 14] = [
    ("nothing", |_, _| {}, &[]),
    (
        "a paragraph becomes a word",
        |made, _| made.summary = "Yes.".into(),
        &["field `/summary`: 4 characters"],
    ),
    ("it is half as long", |made, _| made.summary.truncate(made.summary.len() / 2), &["field `/summary`: "]),
    (
        "a variant is always it",
        |made, _| made.risk = Risk::High,
        &["field `/risk`: `high` in ", "field `/risk`: `low` in "],
    ),
    ("a flag is never set", |made, _| made.is_final = false, &["field `/is_final`: true in 0 of the last "]),
    (
        "an option is missing",
        |made, state| {
            if next(state).is_multiple_of(2) {
                made.note = None;
            }
        },
        &["field `/note`: missing in "],
    ),
    (
        "a list is empty",
        |made, _| made.sources.clear(),
        &["field `/sources`: 0 items in the median of the last "],
    ),
    (
        "items of another variant",
        |made, _| made.sources = vec![Source::Web { url: "https://secret.example".into() }],
        &["field `/sources/*`: `", "field `/sources/*/url`: ", "field `/sources`: 1 item "],
    ),
    (
        "numbers in items",
        |made, _| made.sources = vec![Source::Book { pages: 3 }, Source::Book { pages: 2 }],
        &["field `/sources/*/pages`: ", "field `/sources/*`: `", "field `/sources`: "],
    ),
    (
        "numbers in a map",
        |made, _| made.scores.values_mut().for_each(|score| *score *= 2.0),
        &["field `/scores/*`: 1."],
    ),
    ("entries of a map", |made, _| made.scores.clear(), &["field `/scores`: 0 items in the median"]),
    (
        "a tagged variant",
        |made, _| made.verdict = Verdict::Refused { reason: "no".into() },
        &["field `/verdict`: `", "field `/verdict/Refused/reason`: "],
    ),
    ("a place of a tuple", |made, _| made.span.1 = 7, &["field `/span/1`: 7 in the median of the last "]),
    (
        "what was always empty",
        |made, state| made.replies = vec![usual(state)],
        &["field `/replies`: 1 item in the median of the last "],
    ),
];

#[tokio::test]
async fn a_habit_that_changes_is_told_by_its_field() {
    for (name, change, expected) in CHANGES {
        let warnings = warnings_of(learned(), change).await;
        assert!(warnings.len() <= 5, "{name}: {warnings:#?}");
        for warning in &warnings {
            assert_eq!((warning.kind, &*warning.agent.name), (WarningKind::ShapeDrift, "report"));
            assert!(expected.iter().any(|words| warning.message.starts_with(words)), "{name}: {warning}");
        }
        assert_eq!(warnings.is_empty(), expected.is_empty(), "{name}: {warnings:#?}");
    }
}

/// Neither in the file nor in a warning.
#[tokio::test]
async fn no_value_and_no_key_of_a_map_is_told() {
    let file = learned().to_string();
    assert!(!file.contains("secret"), "{file}");
    let warnings = warnings_of(learned(), |made, _| {
        made.summary = "secret".into();
        made.note = Some("secret".into());
        made.scores = BTreeMap::from([("secret".into(), 7.0)]);
        made.sources = vec![Source::Web { url: "secret".into() }; 9];
        made.verdict = Verdict::Refused { reason: "secret".into() };
    });
    let warnings = warnings.await;
    assert!(warnings.len() >= 5, "{warnings:#?}");
    assert!(!format!("{warnings:?}").contains("secret"), "{warnings:#?}");
}

#[tokio::test]
async fn a_file_says_what_was_learned() {
    let learned = learned();
    let text = learned.to_string();
    let read: Baseline = text.parse().unwrap();
    assert_eq!((&read, read.to_string()), (&learned, text.clone()));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("handoff.baseline");
    learned.write(&path).unwrap();
    assert_eq!(Baseline::read(&path).unwrap(), learned);

    let change: Change = |made, state| made.summary.truncate(40 + next(state) % 200);
    let [before, after] = [warnings_of(learned, change).await, warnings_of(read, change).await];
    assert!(!before.is_empty());
    assert_eq!(before, after);
}

#[test]
fn a_file_that_is_none_is_refused() {
    let text = learned().to_string();
    let table = [
        (
            text.replace("\"version\": 1", "\"version\": 2"),
            "expected version 1, which this version of handoff reads, found 2",
        ),
        (
            text.replace("\"words\"", "\"verses\""),
            "the measure `verses` of field `/note` of agent `report` means nothing",
        ),
        (
            text.replace("\"yes\"", "\"maybe\""),
            "a count of `true` of field `/is_final` of agent `report` means nothing",
        ),
        (text.replace("\"payloads\"", "\"loads\""), "unknown field `loads`"),
        ("<<<<<<< HEAD".into(), "expected value at line 1 column 1"),
    ];
    for (text, reason) in table {
        let error = text.parse::<Baseline>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    let missing = Baseline::read("/no/such/file").unwrap_err();
    assert!(
        matches!(missing, BaselineError::Io { .. }) && missing.to_string().starts_with("/no/such/file: "),
        "{missing}"
    );
}

/// Lines that are deleted are habits that nobody watches.
#[tokio::test]
async fn what_is_not_in_the_file_is_not_watched() {
    let text = learned().to_string();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| line.contains("\"/summary\"")).unwrap();
    let end = start + lines[start..].iter().position(|line| line.trim_start().starts_with('}')).unwrap();
    let kept = [&lines[..start], &lines[end + 1..]].concat().join("\n");
    let baseline: Baseline = kept.parse().unwrap();
    let warnings = warnings_of(baseline, |made, _| made.summary.clear()).await;
    assert_eq!(warnings, []);
}

#[tokio::test]
async fn another_contract_is_not_compared_and_that_is_said_once() {
    let fingerprint = Report::fingerprint().to_string();
    let text = learned().to_string().replace(&fingerprint, &Verdict::fingerprint().to_string());
    let warnings = warnings_of(text.parse().unwrap(), |made, _| made.summary.clear()).await;
    let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "agent `report`: its output is not held against the baseline, which was learned from another `Report`: \
         the contract has changed since"
        ]
    );
    assert_eq!(warnings[0].kind, WarningKind::Noted);
}

#[test]
fn of_a_contract_that_changes_the_latest_counts() {
    let mut baseline = Baseline::new();
    let description = look_into.describe();
    let report = description.contracts.iter().find(|contract| contract.id.name == "Report").unwrap();
    let mut old = report.clone();
    old.id.fingerprint = Verdict::fingerprint();
    let output = serde_json::to_value(usual(&mut 1)).unwrap();
    baseline.add_json("report", &old, &output);
    baseline.add_json("report", report, &output);
    let mut latest = Baseline::new();
    latest.add::<self::report>(&usual(&mut 1));
    assert_eq!(baseline, latest);
}

/// Back to what it was, after so long that the other habit counts as known.
#[tokio::test]
async fn a_habit_that_comes_back_is_not_told() {
    let number = std::sync::atomic::AtomicU64::new(0);
    let warnings = warnings_of(learned(), move |made, _| {
        if number.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 40 {
            made.summary = "Yes.".into();
        }
    });
    let warnings = warnings.await;
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
}

/// What an observer has heard.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Warning>>>);

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::Warned { warning, .. } = event {
            self.0.lock().unwrap().push((*warning).clone());
        }
    }
}

#[tokio::test]
async fn observers_hear_of_it_at_once() {
    let (heard, state) = (Heard::default(), Mutex::new(2));
    let runtime = Runtime::builder()
        .baseline(learned())
        .observer(heard.clone())
        .replace::<report>()
        .by_fn(move |_| Report { summary: "Yes.".into(), ..usual(&mut state.lock().unwrap()) })
        .build();
    let mut warnings = Vec::new();
    for seed in 0..20 {
        warnings.extend(runtime.run(look_into, seed).await.unwrap().warnings);
    }
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert_eq!(*heard.0.lock().unwrap(), warnings);
}

#[agent]
async fn number(n: u64) -> Vec<u64> {
    (0..n).collect()
}

#[agent]
async fn about(n: u64) -> String {
    "word ".repeat(if n.is_multiple_of(2) { 40 } else { 60 })
}

#[agent]
async fn count(texts: Vec<String>) -> u64 {
    texts.len() as u64
}

pipeline! { pub tell_of_each(u64) -> u64 { number => fan_out(|all| all) about => barrier(all) => count } }

/// All runs are looked at together, and many at once; of each, the first output of an agent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_runs_of_a_runtime_are_looked_at_together() {
    let mut baseline = Baseline::new();
    for n in 0..200 {
        baseline.add::<about>(&"word ".repeat(if n % 2 == 0 { 40 } else { 60 }));
    }
    let runtime =
        Runtime::builder().baseline(baseline).replace::<about>().by_fn(|_| "No.".to_owned()).build();
    // They are of one run.
    assert_eq!(runtime.run(tell_of_each, 400).await.unwrap().warnings, []);
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let runtime = runtime.clone();
            tokio::spawn(async move { runtime.run(tell_of_each, 4).await.unwrap().warnings })
        })
        .collect();
    let mut said = Vec::new();
    for run in runs {
        said.extend(run.await.unwrap());
    }
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].message.starts_with("the output: "), "{said:#?}");
}
