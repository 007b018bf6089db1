//! The text of a flowchart: nodes and the groups that they stand in first, then the edges, because
//! Mermaid puts a node where it is first named.

use crate::label::{identifier, quoted};

/// What a node looks like.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Whoever starts a run.
    Caller,
    Agent,
    /// Where a value goes one way or another.
    Decision,
    /// Where several ways meet.
    Meeting,
    Function,
}

/// What an edge looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    Solid,
    /// A way that is not always gone.
    Dotted,
}

pub(crate) struct Chart {
    nodes: String,
    edges: String,
    depth: usize,
    /// The names that are taken, in order.
    taken: Vec<String>,
}

impl Chart {
    pub(crate) fn new() -> Self {
        Self { nodes: String::new(), edges: String::new(), depth: 1, taken: Vec::new() }
    }

    /// Adds a node in the group that is open, and gives the name by which edges know it.
    pub(crate) fn node(&mut self, name: &str, shape: Shape, text: &str) -> String {
        let name = self.name(name);
        let (opens, closes) = match shape {
            Shape::Caller => ("([", "])"),
            Shape::Agent => ("[", "]"),
            Shape::Decision => ("{", "}"),
            Shape::Meeting => ("{{", "}}"),
            Shape::Function => ("[/", "/]"),
        };
        let text = quoted(text);
        self.line(&format!("{name}{opens}{text}{closes}"));
        name
    }

    /// Opens a group: what is added up to [`close`](Self::close) stands in it.
    pub(crate) fn open(&mut self, name: &str, title: &str) -> String {
        let name = self.name(name);
        let title = quoted(title);
        self.line(&format!("subgraph {name}[{title}]"));
        self.depth += 1;
        name
    }

    pub(crate) fn close(&mut self) {
        self.depth -= 1;
        self.line("end");
    }

    pub(crate) fn edge(&mut self, from: &str, to: &str, line: Line, label: Option<&str>) {
        let line = match line {
            Line::Solid => "-->",
            Line::Dotted => "-.->",
        };
        let label = label.map(|label| format!("|{}|", quoted(label))).unwrap_or_default();
        let edge = format!("    {from} {line}{label} {to}\n");
        self.edges.push_str(&edge);
    }

    pub(crate) fn finish(self) -> String {
        format!("flowchart TD\n{}{}", self.nodes, self.edges)
    }

    fn line(&mut self, text: &str) {
        let indent = "    ".repeat(self.depth);
        let line = format!("{indent}{text}\n");
        self.nodes.push_str(&line);
    }

    /// The name, with a number if it is taken.
    fn name(&mut self, text: &str) -> String {
        let name = identifier(text);
        let mut free = name.clone();
        let mut number = 1;
        loop {
            match self.taken.binary_search(&free) {
                Ok(_) => {
                    number += 1;
                    free = format!("{name}_{number}");
                }
                Err(place) => {
                    self.taken.insert(place, free.clone());
                    return free;
                }
            }
        }
    }
}
