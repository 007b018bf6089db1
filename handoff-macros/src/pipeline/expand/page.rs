//! The pipeline's page: its diagram, and who is handed what. As much as can be read off: what agents
//! declare stands on their own pages.

use crate::errors::shown;
use crate::pipeline::check::{Gather, Node};
use crate::pipeline::syntax::{Header, Rule};
use handoff_diagram::{Ends, Stage, flowchart};
use syn::Path;
use syn::ext::IdentExt as _;

/// What follows on what the user has written of the pipeline.
pub(super) fn text(header: &Header, nodes: &[Node]) -> String {
    let ends = Ends { takes: Some(type_of(&header.input)), hands_on: Some(type_of(&header.output)) };
    let stages: Vec<_> = nodes.iter().map(drawn).collect();
    let mut table = Table { rows: String::new(), carried: code(&type_of(&header.input)) };
    nodes.iter().for_each(|node| table.stage(node));
    let Table { rows, .. } = table;
    let (chart, name) = (flowchart(&ends, &stages), header.ident.unraw());
    let output = code(&type_of(&header.output));
    format!(
        "\n\n```mermaid\n{chart}```\n\n| stage | is handed |\n|---|---|\n{rows}| the caller | {output} |\n\n\
         `{name}.describe()` has the rest: roles, budgets, every contract."
    )
}

fn drawn(node: &Node) -> Stage {
    match node {
        Node::Agent { path, .. } => agent(path),
        Node::Gate { threshold, .. } => {
            Stage::Gate { condition: format!("confidence ≥ {}", spelled(threshold)) }
        }
        Node::Gather(gather) => Stage::FanOut {
            title: title(gather),
            stages: vec![agent(&gather.agent)],
            barrier: barrier(&gather.rule),
            hands_on: None,
        },
    }
}

fn agent(path: &Path) -> Stage {
    Stage::Agent { name: name(path), notes: Vec::new(), ends: Ends::default() }
}

fn title(gather: &Gather) -> String {
    let max = gather.max.as_ref().map(|max| format!(", max = {}", spelled(max)));
    format!("fan_out({}{})", spelled(&gather.field), max.unwrap_or_default())
}

fn barrier(rule: &Rule) -> String {
    let rule = match rule {
        Rule::All => "all".to_owned(),
        Rule::Settled => "settled".to_owned(),
        Rule::AtLeast(count) => format!("at_least = {}", spelled(count)),
        Rule::AtLeastPercent(percent) => format!("at_least = {}%", spelled(percent)),
    };
    format!("barrier({rule})")
}

/// Who is handed what, a row each.
struct Table {
    rows: String,
    /// What the next stage is handed.
    carried: String,
}

impl Table {
    fn stage(&mut self, node: &Node) {
        match node {
            Node::Agent { path, .. } => {
                self.row(&link(path));
                self.carried = format!("what {} hands on", code(&name(path)));
            }
            Node::Gate { threshold, .. } => {
                self.row(&code(&format!("gate(confidence >= {})", spelled(threshold))));
            }
            Node::Gather(gather) => {
                let from =
                    std::mem::replace(&mut self.carried, format!("one of {}", code(&spelled(&gather.field))));
                self.rows.push_str(&format!("| {} | {from} |\n", code(&title(gather))));
                self.row(&link(&gather.agent));
                let results = match gather.rule {
                    Rule::All => "`Vec`",
                    Rule::Settled | Rule::AtLeast(_) | Rule::AtLeastPercent(_) => "`Partial`",
                };
                self.carried = format!("what each {} hands on", code(&name(&gather.agent)));
                self.row(&code(&barrier(&gather.rule)));
                self.carried = format!("a {results} of what {} hands on", code(&name(&gather.agent)));
            }
        }
    }

    fn row(&mut self, stage: &str) {
        let row = format!("| {stage} | {} |\n", self.carried);
        self.rows.push_str(&row);
    }
}

/// The agent's page, if it has one.
fn link(path: &Path) -> String {
    format!("[{}](type@{})", code(&name(path)), shown(path).replace(' ', ""))
}

fn name(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default()
}

fn type_of(ty: &syn::Type) -> String {
    spelled(ty)
}

/// Code in a cell of a table, on one line.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}

fn spelled(tokens: impl quote::ToTokens) -> String {
    shown(tokens).split_whitespace().collect::<Vec<_>>().join(" ")
}
