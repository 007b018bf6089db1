//! Holding what agents hand on against a baseline, while they run.

use super::draws::Draws;
use super::evidence::Evidence;
use super::shape::{Measure, Shape};
use super::step::Step;
use super::tally::Tally;
use super::{Baseline, Output};
use crate::contract::Fingerprint;
use crate::contract::internals::Emitted;
use crate::envelope::WarningKind;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The values of a habit that are remembered, to say since when it is another one, and how.
const WINDOW: usize = 64;

/// What a bet has to have won against the baseline alone in these, for there to be something to say. What is said
/// is enough evidence anyway; this is against saying that a habit is again what it was.
const LEAST: f64 = 20.0;

/// Who looks at what agents hand on. A trait, so that nothing of it is compiled where no runtime has a baseline.
pub(crate) trait Watch: Send + Sync {
    /// Looks at an output as JSON, and says what is to be known of it.
    fn look(&self, agent: &str, contract: &Emitted, json: &str) -> Vec<(WarningKind, String)>;
}

/// What the runs of a runtime have seen since it was built, held against a baseline.
pub(crate) struct Watcher {
    agents: HashMap<String, Agent>,
    /// The strength of evidence that is enough.
    enough: f64,
}

struct Agent {
    contracts: Vec<Contract>,
    /// It hands on something else than what was learned, and that has been said.
    is_other: AtomicBool,
}

/// What is known of a contract of an agent.
struct Contract {
    /// Those of the agent and of the contract.
    names: [String; 2],
    fingerprint: Fingerprint,
    state: Mutex<State>,
}

struct State {
    payloads: u64,
    /// With the habits that are watched, for each that the contract can have. Worked out with the first payload.
    shape: Option<(Shape, Vec<Option<usize>>)>,
    habits: Vec<Watched>,
    /// Memory for the habits that a payload shows.
    seen: Vec<(usize, Step)>,
}

/// A habit under watch.
struct Watched {
    field: String,
    measure: Measure,
    tally: Tally,
    evidence: Evidence,
    /// The last values and their cells.
    last: VecDeque<(Step, usize)>,
    seen: u64,
    /// Nothing is said of the values up to this one.
    quiet_until: u64,
}

impl Watcher {
    /// With a chance of so much that anything is ever said of a habit that has not changed.
    #[inline]
    pub(crate) fn new(baseline: Baseline, false_alarms: f64) -> Self {
        let mut agents: HashMap<String, Agent> = HashMap::new();
        let mut habits = 0;
        for ((agent, contract), Output { fingerprint, fields, .. }) in baseline.outputs {
            let fields = fields.into_iter();
            let watched: Vec<Watched> = fields
                .flat_map(|(field, measures)| {
                    measures
                        .into_iter()
                        .map(move |(measure, tally)| Watched::new(field.clone(), measure, tally))
                })
                .collect();
            habits += watched.len();
            let state = State { payloads: 0, shape: None, habits: watched, seen: Vec::new() };
            let contract =
                Contract { names: [agent.clone(), contract], fingerprint, state: Mutex::new(state) };
            let known = agents.entry(agent);
            let known =
                known.or_insert_with(|| Agent { contracts: Vec::new(), is_other: AtomicBool::new(false) });
            known.contracts.push(contract);
        }
        #[allow(clippy::cast_precision_loss, reason = "a thousand for each contract at most")]
        let enough = habits as f64 / false_alarms;
        Self { agents, enough }
    }
}

impl Watch for Watcher {
    #[inline]
    fn look(&self, agent: &str, contract: &Emitted, json: &str) -> Vec<(WarningKind, String)> {
        let Some(known) = self.agents.get(agent) else { return Vec::new() };
        let fingerprint = contract.fingerprint();
        if let Some(known) = known.contracts.iter().find(|known| known.fingerprint == fingerprint) {
            let found = known.look(contract, json, self.enough);
            return found.into_iter().map(|message| (WarningKind::ShapeDrift, message)).collect();
        }
        if known.is_other.swap(true, Ordering::Relaxed) {
            return Vec::new();
        }
        let names: Vec<String> =
            known.contracts.iter().map(|contract| format!("`{}`", contract.names[1])).collect();
        let message = format!(
            "its output is not held against the baseline, which was learned from another {}: the contract has changed since",
            names.join(" and ")
        );
        vec![(WarningKind::Noted, message)]
    }
}

