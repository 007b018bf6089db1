//! Shape drift: outputs that keep their contract, but are no longer like those of before.
//!
//! A provider replaces the model behind a name, a prompt loses a paragraph, a tool begins to come back
//! empty-handed. Nothing fails: a summary that was a paragraph is one word, a `risk` that was `low`, `medium` or
//! `high` is always `low`, a list of sources is empty. Each of them is a valid value of its contract, so no check,
//! no budget and no gate says anything.
//!
//! A [`Baseline`] holds what was usual: statistics of each field of each agent's outputs. A runtime that is
//! given one [compares outputs with it](crate::Builder::baseline), and adds a
//! [warning](crate::WarningKind::ShapeDrift) to the envelope when they depart from it:
//!
//! ```text
//! agent `summarise`: field `/summary`: 3 words in the median of the last 4 (1 to 5), 110 in the baseline (75 to 150)
//! agent `assess`: field `/risk`: `low` in 29 of the last 31, in 104 of 212 in the baseline
//! ```
//!
//! A departure is never an error, and does not delay a run.
//!
//! # Learning
//!
//! ```
//! use handoff::prelude::*;
//! use handoff::{Baseline, WarningKind};
//!
//! #[contract]
//! pub struct Summary {
//!     pub text: String,
//! }
//!
//! #[agent]
//! async fn summarise(topic: String) -> Summary {
//!     Summary { text: "No.".to_owned() }
//! }
//!
//! pipeline! { pub sum_up(String) -> Summary { summarise } }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // From outputs that were good, wherever they are kept: in run logs, for which `handoff_log` has `RunLog::teach`.
//! let mut baseline = Baseline::new();
//! for words in 60..160 {
//!     baseline.add::<summarise>(&Summary { text: "word ".repeat(words) });
//! }
//! // It is saved, and committed like the lock file.
//! let saved = baseline.to_string();
//!
//! let runtime = Runtime::builder().baseline(saved.parse()?).build();
//! let mut warnings = handoff::Warnings::default();
//! for _ in 0..10 {
//!     let done = runtime.run(sum_up, "tides".to_owned()).await?;
//!     warnings.extend(done.warnings);
//! }
//! assert_eq!(warnings.len(), 1);
//! assert_eq!(warnings[0].kind, WarningKind::ShapeDrift);
//! assert_eq!(
//!     warnings[0].to_string(),
//!     "agent `summarise`: field `/text`: 1 word in the median of the last 3, 100 in the baseline (60 to 150)"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! - Learn from one output of an agent in each run, as `RunLog::teach` does.
//! - Learn from outputs of one time, of the inputs that are usual, with each agent's model as it is to stay: some
//!   100 runs, better 300. With fewer a warning is no less true, but comes later, and where less than some 30 are
//!   known perhaps never. `BENCHMARKS.md` of the repository has figures.
//! - Learn anew where outputs are meant to be others: after a change of the prompt, the model, the contract. A
//!   baseline can be learned [on](Baseline::add_json), and says the same whatever the order of the outputs is, but
//!   for which items of lists it has looked at.
//! - Agents are known by their names, and by their contracts: two of one name, in different modules, whose outputs are of
//!   one contract are taken for one agent. Give one of them another name.
//! - What is not in the file is not watched. Delete the lines of a habit that says nothing, such as a date that
//!   grows with time.
//!
//! # What is kept
//!
//! For each field of the contract how often it had which step of: the length of a string in characters (code
//! points) and words, the number of items or entries, the number itself; whether it was missing (`null` or left
//! out), `true`, which variant of an enum. Steps are 4 to 10 % wide: numbers are kept to two digits at most, and of
//! texts and keys there is nothing. In a list one item is looked at, and in a map one entry, which is drawn by the
//! number of the payload; a contract within itself is looked at once. Names of fields and variants are the
//! contract's. Each field is looked at by itself, so what is not seen: that texts are all the same, or that two
//! fields no longer go together.
//!
//! The file is JSON, a line for each habit, some 20 kB for ten agents.
//!
//! # What is promised
//!
//! **The chance that a runtime ever leaves a false warning is at most 1 %** ([`Baseline::FALSE_ALARMS`]), however
//! many outputs it looks at, fields there are, and few outputs the baseline was learned from. False means: the outputs
//! of that agent are still what those of the baseline were, drawn independently from the same distribution,
//! whichever that is (or merely exchangeable with them). So that they are, one output of an agent counts in each
//! run, which is the first that it hands on: those of a fan-out are about one question, and alike. It follows from
//! exact results, without an approximation:
//!
//! - An output's place among those of the baseline has a known distribution whatever the outputs are: a Pólya urn,
//!   from the theory of statistically equivalent blocks (Wilks 1941, Tukey 1947). So the error of estimating from
//!   few is not left out: it is part of it.
//! - Each habit is bet against. What the bets come to is a test martingale, and by Ville's inequality (1939) the
//!   chance that it ever reaches c is at most 1/c. It is said at c = habits / 0.01, so that all habits together
//!   keep to 0.01 (Bonferroni).
//! - The bets do not know when a habit changes: 1/(s(s + 1)) of each begins with the s-th output. A change
//!   late in the life of a process is found a few outputs later than one before its start.
//!
//! It is the chance of a baseline and a runtime together: a baseline that happened to learn from unusual outputs is
//! the same for every runtime that is given it.
//!
//! Ties are broken, and items drawn, by a fixed sequence of pseudo-random numbers, so that the same outputs in the
//! same order give the same warnings.
//!
//! What is not promised: that a warning means harm. Other questions have other answers, and that is a change of the
//! outputs, too. Runs that are like each other because one user starts them in a row are not independent either; a
//! baseline of many days and the runs of one hour may be told apart for that alone.
//!
//! # After a warning
//!
//! It has been said: for that field the bets begin anew, and nothing is said before as many outputs again have been
//! seen, and 64 at least. What has come since counts as known, so a habit that stays as it is now is reported some
//! few times, at longer and longer intervals, and then no more, until the process ends.
//!
//! A contract that has changed since has another fingerprint, and is not held against the baseline. That is said
//! once for each agent, as a warning that is [`Noted`](crate::WarningKind::Noted).

