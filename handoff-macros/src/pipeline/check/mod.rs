//! What was meant: stages in an order that can run.

mod header;
mod model;
mod names;
pub mod numbers;
mod options;
mod pattern;

pub use model::{Agent, Arm, Branch, Chain, Gate, Gather, Join, Map, Match, Node, Race, Repeat, Worker};
#[cfg(test)]
pub use pattern::Binding;

use super::syntax::{self, AgentStage, Barrier, FanOut, Header, Items, Raw, Stage};
use crate::errors::{Errors, shown};
use crate::spans::Place;
use names::Names;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::Path;
use syn::ext::IdentExt as _;

pub fn check(raw: Raw, errors: &mut Errors) -> (Header, Chain) {
    let Raw { mut header, stages } = raw;
    header::check(&mut header, errors);
    let mut check = Check { pipeline: header.ident.clone(), counted: Counted::default(), errors };
    let mut names = Names::default();
    if let Some(argument) = &header.argument {
        names.add(argument);
    }
    let chain = check.chain(stages, &mut names);
    if check.counted.agents == 0 && check.errors.is_empty() {
        let message = format!("pipeline `{}` has no agent", header.ident);
        check.errors.at_with_help(&header.ident, message, "name at least one agent");
    }
    (header, chain)
}

/// Returns whether what comes out of the stages has no type but the one that the next stage takes.
fn is_untyped(nodes: &[Node]) -> bool {
    matches!(nodes.iter().rfind(|node| !node.passes_on()), Some(Node::Map(_) | Node::Match(_)))
}

/// Checks the chains of a pipeline, and numbers what they hold.
struct Check<'a> {
    pipeline: Ident,
    counted: Counted,
    errors: &'a mut Errors,
}

/// How many there have been so far, in all chains of the pipeline.
#[derive(Default)]
struct Counted {
    agents: usize,
    gates: usize,
    gathers: usize,
    chains: usize,
    loops: usize,
    joins: usize,
    races: usize,
    optionals: usize,
}

/// The next number, from 1.
fn next(count: &mut usize) -> usize {
    *count += 1;
    *count
}