impl Contract {
    #[inline]
    fn look(&self, contract: &Emitted, json: &str, enough: f64) -> Vec<String> {
        // What it cannot read, nobody can, and somebody else says so.
        let Ok(value) = serde_json::from_str::<Value>(json) else { return Vec::new() };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { payloads, shape, habits, seen } = &mut *state;
        let (shape, watched) = shape.get_or_insert_with(|| {
            let shape = Shape::of(&contract.meaning());
            let watched = shape.habits.iter().map(|habit| {
                habits.iter().position(|known| known.field == habit.field && known.measure == habit.measure)
            });
            let watched = watched.collect();
            (shape, watched)
        });
        let [agent, name] = &self.names;
        // Others than those by which the baseline was learned.
        *payloads += 1;
        let mut draws = Draws::of([agent, name], u64::MAX - *payloads);
        seen.clear();
        shape.look(&value, &mut draws, &mut |habit, step| {
            if let Some(watched) = watched[habit] {
                seen.push((watched, step));
            }
        });
        for (watched, step) in &*seen {
            habits[*watched].add(*step, &mut draws);
        }
        let mut said = Vec::new();
        for (watched, _) in &*seen {
            if !habits[*watched].is_found(enough) {
                continue;
            }
            // A field has several habits, and one of them tells best.
            let field = habits[*watched].field.clone();
            let own = |habit: &&mut Watched| habit.field == field;
            let strength = |habit: &Watched| habit.evidence.strength();
            let all = habits.iter_mut().filter(own);
            let best = all.max_by(|one, other| strength(one).total_cmp(&strength(other)));
            let message = best.and_then(|best| best.said());
            for habit in habits.iter_mut().filter(own) {
                habit.begin_anew();
                if message.is_some() {
                    habit.be_quiet();
                }
            }
            said.extend(message);
        }
        said
    }
}

impl Watched {
    #[inline]
    fn new(field: String, measure: Measure, tally: Tally) -> Self {
        let evidence = Evidence::against(&tally);
        Self { field, measure, tally, evidence, last: VecDeque::new(), seen: 0, quiet_until: 0 }
    }

    #[inline]
    fn add(&mut self, step: Step, draws: &mut Draws) {
        if self.seen == self.quiet_until {
            self.begin_anew();
        }
        let cell = self.evidence.add(step, draws);
        self.seen += 1;
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back((step, cell));
    }

    #[inline]
    fn is_found(&self, enough: f64) -> bool {
        self.seen > self.quiet_until && self.evidence.strength() >= enough
    }

    #[inline]
    fn begin_anew(&mut self) {
        self.evidence.begin_anew();
        self.last.clear();
    }

    /// What has been found has been said. It is said again on new evidence alone, and at longer and longer intervals.
    #[inline]
    fn be_quiet(&mut self) {
        self.quiet_until = self.seen + self.seen.max(WINDOW as u64);
    }

    /// The last values, since the bet that has won most has been winning. None where it would have won little
    /// against the baseline: a habit that was another one for long, and is again what it was.
    #[inline]
    fn since(&self) -> Option<Tally> {
        let bet = self.evidence.best()?;
        let (mut won, mut most, mut since) = (1.0, LEAST, None);
        for (index, (_, cell)) in self.last.iter().enumerate().rev() {
            won *= bet.factor(*cell);
            if won > most {
                (most, since) = (won, Some(index));
            }
        }
        Some(self.last.range(since?..).map(|(step, _)| *step).collect())
    }

    /// What is found, in words and without a value.
    #[inline]
    fn said(&self) -> Option<String> {
        let (now, before) = (self.since()?, &self.tally);
        let place = fmt::from_fn(|f| match self.field.as_str() {
            "" => f.write_str("the output"),
            field => write!(f, "field `{field}`"),
        });
        let last = now.total();
        if self.measure.is_question() {
            let is = fmt::from_fn(|f| match &self.measure {
                Measure::Missing => f.write_str("missing"),
                Measure::Is(variant) => write!(f, "`{variant}`"),
                _ => f.write_str("true"),
            });
            let (yes, yes_before, all) = (now.times(Step::ONE), before.times(Step::ONE), before.total());
            return Some(format!(
                "{place}: {is} in {yes} of the last {last}, in {yes_before} of {all} in the baseline"
            ));
        }
        let [median, usual] = [self.of(now.percentile(50)), before.percentile(50).to_string()];
        let [range, usual_range] = [&now, before].map(range);
        Some(format!(
            "{place}: {median} in the median of the last {last}{range}, {usual} in the baseline{usual_range}"
        ))
    }

    /// So many words.
    #[inline]
    fn of(&self, step: Step) -> String {
        let unit = match self.measure {
            Measure::Chars => "character",
            Measure::Words => "word",
            Measure::Items => "item",
            _ => return step.to_string(),
        };
        format!("{step} {unit}{}", if step == Step::ONE { "" } else { "s" })
    }
}

/// What nine of ten values lie between.
#[inline]
fn range(tally: &Tally) -> String {
    let [least, most] = [tally.percentile(5), tally.percentile(95)];
    if least == most { String::new() } else { format!(" ({least} to {most})") }
}

impl fmt::Debug for Watcher {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").field("agents", &self.agents.len()).finish_non_exhaustive()
    }
}
