//! What a run is given, drawn from a seed.

use handoff::prelude::*;
use std::time::Duration;

/// Where a node stands: which one it is of its parent's children.
#[contract]
#[derive(PartialEq)]
pub struct Seat {
    pub id: u64,
    pub place: usize,
    pub of: usize,
}

/// What becomes of a leaf.
#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Answer,
    /// An error at first, an answer at the second attempt.
    Flaky,
    Error,
    Panic,
    Hang,
    /// Another type than was promised.
    Drift,
    /// Cut off by length, although it parses.
    Fragment,
    Nonsense,
}

#[contract]
pub struct Leaf {
    pub seat: Seat,
    pub delay_ms: u64,
    pub fate: Fate,
}

#[contract]
pub struct Group {
    pub seat: Seat,
    pub children: Vec<Node>,
}

#[contract]
pub struct Pair {
    pub seat: Seat,
    pub left: Leaf,
    pub right: Leaf,
}

#[contract]
pub struct Rounds {
    pub seat: Seat,
    pub needed: u32,
    pub made: u32,
}

/// What an agent runs in a run of its own.
#[contract]
pub struct Inner {
    pub seat: Seat,
    pub node: Box<Node>,
}

#[contract]
pub enum Node {
    Leaf(Leaf),
    /// A leaf that blocks its thread.
    Thread(Leaf),
    Inner(Inner),
    All(Group),
    Most(Group),
    Settled(Group),
    First(Group),
    Deadline(Group),
    Recovered(Group),
    Chained(Group),
    Both(Pair),
    Either(Pair),
    Fastest(Pair),
    Rounds(Rounds),
}

/// What came of a node.
#[contract]
#[derive(PartialEq)]
pub struct Done {
    pub seat: Seat,
    pub children: Vec<Done>,
    pub failed: Vec<Failed>,
}

#[contract]
#[derive(PartialEq)]
pub struct Failed {
    pub task: usize,
    pub agent: String,
    pub kind: String,
}

impl Done {
    pub fn at(seat: Seat) -> Self {
        Self { seat, children: Vec::new(), failed: Vec::new() }
    }
}

impl Failed {
    pub fn of(failure: &TaskFailure) -> Self {
        Self { task: failure.task, agent: failure.agent.clone(), kind: failure.kind.clone() }
    }
}

impl Node {
    pub fn seat(&self) -> &Seat {
        match self {
            Self::Leaf(leaf) | Self::Thread(leaf) => &leaf.seat,
            Self::Inner(inner) => &inner.seat,
            Self::All(group)
            | Self::Most(group)
            | Self::Settled(group)
            | Self::First(group)
            | Self::Deadline(group)
            | Self::Recovered(group)
            | Self::Chained(group) => &group.seat,
            Self::Both(pair) | Self::Either(pair) | Self::Fastest(pair) => &pair.seat,
            Self::Rounds(rounds) => &rounds.seat,
        }
    }
}

impl Node {
    /// How many nodes there are.
    pub fn size(&self) -> usize {
        match self {
            Self::Leaf(_) | Self::Thread(_) | Self::Rounds(_) => 1,
            Self::Both(_) | Self::Either(_) | Self::Fastest(_) => 3,
            Self::Inner(inner) => 1 + inner.node.size(),
            Self::All(group)
            | Self::Most(group)
            | Self::Settled(group)
            | Self::First(group)
            | Self::Deadline(group)
            | Self::Recovered(group)
            | Self::Chained(group) => 1 + group.children.iter().map(Self::size).sum::<usize>(),
        }
    }
}

/// Draws trees.
pub struct Trees {
    random: fastrand::Rng,
    next_id: u64,
    real_time: bool,
    threads: bool,
}

impl Trees {
    pub fn new(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), next_id: 0, real_time: false, threads: true }
    }

    /// Where waiting takes time, less of it.
    pub fn in_real_time(self) -> Self {
        Self { real_time: true, ..self }
    }

    /// Without leaves that block: when they end, no seed says.
    pub fn without_threads(self) -> Self {
        Self { threads: false, ..self }
    }

    pub fn tree(&mut self) -> Node {
        let seat = self.seat(0, 1);
        self.node(seat, 3)
    }

    /// When to cancel the run, if at all.
    pub fn stop(&mut self) -> Option<Duration> {
        let longest = if self.real_time { 40 } else { 4_000 };
        let stop = Duration::from_millis(self.random.u64(0..longest));
        (self.random.u32(..10) == 0).then_some(stop)
    }

    fn seat(&mut self, place: usize, of: usize) -> Seat {
        self.next_id += 1;
        Seat { id: self.next_id, place, of }
    }

    /// Under a node of the last level there are only leaves.
    fn node(&mut self, seat: Seat, levels: u32) -> Node {
        let draw = if levels == 0 { 0 } else { self.random.u32(..28) };
        match draw {
            0..4 => Node::Leaf(self.leaf(seat)),
            4..8 => Node::All(self.group(seat, levels)),
            8..10 => Node::Most(self.group(seat, levels)),
            10..13 => Node::Settled(self.group(seat, levels)),
            13..15 => Node::First(self.group(seat, levels)),
            15 => Node::Deadline(self.group(seat, levels)),
            16..18 => Node::Recovered(self.group(seat, levels)),
            18..20 => Node::Chained(self.group(seat, levels)),
            20 => Node::Both(self.pair(seat)),
            21 => Node::Either(self.pair(seat)),
            22 => Node::Fastest(self.pair(seat)),
            23 | 24 => {
                let child = self.seat(0, 1);
                Node::Inner(Inner { seat, node: Box::new(self.node(child, levels - 1)) })
            }
            25 | 26 if self.threads => Node::Thread(self.thread(seat)),
            _ => Node::Rounds(Rounds { seat, needed: self.random.u32(1..=5), made: 0 }),
        }
    }

    fn group(&mut self, seat: Seat, levels: u32) -> Group {
        // None is an empty fan-out, nine are too many.
        let of = if self.random.u32(..40) == 0 {
            *self.random.choice(&[0, 9]).unwrap_or(&0)
        } else {
            self.random.usize(1..=5)
        };
        let children = (0..of).map(|place| {
            let seat = self.seat(place, of);
            self.node(seat, levels - 1)
        });
        Group { seat, children: children.collect() }
    }

    fn pair(&mut self, seat: Seat) -> Pair {
        let (left, right) = (self.seat(0, 2), self.seat(1, 2));
        Pair { seat, left: self.leaf(left), right: self.leaf(right) }
    }

    /// It is not waited for: while a thread blocks, a clock that jumps stands still.
    fn thread(&mut self, seat: Seat) -> Leaf {
        let mut leaf = self.leaf(seat);
        if leaf.fate == Fate::Hang {
            leaf.fate = Fate::Answer;
        }
        Leaf { delay_ms: 0, ..leaf }
    }

    fn leaf(&mut self, seat: Seat) -> Leaf {
        let fate = match self.random.u32(..100) {
            0..80 => Fate::Answer,
            80..84 => Fate::Flaky,
            84..88 => Fate::Error,
            88..91 => Fate::Panic,
            91..93 => Fate::Drift,
            93..95 => Fate::Fragment,
            95..97 => Fate::Nonsense,
            // Somebody has to wait for it.
            _ if self.real_time && self.random.u32(..20) > 0 => Fate::Answer,
            _ => Fate::Hang,
        };
        let longest = if self.real_time { 10 } else { 500 };
        Leaf { seat, delay_ms: if self.random.bool() { 0 } else { self.random.u64(..longest) }, fate }
    }
}
