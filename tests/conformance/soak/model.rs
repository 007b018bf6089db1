//! What may come out of a run: the reference that the engine is held against. Of time it knows what may
//! outlast a deadline.

use crate::tree::{Done, Failed, Fate, Group, Leaf, Node, Pair};
use handoff::PipelineError;

/// The most items that the fan-outs allow.
const WIDTH: usize = 8;
/// The most rounds that the loops allow.
const ROUNDS: u32 = 3;
/// The deadline of the barriers that have one, in ms.
const DEADLINE: u64 = 1_000;

/// What the run is held to.
#[derive(Clone, Copy)]
pub enum Clock {
    /// Nothing waits for its turn, and time is told to the millisecond.
    Exact,
    /// Anything may come late.
    Loose,
}

/// Who may be blamed: agent, kind, and the task of the innermost fan-out.
type Blame = (&'static str, &'static str, Option<usize>);

fn kind(leaf: &Leaf) -> Option<&'static str> {
    match leaf.fate {
        Fate::Answer | Fate::Flaky => None,
        Fate::Error => Some("agent"),
        Fate::Panic => Some("panicked"),
        Fate::Hang => Some("timed_out"),
        Fate::Drift | Fate::Nonsense => Some("contract"),
        Fate::Fragment => Some("truncated"),
    }
}

/// Who may be blamed; nobody where the node succeeds.
fn blames(node: &Node) -> Vec<Blame> {
    let of_leaf = |agent, leaf: &Leaf| kind(leaf).map(|kind| (agent, kind, None));
    let of_tasks = |group: &Group| {
        let tasks = group.children.iter().enumerate();
        let blamed = tasks.flat_map(|(task, child)| {
            blames(child).into_iter().map(move |(agent, kind, inner)| (agent, kind, inner.or(Some(task))))
        });
        blamed.collect()
    };
    let at_least = |group: &Group, needed: usize| {
        let succeed = group.children.iter().filter(|child| blames(child).is_empty()).count();
        if succeed < needed { vec![("node", "barrier", None)] } else { Vec::new() }
    };
    match node {
        Node::Leaf(leaf) => Vec::from_iter(of_leaf("work", leaf)),
        Node::Thread(leaf) => Vec::from_iter(of_leaf("compute", leaf)),
        // Why the inner run has failed is the agent's own error.
        Node::Inner(inner) if blames(&inner.node).is_empty() => Vec::new(),
        Node::Inner(_) => vec![("begin", "agent", None)],
        Node::Both(Pair { left, right, .. }) => {
            of_leaf("left", left).into_iter().chain(of_leaf("right", right)).collect()
        }
        Node::Either(Pair { left, right, .. }) => {
            if kind(left).is_none() {
                Vec::new()
            } else {
                Vec::from_iter(of_leaf("right", right))
            }
        }
        Node::Fastest(Pair { left, right, .. }) => {
            if kind(left).is_none() || kind(right).is_none() {
                Vec::new()
            } else {
                vec![("node", "race", None)]
            }
        }
        Node::Rounds(rounds) if rounds.needed > ROUNDS => vec![("again", "not_converged", None)],
        Node::All(group)
        | Node::Most(group)
        | Node::Settled(group)
        | Node::First(group)
        | Node::Deadline(group)
        | Node::Recovered(group)
        | Node::Chained(group)
            if group.children.is_empty() =>
        {
            vec![("open", "empty_fan_out", None)]
        }
        Node::All(group)
        | Node::Most(group)
        | Node::Settled(group)
        | Node::First(group)
        | Node::Deadline(group)
        | Node::Recovered(group)
        | Node::Chained(group)
            if group.children.len() > WIDTH =>
        {
            vec![("open", "fan_out_too_wide", None)]
        }
        Node::All(group) | Node::Chained(group) => of_tasks(group),
        Node::Most(group) => at_least(group, (group.children.len() * 60).div_ceil(100)),
        Node::First(group) => at_least(group, 1),
        Node::Rounds(_) | Node::Settled(_) | Node::Deadline(_) | Node::Recovered(_) => Vec::new(),
    }
}

/// The longest that a node may take, in ms, where nothing waits for its turn. What hangs takes two attempts.
fn longest(node: &Node) -> u64 {
    let of_leaf = |leaf: &Leaf| match leaf.fate {
        Fate::Answer => leaf.delay_ms,
        Fate::Hang => 2 * (leaf.delay_ms + 2_000),
        _ => 2 * leaf.delay_ms,
    };
    match node {
        Node::Leaf(leaf) | Node::Thread(leaf) => of_leaf(leaf),
        Node::Inner(inner) => longest(&inner.node),
        Node::Both(pair) => of_leaf(&pair.left).max(of_leaf(&pair.right)),
        Node::Fastest(Pair { left, right, .. }) => {
            let won = [left, right].into_iter().filter(|leaf| kind(leaf).is_none()).map(of_leaf).min();
            won.unwrap_or_else(|| of_leaf(left).max(of_leaf(right)))
        }
        Node::Either(pair) => of_leaf(&pair.left) + of_leaf(&pair.right),
        Node::Rounds(_) => 0,
        Node::All(group)
        | Node::Most(group)
        | Node::Settled(group)
        | Node::First(group)
        | Node::Deadline(group)
        | Node::Recovered(group)
        | Node::Chained(group) => group.children.iter().map(longest).max().unwrap_or(0),
    }
}

