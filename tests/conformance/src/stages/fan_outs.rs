//! What stands in a fan-out, and in its parentheses.

use crate::agents::{Fate, Note, check, eager, legal, note_of, polish, read, style, write};
use crate::stages::parallel::{both, joined};
use crate::{About, Agents, STEP, Suite, Terms};
use handoff::prelude::*;

#[contract]
pub struct Notes {
    #[check(len(..=8))]
    pub notes: Vec<Note>,
}

#[contract]
pub struct Groups {
    #[check(len(..=4))]
    pub groups: Vec<Notes>,
}

#[contract]
pub enum Part {
    Text(Note),
    Image(Note),
}

#[contract]
pub struct Parts {
    #[check(len(..=8))]
    pub parts: Vec<Part>,
}

#[agent(role = planner)]
pub async fn split(notes: Notes) -> Notes {
    notes
}

#[agent(role = planner)]
pub async fn sort(groups: Groups) -> Groups {
    groups
}

#[agent(role = planner)]
pub async fn cut(parts: Parts) -> Parts {
    parts
}

#[agent(role = aggregator)]
pub async fn merge(notes: Vec<Note>) -> String {
    notes.into_iter().map(|note| note.text).collect::<Vec<_>>().join(", ")
}

#[agent(role = aggregator)]
pub async fn merge_some(notes: Partial<Note>, cx: Context) -> String {
    let texts: Vec<_> = notes.results().map(|note| note.text.as_str()).collect();
    let failures: Vec<_> = notes.failures().map(|failure| format!("[{failure}]")).collect();
    format!("{} {} of {}, {}", texts.join(", "), failures.join(" "), notes.total(), cx.envelope().confidence)
}

#[agent(role = aggregator)]
pub async fn merge_pairs(pairs: Partial<(Note, Note)>) -> String {
    let pair = |(before, after): &(Note, Note)| format!("{} to {}", before.text, after.text);
    pairs.results().map(pair).collect::<Vec<_>>().join(", ")
}

#[agent(role = aggregator)]
pub async fn fails(notes: Vec<Note>) -> Result<String, String> {
    Err(format!("no room for {}", notes.len()))
}

fn stand_in(note: &Note, failure: &TaskFailure) -> Note {
    note.clone().with(format!("no {}: {}", note.text, failure.kind))
}

fn too_little(note: &Note, _: &TaskFailure) -> Note {
    note.clone().with("")
}

pipeline! { pub chains(Notes) -> String { split => fan_out(notes) { read => write } => barrier(all) => merge } }
pipeline! { pub some_chains(Notes) -> String { split => fan_out(notes, label = |note| &note.text) { read => legal } => barrier(at_least = 2) => merge_some } }
pipeline! { pub pipelines(Notes) -> String { split => fan_out(notes) inside => barrier(all) => merge } }
pipeline! { pub inside(Note) -> Note { read => legal => polish } }
pipeline! { pub joins(Notes) -> String { split => fan_out(notes, label = |note| &note.text) { joined => polish } => barrier(settled) => merge_some } }
pipeline! { pub races(Notes) -> String { split => fan_out(notes) { read => race(legal, style) => polish } => barrier(settled) => merge_some } }
pipeline! { pub joins_inline(Notes) -> String { split => fan_out(notes) { read => join(legal, style) => both } => barrier(all) => merge } }
pipeline! { pub nested_fan_outs(Groups) -> Vec<String> { sort => fan_out(groups) chains => barrier(all) } }
pipeline! { pub some_nested(Groups) -> Partial<String> { sort => fan_out(groups, concurrency = 1) some_chains => barrier(settled) } }
pipeline! { pub ways(Parts) -> String { cut => fan_out(parts) { match { Part::Text(note) => read, Part::Image(note) => legal => polish } } => barrier(all) => merge } }
pipeline! { pub pairs(Notes) -> String { split => fan_out(notes, keep) legal => barrier(settled) => merge_pairs } }
pipeline! { pub recovered(Notes) -> String { split => fan_out(notes, recover = stand_in, label = |note| &note.text) { read => legal } => barrier(settled) => merge_some } }
pipeline! { pub badly_recovered(Notes) -> String { split => fan_out(notes, recover = too_little) legal => barrier(settled) => merge_some } }
pipeline! { pub in_turn(Notes) -> String { split => fan_out(notes, concurrency = 1) legal => barrier(settled, deadline = "900ms") => merge_some } }
pipeline! { pub some_at_once(Notes) -> String { split => fan_out(notes, concurrency = 2) legal => barrier(first = 2) => merge_some } }
pipeline! { pub chosen(Notes) -> String {
    split => fan_out(|all| all.notes.into_iter().filter(|note| note.text != "b").collect(), max = 3) check => barrier(all) => merge
} }
pipeline! { pub retried(Notes) -> String { split => fan_out(notes) eager => barrier(all) => merge } }
pipeline! { pub lost(Notes) -> String { split => fan_out(notes) legal => barrier(all) => fails } }
pipeline! { pub unnamable(Notes) -> String { split => fan_out(notes, label = |note| note.text.parse::<u8>().expect("a number")) legal => barrier(all) => merge } }
pipeline! { pub at_once(Notes) -> Partial<Note> { fan_out(notes) legal => barrier(settled) } }
pipeline! { pub narrowed(Notes) -> String { split => fan_out(notes) legal => barrier(settled) => gate(confidence >= 0.7) => merge_some } }

