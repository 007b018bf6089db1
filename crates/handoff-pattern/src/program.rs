//! A pattern as steps, and the search for it.
//!
//! The search follows all ways through the steps at once (Thompson's construction), so it takes time in proportion to
//! the length of the text times the number of steps that are possible together, whatever the pattern is.

use crate::class::Class;
use crate::parse::Tree;

/// The steps of a pattern. A way through them begins at the first.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    steps: Vec<Step>,
    /// Whether every way begins at the start of the text.
    anchored: bool,
}

#[derive(Clone, Debug)]
enum Step {
    /// One character of the class, then the next step.
    Take(Class),
    /// Nothing, at the start of the text.
    Start,
    /// Nothing, at the end of the text.
    End,
    /// On at either step.
    Fork(usize, usize),
    /// On at another step.
    Jump(usize),
    /// The pattern was found.
    Found,
}

/// Where in the text the search is.
#[derive(Clone, Copy)]
struct Place {
    start: bool,
    end: bool,
}

impl Program {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut steps = Vec::new();
        push(tree, &mut steps);
        steps.push(Step::Found);
        let mut program = Self { steps, anchored: false };
        let mut ways = Ways::new(program.steps.len());
        let found = program.follow(0, Place { start: false, end: true }, &mut ways);
        program.anchored = !found && ways.list.is_empty();
        program
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        let mut ways = Ways::new(self.steps.len());
        let mut after = Ways::new(self.steps.len());
        let mut rest = text.chars();
        let mut place = Place { start: true, end: text.is_empty() };
        loop {
            if (place.start || !self.anchored) && self.follow(0, place, &mut ways) {
                return true;
            }
            let Some(character) = rest.next() else { return false };
            place = Place { start: false, end: rest.as_str().is_empty() };
            for &step in &ways.list {
                if let Step::Take(class) = &self.steps[step]
                    && class.contains(character)
                    && self.follow(step + 1, place, &mut after)
                {
                    return true;
                }
            }
            std::mem::swap(&mut ways, &mut after);
            after.clear();
            if self.anchored && ways.list.is_empty() {
                return false;
            }
        }
    }

    /// Adds what can take a character from a step on, and tells whether the pattern is found already.
    fn follow(&self, first: usize, place: Place, ways: &mut Ways) -> bool {
        ways.open.push(first);
        while let Some(index) = ways.open.pop() {
            if std::mem::replace(&mut ways.seen[index], true) {
                continue;
            }
            ways.visited.push(index);
            match &self.steps[index] {
                Step::Found => {
                    ways.open.clear();
                    return true;
                }
                Step::Take(_) => ways.list.push(index),
                Step::Start if place.start => ways.open.push(index + 1),
                Step::End if place.end => ways.open.push(index + 1),
                Step::Start | Step::End => {}
                Step::Fork(left, right) => {
                    ways.open.push(*right);
                    ways.open.push(*left);
                }
                Step::Jump(to) => ways.open.push(*to),
            }
        }
        false
    }

    /// Whether it is found in every string, because it needs no character: at the start of each, or at the end.
    pub(crate) fn allows_everything(&self) -> bool {
        let found = |start| self.follow(0, Place { start, end: !start }, &mut Ways::new(self.steps.len()));
        found(true) || found(false)
    }

    /// Whether no way leads to the end: through an empty class, `^` after a character or a character after `$`.
    pub(crate) fn allows_nothing(&self) -> bool {
        // A state is a step, whether nothing was taken yet, and whether nothing more may be.
        let mut seen = vec![false; self.steps.len() * 4];
        let mut open = vec![(0, true, false)];
        while let Some((index, start, ended)) = open.pop() {
            if std::mem::replace(&mut seen[index * 4 + usize::from(start) * 2 + usize::from(ended)], true) {
                continue;
            }
            match &self.steps[index] {
                Step::Found => return false,
                Step::Take(class) if !ended && !class.is_empty() => open.push((index + 1, false, false)),
                Step::Start if start => open.push((index + 1, true, ended)),
                Step::End => open.push((index + 1, start, true)),
                Step::Take(_) | Step::Start => {}
                Step::Fork(left, right) => {
                    open.push((*left, start, ended));
                    open.push((*right, start, ended));
                }
                Step::Jump(to) => open.push((*to, start, ended)),
            }
        }
        true
    }
}

/// The steps at which the search stands.
struct Ways {
    list: Vec<usize>,
    seen: Vec<bool>,
    visited: Vec<usize>,
    open: Vec<usize>,
}

impl Ways {
    fn new(steps: usize) -> Self {
        Self { list: Vec::new(), seen: vec![false; steps], visited: Vec::new(), open: Vec::new() }
    }

    fn clear(&mut self) {
        for &index in &self.visited {
            self.seen[index] = false;
        }
        self.visited.clear();
        self.list.clear();
    }
}

/// Adds the steps of a tree. They end where the next ones begin.
fn push(tree: &Tree, steps: &mut Vec<Step>) {
    match tree {
        Tree::Class(class) => steps.push(Step::Take(class.clone())),
        Tree::Start => steps.push(Step::Start),
        Tree::End => steps.push(Step::End),
        Tree::Sequence(parts) => {
            for part in parts {
                push(part, steps);
            }
        }
        Tree::Either(trees) => {
            let mut jumps = Vec::new();
            for (index, tree) in trees.iter().enumerate() {
                if index + 1 == trees.len() {
                    push(tree, steps);
                    break;
                }
                let fork = steps.len();
                steps.push(Step::Fork(fork + 1, fork + 1));
                push(tree, steps);
                jumps.push(steps.len());
                steps.push(Step::Jump(0));
                steps[fork] = Step::Fork(fork + 1, steps.len());
            }
            let end = steps.len();
            for jump in jumps {
                steps[jump] = Step::Jump(end);
            }
        }
        Tree::Repeat { tree, min, max } => {
            for _ in 0..*min {
                push(tree, steps);
            }
            match max {
                None => {
                    let fork = steps.len();
                    steps.push(Step::Fork(fork + 1, fork + 1));
                    push(tree, steps);
                    steps.push(Step::Jump(fork));
                    steps[fork] = Step::Fork(fork + 1, steps.len());
                }
                Some(max) => {
                    let mut forks = Vec::new();
                    for _ in *min..*max {
                        forks.push(steps.len());
                        steps.push(Step::Fork(0, 0));
                        push(tree, steps);
                    }
                    let end = steps.len();
                    for fork in forks {
                        steps[fork] = Step::Fork(fork + 1, end);
                    }
                }
            }
        }
    }
}
