//! What of a run is on the terminal while it is under way, and after it.

#![allow(missing_docs)]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use handoff::prelude::*;
use handoff_log::ProgressBars;
use indicatif::{InMemoryTerm, MultiProgress, ProgressDrawTarget};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

/// What lets the steps go on that wait.
#[derive(Clone)]
struct Go(Arc<Semaphore>);

#[contract]
struct Plan {
    steps: Vec<u32>,
}

#[agent(role = planner, output = Plan)]
async fn plan(steps: u32) -> Reply {
    let steps: Vec<u32> = (0..steps).collect();
    Reply::new(format!("{{\"steps\": {steps:?}}}")).usage(Usage::new(12_000, 345))
}

/// Of ten steps, the first seven fail, and the last waits.
#[agent(retries = 1, backoff = "none")]
async fn work(step: u32, State(Go(go)): State<Go>, cx: Context) -> Result<u32, String> {
    match step % 10 {
        0..7 => Err(format!("step {step} has no ground")),
        9 => {
            cx.warn("it is far");
            go.acquire().await.map_err(|error| error.to_string())?.forget();
            Ok(step)
        }
        _ => Ok(step),
    }
}

#[agent(role = aggregator)]
async fn merge(done: Partial<u32>) -> u32 {
    u32::try_from(done.into_results().len()).unwrap_or(u32::MAX)
}

#[agent]
async fn nothing(steps: u32) -> u32 {
    steps
}

#[agent]
async fn sum((one, other): (u32, u32)) -> u32 {
    one + other
}

pipeline! {
    study(u32) -> u32 {
        plan => fan_out(steps, label = |step| format!("step {step}")) work => barrier(at_least = 1) => merge
    }
}

#[agent]
async fn widen(rounds: u32) -> Plan {
    Plan { steps: vec![10; rounds as usize] }
}

pipeline! { studies(u32) -> u32 { widen => fan_out(steps) study => barrier(at_least = 1) => merge } }
pipeline! { both(u32) -> u32 { join(study, nothing) => sum } }

/// A terminal, with a runtime whose runs are shown on it.
struct Shown {
    term: InMemoryTerm,
    go: Go,
    runtime: Runtime<Go>,
}

fn shown(columns: u16) -> Shown {
    let term = InMemoryTerm::new(40, columns);
    let bars = MultiProgress::with_draw_target(ProgressDrawTarget::term_like(Box::new(term.clone())));
    let go = Go(Arc::new(Semaphore::new(0)));
    let runtime = Runtime::builder().state(go.clone()).observer(ProgressBars::beside(bars)).build();
    Shown { term, go, runtime }
}

impl Shown {
    /// The lines, without the spinner and the time before that of a run.
    fn lines(&self) -> Vec<String> {
        let spins = |line: &str| line.starts_with(|first| matches!(first, ' ' | '\u{2800}'..='\u{28ff}'));
        let line = |line: &str| match line.split_once("s ") {
            Some((spinner, rest)) if spins(line) && spinner.chars().count() < 5 => {
                format!("… {}", rest.trim_end())
            }
            _ => line.to_owned(),
        };
        self.term.contents().lines().map(line).collect()
    }

    /// Waits until the screen is like this.
    async fn come_to(&self, expected: &[&str]) {
        assert_eq!(self.until(|lines| lines == expected).await, expected);
    }

    /// Waits until the screen has so many lines of a kind.
    async fn come_to_bars(&self, count: usize, counted: impl Fn(&[String]) -> usize) {
        let lines = self.until(|lines| counted(lines) == count).await;
        assert_eq!(counted(&lines), count, "{lines:#?}");
    }

    /// Waits until the lines are such, for a minute at most: a thread draws them, too, in real time, and may be in the
    /// middle of it. Returns what they were last.
    async fn until(&self, such: impl Fn(&[String]) -> bool) -> Vec<String> {
        let began = Instant::now();
        loop {
            let lines = self.lines();
            if such(&lines) || began.elapsed() > Duration::from_mins(1) {
                return lines;
            }
            yield_now().await;
            thread::sleep(Duration::from_millis(1));
        }
    }
}

const FIRST_FIVE: [&str; 5] = [
    "✗ study: task 0 (step 0), agent `work`: step 0 has no ground",
    "✗ study: task 1 (step 1), agent `work`: step 1 has no ground",
    "✗ study: task 2 (step 2), agent `work`: step 2 has no ground",
    "✗ study: task 3 (step 3), agent `work`: step 3 has no ground",
    "✗ study: task 4 (step 4), agent `work`: step 4 has no ground",
];

#[tokio::test(start_paused = true)]
async fn a_run_is_a_line_and_its_fan_out_a_bar() {
    let shown = shown(100);
    let run = tokio::spawn(shown.runtime.run(study, 10));
    let lines = [
        "… study ▸ fan_out(steps)  12.3k tokens  7 retries  8 warnings  7 failed",
        "  work ━━━━━━━━━━━━━━━━━━━━━━── 9/10  7 failed",
    ];
    shown.come_to(&[&FIRST_FIVE[..], &lines].concat()).await;
    shown.go.0.add_permits(1);
    assert_eq!(run.await.expect("no panic").expect("three have succeeded").payload, 3);
    // What has failed can still be read, and nothing else is left.
    let more = ["✗ study: 2 more, agent `work`: agent"];
    assert_eq!(shown.lines(), [&FIRST_FIVE[..], &more].concat());
}

