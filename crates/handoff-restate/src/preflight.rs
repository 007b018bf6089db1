//! Whether what pipelines call is there, and of the contracts that they call it by.
//!
//! Restate itself knows nothing of contracts, and a call of a service that it does not know is tried again and again. So
//! each host says in the metadata of its services what they take and hand on, and pipelines, what they call.

use handoff::describe::{Agent, ContractId, Stage};
use handoff::{Contract, Description};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The keys of the metadata.
pub(crate) const ROLE: &str = "handoff.role";
pub(crate) const INPUT: &str = "handoff.input";
pub(crate) const OUTPUT: &str = "handoff.output";
pub(crate) const CALLS: &str = "handoff.calls";

/// A contract as metadata have it: its name, and then its fingerprint.
pub(crate) fn contract<T: Contract>() -> String {
    format!("{} {}", T::name(), T::fingerprint())
}

/// An agent that a pipeline calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Called {
    name: String,
    input: String,
    output: String,
}

impl Called {
    /// The agents that this pipeline calls, and not those that agents call themselves, on their hosts, nor signals, which
    /// need no host.
    pub(crate) fn by(pipeline: &Description) -> Vec<Self> {
        let mut called = Vec::new();
        for stage in &pipeline.stages {
            visit(stage, &mut |agent| {
                if !agent.signal {
                    called.push(Self::of(agent));
                }
            });
        }
        called.sort();
        called.dedup();
        called
    }

    fn of(agent: &Agent) -> Self {
        let shown = |contract: &ContractId| format!("{} {}", contract.name, contract.fingerprint);
        Self { name: agent.name.clone(), input: shown(&agent.input), output: shown(&agent.output) }
    }

    pub(crate) fn to_json(called: &[Self]) -> String {
        serde_json::to_string(called).unwrap_or_default()
    }
}

/// Whether a pipeline has signals.
pub(crate) fn waits(pipeline: &Description) -> bool {
    let mut waits = false;
    for stage in &pipeline.stages {
        visit(stage, &mut |agent| waits |= agent.signal);
    }
    waits
}

fn visit(stage: &Stage, seen: &mut dyn FnMut(&Agent)) {
    let mut inside = |stages: &[Stage]| stages.iter().for_each(|stage| visit(stage, seen));
    match stage {
        Stage::Agent(agent) => seen(agent),
        Stage::Pipeline(pipeline) => inside(&pipeline.stages),
        Stage::FanOut(fan_out) => inside(&fan_out.stages),
        Stage::Match(routing) => routing.arms.iter().for_each(|arm| inside(&arm.stages)),
        Stage::Repeat(repeat) => inside(&repeat.stages),
        Stage::Join(join) => inside(&join.branches),
        Stage::Race(race) => inside(&race.branches),
        Stage::Branch(branch) => inside(&branch.stages),
        Stage::Or(or) => inside(&or.attempts),
        // Nothing is called there.
        _ => {}
    }
}

/// The services that a server knows, or a host has: their metadata, by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Services(BTreeMap<String, BTreeMap<String, String>>);

/// As `GET /services`, and `POST /deployments`, answer.
#[derive(Deserialize)]
struct Listed {
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

impl Services {
    /// # Errors
    ///
    /// It is another answer.
    pub(crate) fn read(answer: &str) -> Result<Self, serde_json::Error> {
        let Listed { services } = serde_json::from_str(answer)?;
        Ok(Self(services.into_iter().map(|service| (service.name, service.metadata)).collect()))
    }

    /// Those of another host, which take the place of those of their names.
    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// What the pipelines among them miss.
    pub(crate) fn missing(&self) -> Vec<Missing> {
        let pipelines = self.0.iter().filter_map(|(name, metadata)| {
            let called: Vec<Called> = serde_json::from_str(metadata.get(CALLS)?).ok()?;
            Some((name, called))
        });
        pipelines.flat_map(|(pipeline, called)| self.missing_to(pipeline, called)).collect()
    }

    /// What a pipeline that calls these misses.
    pub(crate) fn missing_to(&self, pipeline: &str, called: Vec<Called>) -> Vec<Missing> {
        let missing = called.into_iter().filter_map(|called| {
            let Some(metadata) = self.0.get(&called.name) else {
                return Some(Missing { pipeline: pipeline.to_owned(), agent: called.name, how: How::NoHost });
            };
            let differs = |key, expected: &str| {
                let found = metadata.get(key)?;
                (found != expected).then(|| (expected.to_owned(), found.clone()))
            };
            let how = if !metadata.contains_key(ROLE) {
                How::NoAgent
            } else if let Some((expected, found)) = differs(INPUT, &called.input) {
                How::Input { expected, found }
            } else {
                let (expected, found) = differs(OUTPUT, &called.output)?;
                How::Output { expected, found }
            };
            Some(Missing { pipeline: pipeline.to_owned(), agent: called.name, how })
        });
        missing.collect()
    }
}

/// An agent that a pipeline cannot call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pipeline: String,
    agent: String,
    how: How,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum How {
    NoHost,
    NoAgent,
    Input { expected: String, found: String },
    Output { expected: String, found: String },
}

impl Missing {
    /// Returns the name of the pipeline that calls it.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// Returns the name of the agent.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// Returns `true` if there is an agent of this name, with other contracts.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        matches!(self.how, How::Input { .. } | How::Output { .. })
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pipeline, agent, how } = self;
        // The name of a contract may have spaces, its fingerprint has none.
        let parts = |contract: &str| match contract.rsplit_once(' ') {
            Some((name, fingerprint)) => format!("`{name}` of fingerprint {fingerprint}"),
            None => format!("`{contract}`"),
        };
        match how {
            How::NoHost => write!(f, "pipeline `{pipeline}` calls agent `{agent}`, which no host has"),
            How::NoAgent => {
                write!(
                    f,
                    "pipeline `{pipeline}` calls agent `{agent}`, but the service of that name is not an agent"
                )
            }
            How::Input { expected, found } => write!(
                f,
                "pipeline `{pipeline}` hands agent `{agent}` {}, but its host takes {}",
                parts(expected),
                parts(found)
            ),
            How::Output { expected, found } => write!(
                f,
                "pipeline `{pipeline}` expects {} of agent `{agent}`, but its host hands on {}",
                parts(expected),
                parts(found)
            ),
        }
    }
}

#[cfg(test)]
mod tests;
