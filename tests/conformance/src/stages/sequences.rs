//! Stages one after the other: chains, `map`, `gate`, `match`, `or`, `repeat`, pipelines in pipelines.

use crate::agents::{Fate, act, json};
use crate::agents::{
    Note, brief, check, eager, grind, lively, note, note_of, polish, read, sign, simple, typed, write,
};
use crate::{About, Agents, STEP, Suite, Terms};
use handoff::prelude::*;

#[contract]
pub struct Rated {
    pub text: String,
    #[confidence]
    pub rating: f64,
}

/// Is as sure as the text is long: a tenth for each character.
#[agent]
pub async fn rate(note: Note) -> Rated {
    #[allow(clippy::cast_precision_loss)] // a few characters
    let rating = note.text.len() as f64 / 10.0;
    Rated { rating: rating.min(1.0), text: note.text }
}

#[agent]
pub async fn publish(rated: Rated, cx: Context) -> String {
    format!("{} ({})", rated.text, cx.envelope().confidence)
}

#[contract]
pub enum Route {
    Plain(Note),
    Loud(Note),
    Parts(Vec<Note>),
    Stop,
}

#[agent(role = router)]
pub async fn route(note: Note, cx: Context) -> Route {
    cx.warn("routed");
    match note.text.as_str() {
        "stop" => Route::Stop,
        "parts" => Route::Parts(vec![note.clone().with("a"), note.with("b")]),
        text if text.ends_with('!') => Route::Loud(note),
        _ => Route::Plain(note),
    }
}

#[agent]
pub async fn first_of(notes: Vec<Note>) -> Result<Note, &'static str> {
    notes.into_iter().next().ok_or("there is none")
}

#[agent]
pub async fn any(route: Route) -> Note {
    note_of(&format!("{route:?}").to_lowercase(), &[])
}

#[contract]
pub struct Draft {
    pub note: Note,
    pub round: u32,
    /// When it is good.
    pub good: u32,
}

#[agent(role = critic, output = Draft, timeout = "5s")]
pub async fn judge(draft: Draft, cx: Context) -> Result<Reply, BoxError> {
    let fate = if draft.round == 1 { draft.note.fate_of("judge") } else { Fate::Well };
    let judged = Draft { round: draft.round + 1, ..draft };
    act(fate, &cx, json(&judged), "{}".to_owned()).await
}

#[agent]
pub async fn revise(draft: Draft) -> Draft {
    let text = format!("{} r{}", draft.note.text, draft.round);
    Draft { note: draft.note.with(text), ..draft }
}

fn oh_no(note: &Note) -> bool {
    assert!(!note.text.contains("panic"), "oh no");
    note.text.contains("guard")
}

pipeline! { pub chain(Note) -> Note { read => write => polish } }
pipeline! { pub outspoken(Note) -> Note { read => eager => sign } }
pipeline! { pub typing(Note) -> Note { typed => sign } }
pipeline! { pub short(Note) -> Note { read => brief => polish } }
pipeline! { pub watched(Note) -> Note { lively } }
pipeline! { pub ground(Note) -> Note { grind => read } }
pipeline! { pub mapped(Note) -> Note {
    read => map(|note| { assert!(!oh_no(&note)); let text = note.text.to_uppercase(); note.with(text) }) => polish
} }
pipeline! { pub gated(Note) -> String { rate => gate(confidence >= 0.5) => publish } }
pipeline! { pub routed(Note) -> Note {
    route => match {
        Route::Plain(note) if oh_no(&note) => read => polish,
        Route::Plain(note) => read,
        Route::Loud(note) => write,
        Route::Parts(parts) => first_of,
        _ => any,
    } => check
} }
pipeline! { pub either(Note) -> Note { write or simple => check } }
pipeline! { pub last_resort(Note) -> Note { chain or outspoken => check } }
pipeline! { pub looped(Draft) -> Draft { repeat(max = 3, until = |draft| draft.round >= draft.good) { judge => revise } } }
pipeline! { pub looped_or_last(Draft) -> Draft {
    repeat(max = 2, until = |draft, round| { assert!(draft.good < 90, "oh no"); round >= draft.good }, else = last) { judge => revise } => judge
} }
pipeline! { pub outer(Note) -> Note { read => chain => check } }
pipeline! { pub named(Note) -> Note { read as first => write => map(|note| note.with(first.text)) => polish } }

fn draft(good: u32, acts: &[(&str, Fate)]) -> Draft {
    Draft { note: note(acts), round: 0, good }
}

pub(crate) fn each(suite: &mut impl Suite) {
    chains(suite);
    choices(suite);
    loops(suite);
}

