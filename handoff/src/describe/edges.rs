//! Who hands what to whom.

use super::{Agent, ContractId, Description, Join, Or, Pipeline, Race, Stage};
use crate::agent::AgentId;
use crate::text::OneLine;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::slice;

/// A handoff that can happen between two agents.
///
/// The agent of a fan-out is handed one item; its output goes, with those of the other tasks, to the agent
/// after the barrier. A tool is handed the arguments of its call, and hands its output back. Gates, routes
/// and adapters between two agents are not shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Edge {
    /// The agent that hands on; `caller` at the beginning.
    pub from: String,
    /// The agent that is handed the payload; `caller` at the end.
    pub to: String,
    /// The contract of the payload, as its reader declares it.
    pub contract: ContractId,
}

impl fmt::Display for Edge {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(OneLine(f), "{} -> {}: {}", self.from, self.to, self.contract)
    }
}

#[inline]
pub(super) fn of(description: &Description) -> Vec<Edge> {
    let mut edges = Edges(Vec::new());
    let last = edges.chain(&description.stages, &[AgentId::CALLER.name.to_string()]);
    edges.hand(&last, &AgentId::CALLER.name, &description.output);
    edges.0
}

struct Edges(Vec<Edge>);

impl Edges {
    #[inline]
    fn hand(&mut self, sources: &[String], to: &str, contract: &ContractId) {
        for from in sources {
            let edge = Edge { from: from.clone(), to: to.to_owned(), contract: contract.clone() };
            if !self.0.contains(&edge) {
                self.0.push(edge);
            }
        }
    }

    /// Whose output the chain hands on.
    #[inline]
    fn chain(&mut self, stages: &[Stage], sources: &[String]) -> Vec<String> {
        let mut sources = sources.to_vec();
        for stage in stages {
            sources = self.stage(stage, &sources);
        }
        sources
    }

    #[inline]
    fn stage(&mut self, stage: &Stage, sources: &[String]) -> Vec<String> {
        match stage {
            Stage::Agent(Agent { name, input, tools, .. }) => {
                self.hand(sources, name, input);
                let itself = vec![name.clone()];
                for tool in tools {
                    let last = self.stage(tool, &itself);
                    let (Stage::Agent(Agent { output, .. }) | Stage::Pipeline(Pipeline { output, .. })) =
                        tool
                    else {
                        continue;
                    };
                    self.hand(&last, name, output);
                }
                itself
            }
            Stage::Pipeline(pipeline) => self.chain(&pipeline.stages, sources),
            Stage::Branch(branch) => self.chain(&branch.stages, sources),
            Stage::FanOut(fan_out) => self.chain(&fan_out.stages, sources),
            Stage::Match(routing) => self.ways(routing.arms.iter().map(|arm| &arm.stages[..]), sources),
            Stage::Repeat(repeat) => {
                let last = self.chain(&repeat.stages, sources);
                if repeat.max > 1 { self.chain(&repeat.stages, &last) } else { last }
            }
            Stage::Join(Join { branches: ways })
            | Stage::Race(Race { branches: ways })
            | Stage::Or(Or { attempts: ways }) => self.ways(ways.iter().map(slice::from_ref), sources),
            Stage::Gate(_) | Stage::Map(_) | Stage::Bind(_) => sources.to_vec(),
        }
    }

    /// Several ways from the same sources; whoever ends one of them hands on.
    #[inline]
    fn ways<'a>(&mut self, ways: impl Iterator<Item = &'a [Stage]>, sources: &[String]) -> Vec<String> {
        let mut last = Vec::new();
        for way in ways {
            for source in self.chain(way, sources) {
                if !last.contains(&source) {
                    last.push(source);
                }
            }
        }
        last
    }
}