mod draws;
mod evidence;
mod file;
mod shape;
mod step;
mod tally;
mod urn;
mod watch;

pub use file::BaselineError;
pub(crate) use watch::{Watch, Watcher};

use crate::contract::schema::canonical;
use crate::contract::{Contract, Fingerprint};
use crate::describe::DescribedContract;
use crate::engine::Single;
use draws::Draws;
use schemars::Schema;
use serde_json::Value;
use shape::{Measure, Shape};
use std::collections::BTreeMap;
use tally::Tally;

/// The usual shape of agents' outputs: statistics of each field, and no values. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// By the names of the agent and of the contract.
    outputs: BTreeMap<(String, String), Output>,
}

/// What is known of the outputs of an agent that are of one contract.
#[derive(Clone, Debug)]
struct Output {
    fingerprint: Fingerprint,
    payloads: u64,
    /// By the field, a JSON pointer with `*` for items and entries.
    fields: BTreeMap<String, BTreeMap<Measure, Tally>>,
    /// Worked out for the first payload that is added.
    shape: Option<std::sync::Arc<Shape>>,
}

impl Baseline {
    /// The upper bound of the probability that a runtime ever adds a false
    /// [warning](crate::WarningKind::ShapeDrift).
    pub const FALSE_ALARMS: f64 = 0.01;

    /// Creates an empty baseline, which knows no outputs.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Learns from an output of the agent `A`.
    ///
    /// An output that cannot be written as JSON is ignored; no handoff would let it through.
    #[inline]
    pub fn add<A: Single>(&mut self, output: &A::Output) {
        if let Ok(json) = serde_json::to_value(output) {
            let emitted = A::Output::emitted();
            self.learn(&A::ID.name, &A::Output::name(), emitted.fingerprint(), || emitted.meaning(), &json);
        }
    }

    /// Learns from an output that was kept as JSON, with its contract from a
    /// [`Description`](crate::Description).
    ///
    /// If the baseline has learned from another contract of this name, that is forgotten: the latest counts.
    #[inline]
    pub fn add_json(&mut self, agent: &str, contract: &DescribedContract, output: &Value) {
        let DescribedContract { id, schema, .. } = contract;
        self.learn(agent, &id.name, id.fingerprint, || canonical::meaning(schema), output);
    }

    /// Returns `true` if nothing has been learned.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty()
    }

    #[inline]
    fn learn(
        &mut self,
        agent: &str,
        contract: &str,
        fingerprint: Fingerprint,
        schema: impl FnOnce() -> Schema,
        output: &Value,
    ) {
        let known = self.outputs.entry((agent.to_owned(), contract.to_owned()));
        let known = known.or_insert_with(|| Output::new(fingerprint));
        if known.fingerprint != fingerprint {
            *known = Output::new(fingerprint);
        }
        let Output { payloads, fields, shape, .. } = known;
        let shape = shape.get_or_insert_with(|| Shape::of(&schema()).into());
        let mut draws = Draws::of([agent, contract], *payloads);
        *payloads += 1;
        shape.look(output, &mut draws, &mut |habit, step| {
            let Some(habit) = shape.habits.get(habit) else { return };
            // Not `entry`, which would copy the names each time.
            if !fields.contains_key(&habit.field) {
                fields.insert(habit.field.clone(), BTreeMap::new());
            }
            if let Some(habits) = fields.get_mut(&habit.field) {
                habits.entry(habit.measure.clone()).or_default().add(step);
            }
        });
    }
}

impl Output {
    #[inline]
    fn new(fingerprint: Fingerprint) -> Self {
        Self { fingerprint, payloads: 0, fields: BTreeMap::new(), shape: None }
    }
}

/// Of the same statistics, whatever has been worked out for them.
impl PartialEq for Output {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let Self { fingerprint, payloads, fields, shape: _ } = self;
        (fingerprint, payloads, fields) == (&other.fingerprint, &other.payloads, &other.fields)
    }
}
