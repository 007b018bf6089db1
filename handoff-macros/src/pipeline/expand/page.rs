//! The pipeline's page: its diagram, and who is handed what. As much as can be read off: what agents
//! declare stands on their own pages.

use crate::pipeline::check::{Agent, Arm, Chain, Gather, Join, Match, Node, Race, Worker};
use crate::pipeline::syntax::{FanOutOptions, Header, Items};
use crate::source::{code, line};
use handoff_diagram::{Ends, Stage, flowchart};
use syn::ext::IdentExt as _;

/// What follows on what the user has written of the pipeline.
pub fn text(header: &Header, chain: &Chain) -> String {
    let (input, output) = (line(&header.input), line(&header.output));
    let mut table = Table { rows: String::new(), carried: code(&input) };
    table.chain(chain);
    table.carried = code(&output);
    table.row("the caller");
    let ends = Ends { takes: Some(input), hands_on: Some(output) };
    let (chart, rows) = (flowchart(&ends, &drawn(chain)), table.rows);
    format!("\n\n```mermaid\n{chart}```\n\n| stage | is handed |\n|---|---|\n{rows}")
}

fn drawn(chain: &Chain) -> Vec<Stage> {
    let mut stages = Vec::new();
    for node in &chain.nodes {
        stages.push(match node {
            Node::Agent(stage) => agent(stage),
            Node::Or(agents) => Stage::Or { attempts: all(agents) },
            Node::Gate(gate) => {
                Stage::Gate { condition: format!("confidence ≥ {}", line(&gate.threshold)) }
            }
            Node::Gather(gather) => Stage::FanOut {
                title: title(gather),
                stages: match &gather.worker {
                    Worker::Agent(worker) => vec![agent(worker)],
                    Worker::Chain { chain, number: _ } => drawn(chain),
                },
                barrier: barrier(gather),
                hands_on: None,
            },
            Node::Match(routes) => {
                let mut arms = Vec::new();
                for arm in &routes.arms {
                    arms.push((pattern(arm), drawn(&arm.chain)));
                }
                Stage::Match { arms }
            }
            Node::Repeat(repeat) => {
                let or_last = if repeat.or_last { ", else last" } else { "" };
                let (max, until) = (line(&repeat.max), line(&repeat.until));
                let title = format!("repeat, at most {max}, until {until}{or_last}");
                Stage::Repeat { title, stages: drawn(&repeat.chain) }
            }
            Node::Join(join) => {
                let branches = join.branches.iter();
                let branches = branches.map(|branch| drawn_branch(&branch.worker, branch.optional.is_some()));
                Stage::Join { branches: branches.collect() }
            }
            Node::Race(race) => {
                let branches = race.branches.iter().map(|branch| drawn_branch(branch, false));
                Stage::Race { branches: branches.collect() }
            }
            Node::Map(_) => Stage::Map { text: "map".to_owned() },
            Node::Bind(_) => continue,
        });
    }
    stages
}

fn all(agents: &[Agent]) -> Vec<Stage> {
    let mut stages = Vec::new();
    for stage in agents {
        stages.push(agent(stage));
    }
    stages
}

fn agent(agent: &Agent) -> Stage {
    Stage::Agent { name: name(agent), notes: Vec::new(), ends: Ends::default() }
}

fn drawn_branch(worker: &Worker, optional: bool) -> Stage {
    match worker {
        Worker::Agent(worker) if !optional => agent(worker),
        Worker::Agent(worker) => Stage::Branch { optional, stages: vec![agent(worker)] },
        Worker::Chain { chain, number: _ } => Stage::Branch { optional, stages: drawn(chain) },
    }
}

fn name(agent: &Agent) -> String {
    agent.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default()
}

fn title(gather: &Gather) -> String {
    let FanOutOptions { max, concurrency, allow_empty, keep, label: _, recover } = &gather.options;
    let mut title = format!("fan_out({}", items(gather));
    for (name, value) in [("max", max), ("concurrency", concurrency), ("recover", recover)] {
        if let Some(value) = value {
            title = format!("{title}, {name} = {}", line(value));
        }
    }
    for (flag, given) in [(", allow_empty", *allow_empty), (", keep", *keep)] {
        title.push_str(if given { flag } else { "" });
    }
    title.push(')');
    title
}

fn items(gather: &Gather) -> String {
    match &gather.items {
        Items::Field(field) => line(field),
        Items::Chosen(closure) => line(closure),
    }
}

fn barrier(gather: &Gather) -> String {
    let deadline = gather.deadline.map(|deadline| format!(", deadline = {deadline:?}"));
    format!("barrier({}{})", gather.policy, deadline.unwrap_or_default())
}

