//! Agents that do what the tree says, and pipelines that run it.

use crate::tree::{Done, Failed, Fate, Group, Inner, Leaf, Node, Pair, Rounds, Seat};
use handoff::prelude::*;
use handoff_conformance::journals::Hosting;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Counts the agents that are at work, and has the runtime for those that start runs.
#[derive(Clone, Default, FromRef)]
pub struct Watch {
    alive: Alive,
    own: Own,
}

/// The runtime of the run, which is in its state.
#[derive(Clone, Default)]
pub struct Own(Arc<Mutex<Option<Runtime<Watch>>>>);

#[derive(Clone, Default)]
pub struct Alive(Arc<AtomicUsize>);

struct Guard(Alive);

impl Watch {
    pub fn alive(&self) -> usize {
        self.alive.0.load(SeqCst)
    }

    /// Says what inner runs run on; `None` at the end, or the two would hold one another for ever.
    pub fn runs_on(&self, runtime: Option<Runtime<Watch>>) {
        *self.own.0.lock().unwrap_or_else(PoisonError::into_inner) = runtime;
    }
}

impl Alive {
    fn enter(self) -> Guard {
        self.0.fetch_add(1, SeqCst);
        Guard(self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

static BROKEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What an agent saw that it must never see.
pub fn broken() -> Vec<String> {
    BROKEN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn breaks(what: String) {
    BROKEN.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

async fn act(leaf: Leaf, attempt: u32, alive: Alive) -> Result<Reply, String> {
    let _guard = alive.enter();
    if leaf.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(leaf.delay_ms)).await;
    }
    if leaf.fate == Fate::Hang {
        std::future::pending::<()>().await;
    }
    answer(leaf, attempt)
}

fn answer(leaf: Leaf, attempt: u32) -> Result<Reply, String> {
    let id = leaf.seat.id;
    let done = |seat| serde_json::to_string(&Done::at(seat)).map_err(|error| error.to_string());
    match leaf.fate {
        Fate::Answer => Ok(Reply::new(done(leaf.seat)?)),
        Fate::Flaky if attempt > 1 => Ok(Reply::new(done(leaf.seat)?)),
        Fate::Flaky | Fate::Error | Fate::Hang => Err(format!("leaf {id} fails")),
        Fate::Panic => panic!("leaf {id} panics"),
        Fate::Drift => Ok(Reply::new(format!(r#"{{"seat":{id},"children":"none"}}"#))),
        Fate::Fragment => Ok(Reply::new(done(leaf.seat)?).finish(FinishReason::Length)),
        Fate::Nonsense => Ok(Reply::new("Sure! Here is what you asked for:")),
    }
}

#[agent(output = Done, timeout = "2s", retries = 1)]
async fn work(leaf: Leaf, cx: Context, State(alive): State<Alive>) -> Result<Reply, String> {
    act(leaf, cx.attempt(), alive).await
}

#[agent(output = Done, timeout = "2s", retries = 1)]
async fn left(pair: Pair, cx: Context, State(alive): State<Alive>) -> Result<Reply, String> {
    act(pair.left, cx.attempt(), alive).await
}

#[agent(output = Done, timeout = "2s", retries = 1)]
async fn right(pair: Pair, cx: Context, State(alive): State<Alive>) -> Result<Reply, String> {
    act(pair.right, cx.attempt(), alive).await
}

#[agent(blocking, output = Done, retries = 1)]
fn compute(leaf: Leaf, cx: Context, State(alive): State<Alive>) -> Result<Reply, String> {
    let _guard = alive.enter();
    answer(leaf, cx.attempt())
}

#[agent(role = critic)]
async fn again(rounds: Rounds) -> Rounds {
    Rounds { made: rounds.made + 1, ..rounds }
}

#[agent(role = planner)]
async fn open(group: Group) -> Group {
    group
}

#[agent]
async fn keep(pair: Pair) -> Pair {
    pair
}

/// What a barrier hands on where all have to succeed.
#[contract]
pub struct Whole {
    pub seat: Seat,
    pub done: Vec<Done>,
}

#[agent(role = aggregator)]
async fn whole(Whole { seat, done }: Whole) -> Done {
    let seats: Vec<_> = done.iter().map(|done| (done.seat.place, done.seat.of)).collect();
    let all: Vec<_> = (0..done.len()).map(|place| (place, done.len())).collect();
    if seats != all {
        breaks(format!("an aggregator behind `barrier(all)` was given {seats:?}"));
    }
    Done { seat, children: done, failed: Vec::new() }
}

/// What a barrier hands on that tolerates failures.
#[contract]
pub struct Tally {
    pub seat: Seat,
    pub done: Partial<Done>,
}

#[agent(role = aggregator)]
async fn tally(Tally { seat, done }: Tally) -> Done {
    let in_order =
        done.results().zip(done.results().skip(1)).all(|(one, next)| one.seat.place < next.seat.place);
    let failed: Vec<_> = done.failures().map(Failed::of).collect();
    let failed_in_order = failed.windows(2).all(|pair| pair[0].task < pair[1].task);
    let told_twice = done.results().any(|done| failed.iter().any(|failed| failed.task == done.seat.place));
    if !in_order || !failed_in_order || told_twice || done.results().any(|one| one.seat.of != done.total()) {
        breaks(format!("an aggregator was given {done:?}"));
    }
    Done { seat, children: done.into_results(), failed }
}

#[agent(role = aggregator)]
async fn both((left, right): (Done, Done)) -> Done {
    if (left.seat.place, right.seat.place) != (0, 1) {
        breaks(format!("a join handed on {left:?} and {right:?}"));
    }
    Done::at(left.seat)
}

/// A chain in a fan-out needs a second link.
#[agent]
async fn file(done: Done) -> Done {
    done
}

/// Only a tree that is deeper than the pipelines would get here.
#[agent]
async fn stray(node: Node) -> Result<Done, String> {
    Err(format!("{node:?} is too deep"))
}

fn patched(node: &Node, failure: &TaskFailure) -> Done {
    Done { failed: vec![Failed::of(failure)], ..Done::at(node.seat().clone()) }
}

pub mod level0 {
    use super::*;

    pipeline! { pub node(Node) -> Done { match { Node::Leaf(leaf) => work, Node::Thread(leaf) => compute, _ => stray } } }
}

/// A level of the tree over another.
macro_rules! level {
    ($name:ident over $below:ident, by $begin:ident) => {
        pub mod $name {
            use super::*;
            use super::$below::node as below;

            #[agent]
            pub async fn $begin(inner: Inner, State(own): State<Own>) -> Result<Done, PipelineError> {
                let runtime = own.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let runtime = runtime.expect("there until the last run has ended");
                let done = runtime.run(below, *inner.node).await?.payload;
                Ok(Done { children: vec![done], ..Done::at(inner.seat) })
            }

            pipeline! {
                pub node(Node) -> Done {
                    match {
                        Node::Leaf(leaf) => work,
                        Node::Thread(leaf) => compute,
                        Node::Inner(inner) => $begin,
                        Node::All(group) => open as group
                            => fan_out(children, max = 8) below
                            => barrier(all)
                            => map(|done| Whole { seat: group.seat, done })
                            => whole,
                        Node::Most(group) => open as group
                            => fan_out(children, max = 8) below
                            => barrier(at_least = 60%)
                            => map(|done| Tally { seat: group.seat, done })
                            => tally,
                        Node::Settled(group) => open as group
                            => fan_out(|group| group.children, max = 8, label = |node| node.seat().id) below
                            => barrier(settled)
                            => map(|done| Tally { seat: group.seat, done })
                            => tally,
                        Node::First(group) => open as group
                            => fan_out(children, max = 8, concurrency = 3) below
                            => barrier(first = 1)
                            => map(|done| Tally { seat: group.seat, done })
                            => tally,
                        Node::Deadline(group) => open as group
                            => fan_out(children, max = 8) below
                            => barrier(settled, deadline = "1s")
                            => map(|done| Tally { seat: group.seat, done })
                            => tally,
                        Node::Recovered(group) => open as group
                            => fan_out(children, max = 8, recover = patched) below
                            => barrier(all)
                            => map(|done| Whole { seat: group.seat, done })
                            => whole,
                        Node::Chained(group) => open as group
                            => fan_out(children, max = 8) { below => file }
                            => barrier(all)
                            => map(|done| Whole { seat: group.seat, done })
                            => whole,
                        Node::Both(pair) => keep as pair
                            => join(left, right)
                            => both
                            => map(|done| Done { seat: pair.seat, ..done })
                            => file,
                        Node::Either(pair) => keep as pair
                            => left or right
                            => map(|done| Done { seat: pair.seat, ..done })
                            => file,
                        Node::Fastest(pair) => keep as pair
                            => race(left, right)
                            => map(|won| Done { children: vec![won], ..Done::at(pair.seat) })
                            => file,
                        Node::Rounds(rounds) => repeat(max = 3, until = |rounds| rounds.made == rounds.needed) { again }
                            => map(|rounds| Done::at(rounds.seat))
                            => file,
                    }
                }
            }
        }
    };
}

level!(level1 over level0, by begin1);
level!(level2 over level1, by begin2);
level!(level3 over level2, by begin3);

/// Makes the attempts of all agents.
pub fn host(hosts: &mut Hosting<Watch>) {
    hosts.host::<work>();
    hosts.host::<left>();
    hosts.host::<right>();
    hosts.host::<compute>();
    hosts.host::<again>();
    hosts.host::<open>();
    hosts.host::<keep>();
    hosts.host::<whole>();
    hosts.host::<tally>();
    hosts.host::<both>();
    hosts.host::<file>();
    hosts.host::<stray>();
    hosts.host::<level1::begin1>();
    hosts.host::<level2::begin2>();
    hosts.host::<level3::begin3>();
}