impl Check<'_> {
    /// Checks stages that follow one another; the names that they give end with them.
    fn chain(&mut self, stages: Vec<Stage>, names: &mut Names) -> Chain {
        let mut nodes = Vec::new();
        let mut stages = stages.into_iter().peekable();
        // A fan-out that lacks its barrier has been reported: one that comes too late is part of that.
        let mut is_open = false;
        while let Some(stage) = stages.next() {
            match stage {
                Stage::Agent(agent) => nodes.push(Node::Agent(self.agent(agent))),
                Stage::Or(agents) => {
                    nodes.push(Node::Or(self.agents(agents)));
                }
                Stage::Gate(syntax::Gate { keyword: _, place, threshold }) => {
                    numbers::threshold(&threshold, self.errors);
                    let number = next(&mut self.counted.gates);
                    nodes.push(Node::Gate(Gate { threshold, place, number }));
                }
                Stage::FanOut(fan_out) => {
                    is_open = false;
                    let shown = Shown::of(&fan_out);
                    let follows = match stages.peek() {
                        Some(Stage::Barrier(_) | Stage::Unreadable) => stages.next(),
                        next => {
                            is_open = true;
                            self.missing_barrier(&shown, next);
                            None
                        }
                    };
                    let barrier = match follows {
                        Some(Stage::Barrier(barrier)) => Some(barrier),
                        _ => None,
                    };
                    if let Some(node) = self.gather(*fan_out, barrier, names) {
                        nodes.push(node);
                    }
                }
                Stage::Barrier(_) if is_open => is_open = false,
                Stage::Barrier(barrier) => {
                    self.errors.at_with_help(
                        &barrier.keyword,
                        "there is nothing to wait for: a `barrier` stands right after a `fan_out`",
                        "write `fan_out(field) agent => barrier(all)`, or leave the barrier out",
                    );
                }
                Stage::Match(routes) => {
                    if let Some(routes) = self.routes(routes, names) {
                        nodes.push(Node::Match(routes));
                    }
                }
                Stage::Repeat(repeat) => nodes.push(Node::Repeat(Box::new(self.repeat(repeat, names)))),
                Stage::Join(join) => {
                    let join = Node::Join(self.join(join, names));
                    if is_untyped(&nodes) {
                        self.check_takes(&join);
                    }
                    nodes.push(join);
                }
                Stage::Race(race) => {
                    let race = Node::Race(self.race(race, names));
                    if is_untyped(&nodes) {
                        self.check_takes(&race);
                    }
                    nodes.push(race);
                }
                Stage::Map(syntax::Map { place, closure }) => {
                    names.check(&closure, self.errors);
                    nodes.push(Node::Map(Map { closure, place }));
                }
                Stage::Bind(name) if is_open => {
                    names.add(&name);
                }
                Stage::Bind(name) => {
                    names.add(&name);
                    nodes.push(Node::Bind(name));
                }
                // It may have been a fan-out.
                Stage::Unreadable => is_open = true,
            }
        }
        Chain { nodes }
    }

    fn agents(&mut self, stages: Vec<AgentStage>) -> Vec<Agent> {
        let mut agents = Vec::new();
        for stage in stages {
            agents.push(self.agent(stage));
        }
        agents
    }

    fn agent(&mut self, stage: AgentStage) -> Agent {
        let AgentStage { path } = stage;
        self.check_path(&path);
        let place = Place::of(&path);
        Agent { path, place, number: next(&mut self.counted.agents) }
    }

    /// `None` where there is no barrier, which has been reported.
    fn gather(&mut self, fan_out: FanOut, barrier: Option<Barrier>, names: &Names) -> Option<Node> {
        let FanOut { keyword, items, options, worker } = fan_out;
        let number = next(&mut self.counted.gathers);
        options::items(&items, self.errors);
        options::fan_out(&options, self.errors);
        if let Items::Chosen(closure) = &items {
            names.check(closure, self.errors);
        }
        names.check(&options.label, self.errors);
        names.check(&options.recover, self.errors);
        let (worker, place) = match worker {
            syntax::Worker::Agent(agent) => {
                let agent = self.agent(agent);
                let place = agent.place;
                (Worker::Agent(agent), place)
            }
            syntax::Worker::Chain { braces, stages } => (
                self.worker(stages, names.inside("the tasks of a `fan_out`", "into the items"), &keyword),
                braces,
            ),
        };
        let Barrier { keyword: _, place: barrier, policy, deadline } = barrier?;
        let deadline = deadline.and_then(|text| options::deadline(&text, self.errors));
        policy.check(self.errors);
        let whole = Place::of(&keyword).to(place);
        Some(Node::Gather(Box::new(Gather {
            items,
            options,
            worker,
            policy,
            deadline,
            fans_out: whole,
            barrier,
            number,
        })))
    }

    /// Stages that run on their own, as the tasks of a fan-out or as a branch of a join or a race.
    fn worker(&mut self, stages: Vec<Stage>, mut names: Names, keyword: &Ident) -> Worker {
        let before = self.counted.agents;
        let mut chain = self.chain(stages, &mut names);
        if let [Node::Agent(_)] = &chain.nodes[..]
            && let Some(Node::Agent(agent)) = chain.nodes.pop()
        {
            return Worker::Agent(agent);
        }
        let number = next(&mut self.counted.chains);
        // What could not be understood may have been an agent.
        if self.errors.is_empty() {
            self.check_ends(&chain, before, keyword);
        }
        Worker::Chain { chain, number }
    }

    fn join(&mut self, join: syntax::Join, names: &Names) -> Join {
        let syntax::Join { keyword, place, branches: written } = join;
        let mut branches = Vec::new();
        for syntax::Branch { optional, stages } in written {
            let names = names.inside("the branches of a `join`", "into what the `join` is handed");
            let worker = self.worker(stages, names, &keyword);
            branches.push(Branch { worker, optional: optional.then(|| next(&mut self.counted.optionals)) });
        }
        Join { keyword, branches, place, number: next(&mut self.counted.joins) }
    }

    fn race(&mut self, race: syntax::Race, names: &Names) -> Race {
        let syntax::Race { keyword, branches: written } = race;
        let mut branches = Vec::new();
        for stages in written {
            let names = names.inside("the branches of a `race`", "into what the `race` is handed");
            branches.push(self.worker(stages, names, &keyword));
        }
        Race { keyword, branches, number: next(&mut self.counted.races) }
    }

    /// Refuses a join or a race where nobody says what its branches take.
    fn check_takes(&mut self, stage: &Node) {
        let keyword = match stage {
            Node::Join(join) if !join.begins_with_agent() => &join.keyword,
            Node::Race(race) if !race.begins_with_agent() => &race.keyword,
            _ => return,
        };
        self.errors.at_with_help(
            keyword,
            format_args!(
                "nothing says what the branches of this `{keyword}` take: none of them begins with an agent"
            ),
            format_args!("begin one of them with an agent, or put an agent before the `{keyword}`"),
        );
    }

    /// What stages on their own take and hand on is known from the agents at their ends; a branch of a join or a
    /// race takes what the others do.
    fn check_ends(&mut self, chain: &Chain, agents_before: usize, keyword: &Ident) {
        let (wrong, help) = if agents_before == self.counted.agents {
            ("have no agent", "name at least one agent")
        } else if keyword == "fan_out"
            && matches!(chain.first(), Some(Node::Match(_)))
            && chain.matches().is_none()
        {
            let message = "no pattern of this `match` says what an item is";
            let help = "write a variant with its enum, `Triage::Billing(ticket)`, or put an agent before the `match`";
            self.errors.at_with_help(keyword, message, help);
            return;
        } else if keyword == "fan_out" && !chain.begins_with_agent() && chain.matches().is_none() {
            (
                "do not begin with an agent, which says what it takes",
                "put an agent before them, or a pipeline",
            )
        } else if !chain.ends_with_agent() {
            (
                "do not end with an agent, which says what it hands on",
                "put an agent after them, or a pipeline",
            )
        } else {
            return;
        };
        self.errors.at_with_help(keyword, format_args!("the stages of this `{keyword}` {wrong}"), help);
    }

    fn routes(&mut self, routes: syntax::Match, names: &Names) -> Option<Match> {
        let syntax::Match { keyword, arms: written } = routes;
        let mut arms = Vec::new();
        for arm in written {
            if let Some(arm) = self.arm(arm, names) {
                arms.push(arm);
            }
        }
        (!arms.is_empty()).then_some(Match { keyword, arms })
    }

    fn arm(&mut self, arm: syntax::Arm, names: &Names) -> Option<Arm> {
        let syntax::Arm { pattern, guard, place, stages } = arm;
        names.check(&guard, self.errors);
        let binding = self.errors.take(pattern::binding(&pattern));
        let chain = self.chain(stages, &mut names.clone());
        if let (Some(Some(_)), Some(first)) = (&binding, chain.first()) {
            self.check_takes(first);
        }
        Some(Arm { pattern, binding: binding?, guard, place, chain })
    }

    fn repeat(&mut self, repeat: syntax::Repeat, names: &Names) -> Repeat {
        let syntax::Repeat { keyword, max, until, or_last, stages } = repeat;
        numbers::rounds(&max, self.errors);
        names.check(&until, self.errors);
        let number = next(&mut self.counted.loops);
        let before = self.counted.agents;
        let chain = self.chain(stages, &mut names.clone());
        if before == self.counted.agents && self.errors.is_empty() {
            let message = "the stages of this `repeat` have no agent";
            self.errors.at_with_help(&keyword, message, "name at least one agent in the braces");
        }
        Repeat { max, until, or_last, chain, number }
    }

    fn check_path(&mut self, path: &Path) {
        let pipeline = &self.pipeline;
        let of_self = path.segments.len() == 2 && path.segments[0].ident == "self";
        let own = (path.get_ident().is_some() || of_self)
            && path.segments.last().is_some_and(|last| last.ident == *pipeline);
        if own {
            self.errors.at_with_help(
                path,
                format_args!("pipeline `{}` contains itself, so it would never end", pipeline.unraw()),
                "name another agent or pipeline, and if that is called the same, rename this one",
            );
        }
    }

    /// The one mistake that loses work in silence elsewhere.
    fn missing_barrier(&mut self, fan_out: &Shown, next: Option<&Stage>) {
        let Shown { keyword, worker, written } = fan_out;
        let written = format!("{written} => barrier(all)");
        let (early, at, fixed) = match next {
            Some(Stage::Agent(agent)) if agent.path.is_ident("barrier") => {
                let message = "`barrier` says when it is passed";
                self.errors.at_with_help(&agent.path, message, format_args!("write `{written}`"));
                return;
            }
            Some(Stage::Agent(agent)) => early(&shown(&agent.path), &agent.path, &written),
            Some(Stage::Or(agents)) => early(&shown(&agents[0].path), &agents[0].path, &written),
            Some(Stage::FanOut(next)) => early(&Shown::of(next).worker, &next.keyword, &written),
            Some(Stage::Gate(gate)) => (
                "the gate would be passed".to_owned(),
                gate.keyword.to_token_stream(),
                format!("{written} => gate(…)"),
            ),
            Some(Stage::Match(next)) => (
                "the `match` would be made".to_owned(),
                next.keyword.to_token_stream(),
                format!("{written} => match {{ … }}"),
            ),
            Some(Stage::Repeat(next)) => early("repeat(…)", &next.keyword, &written),
            Some(Stage::Join(next)) => early("join(…)", &next.keyword, &written),
            Some(Stage::Race(next)) => early("race(…)", &next.keyword, &written),
            Some(Stage::Map(_)) => (
                "`map` would be called".to_owned(),
                keyword.to_token_stream(),
                format!("{written} => map(…)"),
            ),
            Some(Stage::Bind(name)) => {
                (format!("`{name}` would be kept"), name.to_token_stream(), format!("{written} as {name}"))
            }
            Some(Stage::Barrier(_) | Stage::Unreadable) | None => {
                (format!("`{}` would end", self.pipeline), keyword.to_token_stream(), written.clone())
            }
        };
        self.errors.at_with_help(
            &at,
            format_args!(
                "{early} before every `{worker}` has finished: a `fan_out` needs a `barrier` after it"
            ),
            format_args!("write `{fixed}`"),
        );
    }
}

/// What would start too early, where, and how it would start in time.
fn early(next: &str, at: &dyn ToTokens, written: &str) -> (String, TokenStream, String) {
    let fixed = format!("{written} => {next}");
    (format!("`{next}` would start"), at.to_token_stream(), fixed)
}

/// A fan-out in messages.
struct Shown {
    keyword: Ident,
    worker: String,
    written: String,
}

impl Shown {
    fn of(fan_out: &FanOut) -> Self {
        let field = fan_out.items.shown();
        let (worker, written) = match &fan_out.worker {
            syntax::Worker::Agent(agent) => {
                let worker = shown(&agent.path);
                let written = format!("fan_out({field}) {worker}");
                (worker, written)
            }
            syntax::Worker::Chain { .. } => ("task".to_owned(), format!("fan_out({field}) {{ … }}")),
        };
        Self { keyword: fan_out.keyword.clone(), worker, written }
    }
}