/// Notes `a`, `b` and so on, each with what is done with it.
pub fn notes(acts: &[&[(&str, Fate)]]) -> Notes {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    Notes { notes: acts.iter().zip(names).map(|(acts, name)| note_of(name, acts)).collect() }
}

/// Notes that `legal` does this with.
pub fn legally(fates: &[Fate]) -> Notes {
    let acts: Vec<_> = fates.iter().map(|fate| [("legal", *fate)]).collect();
    notes(&acts.iter().map(|acts| &acts[..]).collect::<Vec<_>>())
}

const WELL: &[(&str, Fate)] = &[];

pub(crate) fn each(suite: &mut impl Suite) {
    tasks(suite);
    options(suite);
}

fn tasks(suite: &mut impl Suite) {
    let about = |what| About::new("what a task is", what);
    suite.case(about("a chain"), chains, notes(&[WELL, &[("read", Fate::After(2))], WELL]));
    suite.case(
        about("a chain, its end fails"),
        chains,
        notes(&[WELL, &[("read", Fate::After(2)), ("write", Fate::Final)], &[("read", Fate::After(4))]]),
    );
    suite.case(
        about("a chain, one tries again"),
        chains,
        notes(&[WELL, &[("write", Fate::Flaky)], &[("write", Fate::Flawed)]]),
    );
    suite.case(
        about("chains, of which some fail"),
        some_chains,
        legally(&[Fate::Well, Fate::After(2), Fate::Error]),
    );
    suite.case(
        about("chains, of which too many fail"),
        some_chains,
        legally(&[Fate::Well, Fate::ErrorAfter(2), Fate::Panic]),
    );
    suite.case(about("a pipeline"), pipelines, legally(&[Fate::Warn, Fate::After(2), Fate::Warn]));
    suite.case(
        about("a pipeline fails"),
        pipelines,
        legally(&[Fate::Well, Fate::After(4), Fate::ErrorAfter(2)]),
    );
    suite.case(
        about("a pipeline with a join"),
        joins,
        notes(&[WELL, &[("style", Fate::Error)], &[("legal", Fate::After(2))]]),
    );
    suite.case(about("stages with a join"), joins_inline, notes(&[WELL, &[("style", Fate::After(2))]]));
    suite.case(
        about("stages with a join fail"),
        joins_inline,
        notes(&[WELL, &[("style", Fate::ErrorAfter(2))]]),
    );
    suite.case(
        about("stages with a race"),
        races,
        notes(&[
            &[("legal", Fate::After(2)), ("style", Fate::After(4))],
            &[("legal", Fate::Error), ("style", Fate::ErrorAfter(1))],
            &[("legal", Fate::Hang), ("style", Fate::After(3))],
        ]),
    );
    let groups =
        |groups: &[&[&[(&str, Fate)]]]| Groups { groups: groups.iter().map(|acts| notes(acts)).collect() };
    suite.case(
        about("a fan-out"),
        nested_fan_outs,
        groups(&[&[WELL, WELL], &[&[("read", Fate::After(2))]], &[WELL, WELL, WELL]]),
    );
    suite.case(
        about("a fan-out fails"),
        nested_fan_outs,
        groups(&[
            &[WELL, WELL],
            &[WELL, &[("read", Fate::After(2)), ("write", Fate::Final)]],
            &[&[("read", Fate::After(4))]],
        ]),
    );
    suite.case(about("a fan-out is empty"), nested_fan_outs, groups(&[&[]]));
    suite.case(
        about("fan-outs in turn, some fail"),
        some_nested,
        groups(&[
            &[WELL, WELL, &[("legal", Fate::Error)]],
            &[WELL, &[("read", Fate::ErrorAfter(2))]],
            &[WELL, &[("legal", Fate::After(2))]],
        ]),
    );
    let part = |loud: bool, acts: &[(&str, Fate)]| {
        if loud { Part::Image(note_of("i", acts)) } else { Part::Text(note_of("t", acts)) }
    };
    suite.case(
        about("a `match`"),
        ways,
        Parts { parts: vec![part(false, WELL), part(true, &[("legal", Fate::After(2))]), part(false, WELL)] },
    );
    suite.case(
        about("a way of a `match` fails"),
        ways,
        Parts {
            parts: vec![part(false, WELL), part(true, &[("legal", Fate::After(2)), ("polish", Fate::Error)])],
        },
    );
}