fn chains(suite: &mut impl Suite) {
    let about = |what| About::new("agents in a row", what);
    for (what, fate) in [
        ("all do well", Fate::Well),
        ("one warns", Fate::Warn),
        ("one takes its time", Fate::After(3)),
        ("one fails at first", Fate::Flaky),
        ("one breaks its contract at first", Fate::Flawed),
        ("one has to wait before it tries again", Fate::Busy),
        ("one fails, twice", Fate::Error),
        ("one fails for good", Fate::Final),
        ("one panics", Fate::Panic),
        ("one hangs, twice", Fate::Hang),
        ("one breaks its contract", Fate::Drift),
        ("one replies with the wrong type", Fate::WrongType),
        ("one replies with nothing", Fate::Nothing),
        ("one reply is cut off", Fate::Cut),
    ] {
        suite.case(about(what), chain, note(&[("write", fate)]));
    }
    suite.case(about("the first fails"), chain, note(&[("read", Fate::Error)]));
    suite.case(about("the last fails"), chain, note(&[("polish", Fate::Error)]));
    suite.case(about("what it is handed breaks its contract"), chain, note_of("", &[]));
    suite.case(about("no pauses between attempts"), outspoken, note(&[("eager", Fate::Flaky)]));
    suite.case(about("three attempts fail"), outspoken, note(&[("eager", Fate::Error)]));
    suite.case(about("a value is returned, and no reply"), typing, note(&[]));
    suite.case(about("a value breaks its contract at first"), typing, note(&[("typed", Fate::Flawed)]));
    suite.case(about("a value breaks its contract"), typing, note(&[("typed", Fate::Drift)]));
    suite.case(about("within its budgets"), short, note(&[]));
    suite.case(about("over the budget of what it hands on"), short, note(&[("brief", Fate::Long)]));
    suite.case(about("over the budget of whom it is handed to"), short, note(&[("read", Fate::Long)]));
    suite.case(about("it shows no sign of life"), watched, note(&[("lively", Fate::Hang)]));
    suite.case(about("it shows none, and is quick"), watched, note(&[("lively", Fate::After(3))]));
    suite.case(about("on a thread of its own"), ground, note(&[]));
    suite.case(about("on a thread, it fails at first"), ground, note(&[("grind", Fate::Flaky)]));
    suite.case(about("on a thread, it fails"), ground, note(&[("grind", Fate::Error)]));
    suite.case(about("on a thread, it panics"), ground, note(&[("grind", Fate::Panic)]));
    suite.case(about("on a thread, it breaks its contract"), ground, note(&[("grind", Fate::Drift)]));
    suite.case(about("a pipeline among them"), outer, note(&[]));
    suite.case(about("a pipeline among them fails"), outer, note(&[("polish", Fate::Error)]));
    suite.case(about("an output with a name"), named, note(&[]));
}

fn choices(suite: &mut impl Suite) {
    let about = |what| About::new("`map`, `gate`, `match`, `or`", what);
    suite.case(about("`map`"), mapped, note(&[]));
    suite.case(about("`map` panics"), mapped, note_of("panic", &[]));
    suite.case(about("a gate that is passed"), gated, note_of("long enough", &[]));
    suite.case(about("a gate that is passed just so"), gated, note_of("five5", &[]));
    suite.case(about("a gate that is not passed"), gated, note_of("x", &[]));
    let strict = Terms {
        runtime: Some(|builder| builder.min_confidence(Confidence::new(0.9).expect("a confidence"))),
        ..Terms::default()
    };
    suite.case(
        About { terms: strict, ..about("a gate that the runtime has raised") },
        gated,
        note_of("five5", &[]),
    );
    for (what, text) in [
        ("`match`, one way", "x"),
        ("`match`, by a guard", "guard"),
        ("`match`, another way", "x!"),
        ("`match`, with a list", "parts"),
        ("`match`, whatever is left", "stop"),
        ("`match`, a guard panics", "panic"),
    ] {
        suite.case(about(what), routed, note_of(text, &[]));
    }
    suite.case(about("`match`, an agent fails"), routed, note_of("x!", &[("write", Fate::Final)]));
    for (what, acts) in [
        ("`or`, the first does well", &[][..]),
        ("`or`, the first fails", &[("write", Fate::Final)]),
        ("`or`, the first panics", &[("write", Fate::Panic)]),
        ("`or`, the first breaks its contract", &[("write", Fate::Drift)]),
        ("`or`, both fail", &[("write", Fate::Final), ("simple", Fate::Error)]),
    ] {
        suite.case(about(what), either, note(acts));
    }
    suite.case(about("`or`, a pipeline fails"), last_resort, note(&[("polish", Fate::Error)]));
    let ended = Terms { deadline: Some(STEP * 5), ..Terms::default() };
    suite.case(
        About { terms: ended, ..about("`or`, the end of the run is no failure") },
        last_resort,
        note(&[("polish", Fate::Hang)]),
    );
}

fn loops(suite: &mut impl Suite) {
    let about = |what| About::new("`repeat`", what);
    suite.case(about("good after a round"), looped, draft(1, &[]));
    suite.case(about("good in the last round"), looped, draft(3, &[]));
    suite.case(about("never good"), looped, draft(9, &[]));
    suite.case(about("never good, `else = last`"), looped_or_last, draft(9, &[]));
    suite.case(about("good in time, `else = last`"), looped_or_last, draft(1, &[]));
    suite.case(about("an agent fails in the second round"), looped, draft(3, &[("judge", Fate::Error)]));
    suite.case(about("an agent hangs in the second round"), looped, draft(3, &[("judge", Fate::Hang)]));
    suite.case(about("`until` panics"), looped_or_last, draft(90, &[]));
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<rate>();
    agents.agent::<publish>();
    agents.agent::<route>();
    agents.agent::<first_of>();
    agents.agent::<any>();
    agents.agent::<judge>();
    agents.agent::<revise>();
}
