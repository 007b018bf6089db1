//! A run that is under way, as lines on a terminal.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use handoff::{AttemptOutcome, Event, FanOutKind, PartOutcome, PipelineError, SpanId, TaskPath};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Failures of a kind that are told one by one.
const MOST_TOLD: u64 = 5;

/// Characters of a name beside its bar.
const LONGEST_NAME: usize = 24;

const TICK: Duration = Duration::from_millis(125);

pub(super) struct Run {
    pipeline: &'static str,
    stage: String,
    head: ProgressBar,
    fan_outs: HashMap<SpanId, FanOut>,
    /// Joins and races whose branches are looked into.
    branching: Vec<SpanId>,
    /// The branches that are under way; what is in a task of a fan-out is in none of them.
    branches: Vec<TaskPath>,
    /// Runs of the same trace within this one.
    inner: u32,
    tokens: u64,
    retries: u64,
    warnings: u64,
    failed: u64,
    kinds: Vec<Kind>,
}

/// A fan-out that has a bar.
struct FanOut {
    bar: ProgressBar,
    width: usize,
    failed: u64,
    recovered: u64,
}

/// Failures for the same reason.
struct Kind {
    agent: String,
    error: &'static str,
    count: u64,
}

impl Run {
    pub(super) fn start(bars: &MultiProgress, pipeline: &'static str) -> Self {
        let head = bars.add(ProgressBar::no_length());
        head.set_style(style("{spinner:.cyan} {elapsed:.dim} {wide_msg}"));
        head.enable_steady_tick(TICK);
        let run = Self {
            pipeline,
            stage: "starting".to_owned(),
            head,
            fan_outs: HashMap::new(),
            branching: Vec::new(),
            branches: Vec::new(),
            inner: 0,
            tokens: 0,
            retries: 0,
            warnings: 0,
            failed: 0,
            kinds: Vec::new(),
        };
        run.say();
        run
    }

    /// Whether there are runs of the same trace within this one: it is not the one that ends next.
    pub(super) fn has_inner(&self) -> bool {
        self.inner > 0
    }

    /// Takes the lines away and says how many failures were not told.
    pub(super) fn end(self, bars: &MultiProgress) {
        for fan_out in self.fan_outs.into_values() {
            remove(&fan_out.bar, bars);
        }
        for Kind { agent, error, count } in &self.kinds {
            if *count > MOST_TOLD {
                // Where nothing can be written, nobody misses it; so below.
                let more = count - MOST_TOLD;
                let _ = bars.println(format!("✗ {}: {more} more, agent `{agent}`: {error}", self.pipeline));
            }
        }
        remove(&self.head, bars);
    }

    pub(super) fn hear(&mut self, event: &Event<'_>, bars: &MultiProgress) {
        match event {
            Event::RunStarted { .. } => self.inner += 1,
            Event::RunEnded { .. } => self.inner -= 1,
            Event::FanOutStarted { at, kind, of, agent, width, .. }
                if self.is_outermost(at.task_path.as_ref()) =>
            {
                self.stage = match of {
                    Some(of) => format!("{kind}({of})"),
                    None => kind.to_string(),
                };
                if let FanOutKind::FanOut = kind {
                    let fan_out = FanOut::start(bars, &self.head, &agent.name, *width);
                    self.fan_outs.insert(at.span, fan_out);
                } else {
                    self.branching.push(at.span);
                }
            }
            Event::FanOutEnded { at, .. } => {
                self.branching.retain(|span| *span != at.span);
                let Some(fan_out) = self.fan_outs.remove(&at.span) else { return };
                remove(&fan_out.bar, bars);
            }
            Event::TaskStarted { at, .. } => {
                match (at.parent.filter(|parent| self.branching.contains(parent)), &at.task_path) {
                    (Some(_), Some(branch)) => self.branches.push(branch.clone()),
                    _ => return,
                }
            }
            Event::TaskEnded { at, outcome, .. } => {
                if let Some(branch) = &at.task_path {
                    self.branches.retain(|known| known != branch);
                }
                if let Some(fan_out) = at.parent.and_then(|parent| self.fan_outs.get_mut(&parent)) {
                    fan_out.task_ended(outcome);
                }
                // A failure ends every task around it, too.
                if let PartOutcome::Failed(error) = outcome
                    && error.task_path() == at.task_path.as_ref()
                {
                    self.failed(error, bars);
                }
            }
            Event::AttemptStarted { at, agent, .. } if self.is_outermost(at.task_path.as_ref()) => {
                self.stage = agent.name.to_string();
            }
            Event::SignalWaits { at, agent, .. } if self.is_outermost(at.task_path.as_ref()) => {
                self.stage = format!("{} waits for an answer", agent.name);
            }
            Event::AttemptEnded { usage, outcome, .. } => {
                self.tokens += usage.map_or(0, handoff::Usage::total);
                if let AttemptOutcome::Failed { retry_in: Some(_), .. } = outcome {
                    self.retries += 1;
                }
            }
            Event::Warned { .. } => self.warnings += 1,
            _ => return,
        }
        self.say();
    }

