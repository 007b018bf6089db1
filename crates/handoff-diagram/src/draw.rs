//! What stages look like.

use crate::chart::{Chart, Line, Shape};
use crate::{Ends, Stage};

/// A pipeline as a Mermaid flowchart, from its caller and back.
#[must_use]
pub fn flowchart(ends: &Ends, stages: &[Stage]) -> String {
    let mut chart = Chart::new();
    let start = chart.node("caller", Shape::Caller, "caller");
    let (_, ways) = chain(&mut chart, stages, vec![Way::from(start, ends.takes.clone())]);
    let done = chart.node("result", Shape::Caller, "caller");
    arrive(&mut chart, ways, &done, ends.hands_on.as_deref());
    chart.finish()
}

/// An edge that begins somewhere and ends at the next stage.
#[derive(Clone)]
struct Way {
    from: String,
    line: Line,
    /// What is written on it in any case.
    says: Option<String>,
    /// What is written on it where the next stage does not say what it takes.
    carries: Option<String>,
}

impl Way {
    fn from(from: String, carries: Option<String>) -> Self {
        Self { from, line: Line::Solid, says: None, carries }
    }
}

/// Where a stage begins, and the ways out of it.
type Drawn = (Vec<String>, Vec<Way>);

fn chain(chart: &mut Chart, stages: &[Stage], mut ways: Vec<Way>) -> Drawn {
    let mut begins = Vec::new();
    for stage in stages {
        let (entries, out) = draw(chart, stage, ways);
        if begins.is_empty() {
            begins = entries;
        }
        ways = out;
    }
    (begins, ways)
}

fn draw(chart: &mut Chart, stage: &Stage, ways: Vec<Way>) -> Drawn {
    match stage {
        Stage::Agent { name, notes, ends } => {
            let mut text = name.clone();
            for note in notes {
                text.push('\n');
                text.push_str(note);
            }
            let node = chart.node(name, Shape::Agent, &text);
            arrive(chart, ways, &node, ends.takes.as_deref());
            passed(node, ends.hands_on.clone())
        }
        Stage::Pipeline { name, ends: _, stages } if !stages.is_empty() => {
            chart.open(name, name);
            let drawn = chain(chart, stages, ways);
            chart.close();
            drawn
        }
        Stage::Pipeline { name, ends, stages: _ } => {
            let agent = Stage::Agent { name: name.clone(), notes: Vec::new(), ends: ends.clone() };
            draw(chart, &agent, ways)
        }
        Stage::Gate { condition } => {
            let carries = common(&ways);
            passed(meet(chart, ways, "gate", Shape::Decision, condition), carries)
        }
        Stage::FanOut { title, stages, barrier, hands_on } => {
            chart.open("fan_out", title);
            let (begins, ways) = chain(chart, stages, ways);
            chart.close();
            let node = meet(chart, ways, "barrier", Shape::Meeting, barrier);
            (begins, vec![Way::from(node, hands_on.clone())])
        }
        Stage::Match { arms } => {
            let node = meet(chart, ways, "route", Shape::Decision, "match");
            let mut out = Vec::new();
            for (pattern, stages) in arms {
                let way = Way { says: Some(pattern.clone()), ..Way::from(node.clone(), None) };
                out.append(&mut chain(chart, stages, vec![way]).1);
            }
            (vec![node], out)
        }
        Stage::Repeat { title, stages } => {
            chart.open("repeat", title);
            let (begins, out) = chain(chart, stages, ways);
            chart.close();
            for way in &out {
                for begin in &begins {
                    chart.edge(&way.from, begin, Line::Dotted, Some("again"));
                }
            }
            (begins, out)
        }
        Stage::Join { branches } => {
            let (begins, met) = side_by_side(chart, branches, &ways);
            let node = meet(chart, met, "join", Shape::Meeting, "join");
            (begins, vec![Way::from(node, None)])
        }
        Stage::Race { branches } => {
            let (begins, met) = side_by_side(chart, branches, &ways);
            let carries = common(&met);
            let node = meet(chart, met, "race", Shape::Meeting, "race: the first to succeed");
            (begins, vec![Way::from(node, carries)])
        }
        Stage::Branch { optional: false, stages } => chain(chart, stages, ways),
        Stage::Branch { optional: true, stages } => {
            let dotted = |way| Way { line: Line::Dotted, says: Some("optional".to_owned()), ..way };
            chain(chart, stages, ways.into_iter().map(dotted).collect())
        }
        Stage::Or { attempts } => or(chart, attempts, ways),
        Stage::Map { text } => passed(meet(chart, ways, "map", Shape::Function, text), None),
    }
}

/// Branches that begin with the same.
fn side_by_side(chart: &mut Chart, branches: &[Stage], ways: &[Way]) -> Drawn {
    let (mut begins, mut met) = (Vec::new(), Vec::new());
    for branch in branches {
        let (mut entries, mut out) = draw(chart, branch, ways.to_vec());
        begins.append(&mut entries);
        met.append(&mut out);
    }
    (begins, met)
}

/// Each attempt begins where the one before it has failed.
fn or(chart: &mut Chart, attempts: &[Stage], mut ways: Vec<Way>) -> Drawn {
    let (mut begins, mut out) = (Vec::new(), Vec::new());
    for attempt in attempts {
        let (entries, mut ends) = draw(chart, attempt, ways);
        ways = Vec::new();
        for end in &ends {
            let says = Some("if it fails".to_owned());
            ways.push(Way { line: Line::Dotted, says, ..Way::from(end.from.clone(), None) });
        }
        if begins.is_empty() {
            begins = entries;
        }
        out.append(&mut ends);
    }
    (begins, out)
}

/// A stage that is one node.
fn passed(node: String, carries: Option<String>) -> Drawn {
    (vec![node.clone()], vec![Way::from(node, carries)])
}

/// Adds a node at which ways end that say themselves what they carry.
fn meet(chart: &mut Chart, ways: Vec<Way>, name: &str, shape: Shape, text: &str) -> String {
    let node = chart.node(name, shape, text);
    arrive(chart, ways, &node, None);
    node
}

/// Ends the ways at a node.
fn arrive(chart: &mut Chart, ways: Vec<Way>, node: &str, takes: Option<&str>) {
    for Way { from, line, says, carries } in ways {
        chart.edge(&from, node, line, says.as_deref().or(takes).or(carries.as_deref()));
    }
}

/// What all ways carry, if that is the same.
fn common(ways: &[Way]) -> Option<String> {
    let (first, rest) = ways.split_first()?;
    rest.iter().all(|way| way.carries == first.carries).then(|| first.carries.clone())?
}
