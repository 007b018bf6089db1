//! How far runs are, on the terminal.

mod run;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use handoff::{Event, Observer, TraceId};
use indicatif::{MultiProgress, ProgressDrawTarget};

use run::Run;

/// How often bars are drawn anew, at most, in a second.
const HERTZ: u8 = 8;

/// An observer that shows the progress of runs on standard error, if that is a terminal.
///
/// A run has a line with its stage, the tokens of its models, and the numbers of its retries, warnings and
/// failures; each of its outermost fan-outs has a bar with its tasks. Of tasks that fail for the same reason,
/// the first five are shown, and the others are counted. When a run has ended, its lines disappear, and only
/// failures remain visible.
///
/// ```text
/// ⠙ 6s study ▸ fan_out(subtasks)  911.5k tokens  220 retries  56 warnings  52 failed
///   investigate ━━━━━━━━━━━━━─────────── 339/600  52 failed
/// ```
///
/// It observes a runtime or a single run, with or without a log:
///
/// ```
/// use handoff::prelude::*;
/// use handoff_log::ProgressBars;
///
/// #[agent]
/// async fn greet(name: String) -> String {
///     format!("Hello, {name}!")
/// }
///
/// pipeline! { pub hello(String) -> String { greet } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let runtime = Runtime::builder().observer(ProgressBars::new()).build();
/// let greeting = runtime.run(hello, "world".to_owned()).await?;
/// # assert_eq!(greeting.payload, "Hello, world!");
/// # Ok(())
/// # }
/// ```
///
/// A program that prints to the terminal while runs are under way shares its bars, and prints with
/// [`MultiProgress::suspend`]: see [`beside`](Self::beside).
pub struct ProgressBars {
    bars: MultiProgress,
    /// Whether somebody can see them.
    is_seen: bool,
    runs: Mutex<HashMap<TraceId, Run>>,
}

impl ProgressBars {
    /// Creates an observer that draws on standard error.
    #[must_use]
    pub fn new() -> Self {
        Self::beside(MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(HERTZ)))
    }

    /// Creates an observer that draws among the program's own bars, wherever those are drawn.
    #[must_use]
    pub fn beside(bars: MultiProgress) -> Self {
        Self { is_seen: !bars.is_hidden(), bars, runs: Mutex::default() }
    }
}

impl Default for ProgressBars {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ProgressBars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgressBars").field("is_seen", &self.is_seen).finish_non_exhaustive()
    }
}

impl Observer for ProgressBars {
    fn observe(&self, trace: TraceId, event: &Event<'_>) {
        // Most events are of these kinds.
        if !self.is_seen
            || matches!(event, Event::Handoff { .. } | Event::Progress { .. } | Event::Gate { .. })
        {
            return;
        }
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        match (event, runs.get_mut(&trace)) {
            (Event::RunStarted { pipeline, .. } | Event::RunResumed { pipeline, .. }, None) => {
                runs.insert(trace, Run::start(&self.bars, pipeline));
            }
            (Event::RunEnded { .. }, Some(run)) if !run.has_inner() => {
                if let Some(run) = runs.remove(&trace) {
                    run.end(&self.bars);
                }
            }
            (event, Some(run)) => run.hear(event, &self.bars),
            (_, None) => {}
        }
    }
}