/// Says what is wrong with an outcome.
pub fn check(node: &Node, clock: Clock, outcome: Result<&Done, &PipelineError>) -> Result<(), String> {
    let blames = blames(node);
    match outcome {
        Ok(done) if blames.is_empty() => succeeded(node, clock, done),
        Ok(done) => Err(format!("success where work is missing: {done:?}")),
        Err(error) => {
            let found = (name_of(error.agent()), error.kind().as_str(), error.task());
            if blames.contains(&found) {
                Ok(())
            } else {
                Err(format!("{found:?} is blamed, not one of {blames:?}: {error}"))
            }
        }
    }
}

fn succeeded(node: &Node, clock: Clock, done: &Done) -> Result<(), String> {
    if done.seat != *node.seat() {
        return Err(format!("{done:?} stands for {:?}", node.seat()));
    }
    match node {
        Node::All(group) | Node::Chained(group) => tasks(group, clock, done, |_, _| false),
        Node::Most(group) | Node::Settled(group) => tasks(group, clock, done, blamed),
        Node::First(group) => {
            if done.children.is_empty() {
                return Err("the first result is missing".into());
            }
            // The rest was stopped.
            some_tasks(group, clock, done, blamed)
        }
        Node::Deadline(group) => {
            let late = |child: &Node| matches!(clock, Clock::Loose) || longest(child) >= DEADLINE;
            tasks(group, clock, done, |child, failed| {
                blamed(child, failed) || failed.kind == "deadline" && late(child)
            })
        }
        Node::Recovered(group) => {
            let recovered = |child: &Node, done: &Done| match done.failed.as_slice() {
                // What failed has been made a result that says so.
                [failed] if done.children.is_empty() && !blames(child).is_empty() => {
                    if blamed(child, failed) { Ok(()) } else { Err(format!("{failed:?} of {child:?}")) }
                }
                _ => check(child, clock, Ok(done)),
            };
            let mut pairs = group.children.iter().zip(&done.children);
            if group.children.len() != done.children.len() {
                return Err(format!("{} results of {}", done.children.len(), group.children.len()));
            }
            pairs.try_for_each(|(child, done)| recovered(child, done))
        }
        Node::Inner(inner) => match done.children.as_slice() {
            [done] => check(&inner.node, clock, Ok(done)),
            _ => Err(format!("{done:?} is not what came of the inner run")),
        },
        Node::Fastest(Pair { left, right, .. }) => {
            let [won] = done.children.as_slice() else { return Err(format!("{done:?} is not what won")) };
            let (winner, other) = if won.seat == left.seat { (left, right) } else { (right, left) };
            let took = |leaf: &Leaf| longest(&Node::Leaf(leaf.clone()));
            let is_beaten = kind(other).is_none() && took(other) < took(winner);
            if won.seat != winner.seat || kind(winner).is_some() {
                return Err(format!("{won:?} has won, which is none that succeeds"));
            }
            match clock {
                Clock::Exact if is_beaten => Err(format!("{won:?} has won, and is the later one")),
                _ => Ok(()),
            }
        }
        Node::Leaf(_) | Node::Thread(_) | Node::Both(_) | Node::Either(_) | Node::Rounds(_) => Ok(()),
    }
}

fn blamed(child: &Node, failed: &Failed) -> bool {
    // Agents of one name are told apart by their modules.
    let name = failed.agent.rsplit("::").next().unwrap_or_default();
    blames(child).iter().any(|(agent, kind, _)| (*agent, *kind) == (name_of(name), failed.kind.as_str()))
}

/// Those that start runs have the number of their level in their names.
fn name_of(agent: &str) -> &str {
    agent.trim_end_matches(char::is_numeric)
}

/// Every task is there, as a result or as a failure that may be.
fn tasks(
    group: &Group,
    clock: Clock,
    done: &Done,
    may_fail: impl Fn(&Node, &Failed) -> bool,
) -> Result<(), String> {
    if done.children.len() + done.failed.len() != group.children.len() {
        return Err(format!("{done:?} does not tell of all tasks"));
    }
    some_tasks(group, clock, done, may_fail)
}

fn some_tasks(
    group: &Group,
    clock: Clock,
    done: &Done,
    may_fail: impl Fn(&Node, &Failed) -> bool,
) -> Result<(), String> {
    let of_task = |task: usize| group.children.get(task).ok_or_else(|| format!("there is no task {task}"));
    for result in &done.children {
        check(of_task(result.seat.place)?, clock, Ok(result))?;
    }
    for failed in &done.failed {
        let child = of_task(failed.task)?;
        if !may_fail(child, failed) {
            return Err(format!("{failed:?} of {child:?}"));
        }
    }
    Ok(())
}