#[tokio::test(start_paused = true)]
async fn of_a_run_that_went_well_nothing_is_left() {
    let shown = shown(100);
    let run = shown.runtime.run(both, 0);
    let error = run.await.expect_err("none of no steps has succeeded");
    assert_eq!(error.pipeline(), "study");
    assert_eq!(
        shown.lines(),
        ["✗ both: pipeline `study`, agent `plan`: nothing to fan out: `steps` is empty"]
    );

    shown.term.reset();
    shown.runtime.run(nothing_at_all, 3).await.expect("it echoes");
    assert_eq!(shown.lines(), [""; 0]);
}

pipeline! { nothing_at_all(u32) -> u32 { nothing } }

#[tokio::test(start_paused = true)]
async fn several_runs_have_a_line_each() {
    let shown = shown(100);
    let runs = [9, 9].map(|_| tokio::spawn(shown.runtime.run(waiting, 9)));
    shown.come_to(&["… waiting ▸ work  1 warning", "… waiting ▸ work  1 warning"]).await;
    shown.go.0.add_permits(2);
    for run in runs {
        run.await.expect("no panic").expect("it waits, and succeeds");
    }
    assert_eq!(shown.lines(), [""; 0]);
}

pipeline! { waiting(u32) -> u32 { work } }

#[agent(signal, timeout = "3d")]
async fn approval(steps: u32) -> u32;

pipeline! { approved(u32) -> u32 { nothing => approval } }

#[tokio::test(start_paused = true)]
async fn a_signal_that_waits_is_seen() {
    let shown = shown(100);
    let run = tokio::spawn(shown.runtime.run(approved, 9));
    shown.come_to(&["… approved ▸ approval waits for an answer"]).await;
    shown.runtime.answer::<approval>(shown.runtime.signals()[0].id(), 3).expect("it is taken");
    assert_eq!(run.await.expect("no panic").expect("it is answered").payload, 3);
}

#[tokio::test(start_paused = true)]
async fn a_fan_out_within_a_task_has_no_bar() {
    let shown = shown(100);
    let run = tokio::spawn(shown.runtime.run(studies, 2));
    let found =
        |lines: &[String]| lines.iter().filter(|line| line.contains('━') || line.contains('─')).count();
    shown.until(|lines| lines.iter().any(|line| line.contains("14 failed"))).await;
    shown.come_to_bars(1, found).await;
    shown.go.0.add_permits(2);
    assert_eq!(run.await.expect("no panic").expect("both have succeeded").payload, 2);
    assert!(shown.lines().iter().all(|line| line.starts_with('✗')), "{:?}", shown.lines());
    assert_eq!(shown.lines().len(), 6, "{:?}", shown.lines());
}

#[tokio::test(start_paused = true)]
async fn a_fan_out_in_a_branch_has_one() {
    let shown = shown(100);
    let run = tokio::spawn(shown.runtime.run(both, 10));
    shown.come_to_bars(1, |lines| lines.iter().filter(|line| line.contains("9/10")).count()).await;
    shown.go.0.add_permits(1);
    assert_eq!(run.await.expect("no panic").expect("both have succeeded").payload, 13);
    assert_eq!(shown.lines().len(), 6, "{:?}", shown.lines());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_takes_its_lines_along() {
    let shown = shown(100);
    let mut run = Box::pin(shown.runtime.run(waiting, 9).into_future());
    tokio::select! {
        biased;
        _ = &mut run => panic!("it waits"),
        () = shown.come_to(&["… waiting ▸ work  1 warning"]) => {}
    }
    drop(run);
    assert_eq!(shown.lines(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn on_a_narrow_terminal_lines_are_cut() {
    let shown = shown(40);
    let run = tokio::spawn(shown.runtime.run(study, 19));
    shown
        .come_to_bars(1, |lines| {
            lines.iter().filter(|line| line.contains("━ 18/19") || line.contains("─ 18/19")).count()
        })
        .await;
    shown.come_to_bars(1, |lines| lines.iter().filter(|line| line.contains('▸')).count()).await;
    let lines = shown.term.contents();
    assert!(lines.lines().all(|line| line.chars().count() <= 40), "{lines}");
    shown.go.0.add_permits(2);
    run.await.expect("no panic").expect("some have succeeded");
    let lines = shown.term.contents();
    assert!(!lines.contains(['▸', '━', '─']), "{lines}");
    assert!(lines.starts_with("✗ study: task 0 (step 0), agent"), "{lines}");
}

#[tokio::test]
async fn where_nobody_looks_nothing_is_drawn() {
    let bars = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
    let runtime = Runtime::builder().observer(ProgressBars::beside(bars)).build();
    assert_eq!(runtime.run(nothing_at_all, 3).await.expect("it echoes").payload, 3);
    // The output of tests is no terminal's.
    assert_eq!(format!("{:?}", ProgressBars::new()), "ProgressBars { is_seen: false, .. }");
}