    /// Whether what happens there is in no task of a fan-out, nor in a run that an agent has started.
    fn is_outermost(&self, path: Option<&TaskPath>) -> bool {
        self.inner == 0 && path.is_none_or(|path| self.branches.contains(path))
    }

    /// Tells a failure, or counts it where enough were told.
    fn failed(&mut self, error: &PipelineError, bars: &MultiProgress) {
        self.failed += 1;
        let (agent, kind) = (error.agent(), error.kind().as_str());
        let is_of = |known: &Kind| known.agent == agent && known.error == kind;
        let place = self.kinds.iter().position(is_of).unwrap_or_else(|| {
            self.kinds.push(Kind { agent: agent.to_owned(), error: kind, count: 0 });
            self.kinds.len() - 1
        });
        let count = &mut self.kinds[place].count;
        *count += 1;
        if *count <= MOST_TOLD {
            let _ = bars.println(format!("✗ {}: {error}", self.pipeline));
        }
    }

    fn say(&self) {
        let mut text = format!("{} ▸ {}", self.pipeline, self.stage);
        if self.tokens > 0 {
            let _ = write!(text, "  {} tokens", short(self.tokens));
        }
        for (count, one, many) in [
            (self.retries, "retry", "retries"),
            (self.warnings, "warning", "warnings"),
            (self.failed, "failed", "failed"),
        ] {
            if count > 0 {
                let _ = write!(text, "  {count} {}", if count == 1 { one } else { many });
            }
        }
        self.head.set_message(text);
    }
}

impl FanOut {
    fn start(bars: &MultiProgress, after: &ProgressBar, agent: &str, width: usize) -> Self {
        let bar = bars.insert_after(after, ProgressBar::new(u64::try_from(width).unwrap_or(u64::MAX)));
        bar.set_style(style("  {prefix} {bar:24.cyan/dim} {wide_msg}").progress_chars("━━─"));
        bar.set_prefix(agent.chars().take(LONGEST_NAME).collect::<String>());
        let fan_out = Self { bar, width, failed: 0, recovered: 0 };
        fan_out.say();
        fan_out
    }

    fn task_ended(&mut self, outcome: &PartOutcome<'_>) {
        match outcome {
            PartOutcome::Failed(_) => self.failed += 1,
            PartOutcome::Recovered => self.recovered += 1,
            // One that was stopped is not done; its barrier has ended, or will end by it.
            PartOutcome::Stopped => return,
            _ => {}
        }
        self.bar.inc(1);
        self.say();
    }

    fn say(&self) {
        let mut text = format!("{}/{}", self.bar.position(), self.width);
        for (count, what) in [(self.failed, "failed"), (self.recovered, "recovered")] {
            if count > 0 {
                let _ = write!(text, "  {count} {what}");
            }
        }
        self.bar.set_message(text);
    }
}

/// Takes a bar off the terminal.
fn remove(bar: &ProgressBar, bars: &MultiProgress) {
    bar.finish_and_clear();
    bars.remove(bar);
}

fn style(template: &str) -> ProgressStyle {
    // Each of them is one: the tests draw them.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A number in at most six characters: `911.5k`.
fn short(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..10_000_000 => format!("{}.{}k", number / 1_000, number / 100 % 10),
        _ => format!("{}.{}M", number / 1_000_000, number / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn tokens_are_short() {
        let numbers = [0, 9_999, 10_000, 911_549, 12_345_678].map(short);
        assert_eq!(numbers, ["0", "9999", "10.0k", "911.5k", "12.3M"]);
    }
}