pub fn pattern(arm: &Arm) -> String {
    let guard = arm.guard.as_ref().map(|guard| format!(" if {}", line(guard)));
    line(&arm.pattern) + &guard.unwrap_or_default()
}

/// Who is handed what, a row each.
struct Table {
    rows: String,
    /// What the next stage is handed.
    carried: String,
}

impl Table {
    fn chain(&mut self, chain: &Chain) {
        for node in &chain.nodes {
            self.stage(node);
        }
    }

    fn stage(&mut self, node: &Node) {
        match node {
            Node::Agent(agent) => {
                self.row(&link(agent));
                self.carried = format!("what {} hands on", code(&name(agent)));
            }
            Node::Or(agents) => {
                self.row(&listed(agents, link, " or "));
                self.carried = format!("what {} hands on", listed(agents, named, " or "));
            }
            Node::Gate(gate) => {
                self.row(&code(&format!("gate(confidence >= {})", line(&gate.threshold))));
            }
            Node::Gather(gather) => self.gather(gather),
            Node::Match(routes) => self.routes(routes),
            Node::Repeat(repeat) => {
                self.row(&code(&format!("repeat(max = {})", line(&repeat.max))));
                self.chain(&repeat.chain);
            }
            Node::Join(join) => self.join(join),
            Node::Race(race) => self.race(race),
            Node::Map(map) => {
                self.row("`map`");
                self.carried = format!("what {} makes of it", code(&line(&map.closure)));
            }
            Node::Bind(_) => {}
        }
    }

    fn gather(&mut self, gather: &Gather) {
        self.row(&code(&title(gather)));
        self.carried = format!("one of {}", code(&items(gather)));
        match &gather.worker {
            Worker::Agent(worker) => {
                self.row(&link(worker));
                self.carried = format!("what {} hands on", code(&name(worker)));
            }
            Worker::Chain { chain, number: _ } => self.chain(chain),
        }
        self.row(&code(&barrier(gather)));
        let results = if gather.policy.is_of_all() { "`Vec`" } else { "`Partial`" };
        let items = if gather.options.keep { "items, each with " } else { "" };
        self.carried = format!("a {results} of {items}{}", self.carried);
    }

    fn join(&mut self, join: &Join) {
        let agents = self.branches(join.branches.iter().map(|branch| &branch.worker));
        self.carried = agents.map_or_else(
            || "what the branches of the `join` hand on".to_owned(),
            |agents| format!("what {} hand on", listed(agents, named, " and ")),
        );
    }

    fn race(&mut self, race: &Race) {
        let agents = self.branches(race.branches.iter());
        self.carried = agents.map_or_else(
            || "what the first branch of the `race` to succeed hands on".to_owned(),
            |agents| format!("what the first of {} to succeed hands on", listed(agents, named, ", ")),
        );
    }

    /// The agents that all branches are, unless one of them is more.
    fn branches<'a>(
        &mut self,
        branches: impl ExactSizeIterator<Item = &'a Worker>,
    ) -> Option<Vec<&'a Agent>> {
        let (carried, total) = (self.carried.clone(), branches.len());
        let mut agents = Vec::new();
        for branch in branches {
            self.carried.clone_from(&carried);
            match branch {
                Worker::Agent(agent) => {
                    self.row(&link(agent));
                    agents.push(agent);
                }
                Worker::Chain { chain, number: _ } => self.chain(chain),
            }
        }
        (agents.len() == total).then_some(agents)
    }

    fn routes(&mut self, routes: &Match) {
        self.row("`match`");
        for arm in &routes.arms {
            self.carried = format!("where it is {}", code(&pattern(arm)));
            self.chain(&arm.chain);
        }
        "what its arm hands on".clone_into(&mut self.carried);
    }

    fn row(&mut self, stage: &str) {
        self.rows.extend(["| ", stage, " | ", &self.carried, " |\n"]);
    }
}

fn listed<'a>(
    agents: impl IntoIterator<Item = &'a Agent>,
    shown: fn(&Agent) -> String,
    between: &str,
) -> String {
    let mut list = String::new();
    for (index, agent) in agents.into_iter().enumerate() {
        if index > 0 {
            list.push_str(between);
        }
        list.push_str(&shown(agent));
    }
    list
}

fn named(agent: &Agent) -> String {
    code(&name(agent))
}

/// The agent's page. In this form a link to an agent without one, because it is private, becomes plain text.
fn link(agent: &Agent) -> String {
    let path = line(&agent.path);
    // A path that rustdoc may not read as rustc does is left alone: its warning would be ours.
    let is_plain = path.split("::").all(|part| {
        !part.is_empty() && part.chars().all(|character| character.is_alphanumeric() || character == '_')
    });
    if is_plain { format!("[`type@{path}`]") } else { named(agent) }
}