fn options(suite: &mut impl Suite) {
    let about = |what| About::new("what is said of a fan-out", what);
    suite.case(about("`keep`"), pairs, legally(&[Fate::Well, Fate::Error, Fate::After(1)]));
    suite.case(about("`recover`, and a label"), recovered, legally(&[Fate::Well, Fate::Error, Fate::Panic]));
    suite.case(
        about("`recover` makes what breaks its contract"),
        badly_recovered,
        legally(&[Fate::Well, Fate::Error]),
    );
    suite.case(
        about("`concurrency = 1`, and a deadline"),
        in_turn,
        legally(&[Fate::After(1), Fate::After(2), Fate::After(9), Fate::Well]),
    );
    suite.case(
        about("`concurrency = 2`, the first two"),
        some_at_once,
        legally(&[Fate::After(4), Fate::Error, Fate::After(1), Fate::After(2), Fate::Well]),
    );
    suite.case(about("items by a closure"), chosen, notes(&[WELL, WELL, WELL]));
    suite.case(about("more items by a closure than may be"), chosen, notes(&[WELL, WELL, WELL, WELL, WELL]));
    suite.case(
        about("each tries again"),
        retried,
        notes(&[&[("eager", Fate::Flaky)], &[("eager", Fate::Flawed)]]),
    );
    suite.case(
        about("one has tried often enough"),
        retried,
        notes(&[&[("eager", Fate::After(4))], &[("eager", Fate::Error)], &[("eager", Fate::After(4))]]),
    );
    suite.case(about("what follows fails"), lost, legally(&[Fate::Well, Fate::Warn, Fate::Warn]));
    suite.case(about("a label panics"), unnamable, legally(&[Fate::Well, Fate::Well]));
    suite.case(about("nothing before it"), at_once, legally(&[Fate::Well, Fate::Drift, Fate::Hang]));
    suite.case(
        about("a gate after it that is passed"),
        narrowed,
        legally(&[Fate::Well, Fate::Error, Fate::Well, Fate::Well]),
    );
    suite.case(
        about("a gate after it that is not passed"),
        narrowed,
        legally(&[Fate::Well, Fate::Error, Fate::Panic, Fate::Well]),
    );
    let limited = Terms {
        runtime: Some(|builder| builder.limits(Limits::default().tasks_in_flight(1))),
        ..Terms::default()
    };
    suite.case(
        About { terms: limited, ..about("one task in flight, for the whole runtime") },
        pairs,
        legally(&[Fate::After(1), Fate::Error, Fate::After(1)]),
    );
    let cut = Terms { deadline: Some(STEP * 4), ..Terms::default() };
    suite.case(
        About { terms: cut, ..about("the deadline of the run passes") },
        chains,
        notes(&[WELL, &[("write", Fate::Hang)], &[("read", Fate::After(2))]]),
    );
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<split>();
    agents.agent::<sort>();
    agents.agent::<cut>();
    agents.agent::<merge>();
    agents.agent::<merge_some>();
    agents.agent::<merge_pairs>();
    agents.agent::<fails>();
}
