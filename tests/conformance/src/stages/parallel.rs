//! Different agents on the same input: `join` and `race`.

use crate::agents::{Fate, Note, check, legal, note, patient, polish, read, security, simple, style};
use crate::{About, Agents, STEP, Suite, Terms};
use handoff::prelude::*;

#[agent]
pub async fn both(two: (Note, Note)) -> Note {
    let text = format!("[{} | {}]", two.0.text, two.1.text);
    two.0.with(text)
}

#[agent]
pub async fn three(three: (Note, Note, Option<Note>), cx: Context) -> Note {
    let third = three.2.map_or("nothing".to_owned(), |note| note.text);
    let text = format!("[{} | {} | {third}] {}", three.0.text, three.1.text, cx.envelope().confidence);
    three.0.with(text)
}

pipeline! { pub joined(Note) -> Note { read => join(legal, style) => both => check } }
pipeline! { pub reviewed(Note) -> Note {
    read => join({ legal => polish }, security or simple, optional(style)) => three
} }
pipeline! { pub inner_join(Note) -> Note { join(security, style) => both } }
pipeline! { pub joined_twice(Note) -> Note { join(legal, inner_join) => both } }
pipeline! { pub raced(Note) -> Note { read => race(legal, style) => check } }
pipeline! { pub raced_ways(Note) -> Note { race({ read => legal }, security or simple, raced) => check } }
pipeline! { pub raced_patiently(Note) -> Note { race(patient, style) } }

pub(crate) fn each(suite: &mut impl Suite) {
    joins(suite);
    races(suite);
}

fn joins(suite: &mut impl Suite) {
    let about = |what| About::new("`join`", what);
    for (what, acts) in [
        ("all do well, the last first", &[("legal", Fate::After(2))][..]),
        ("one warns", &[("style", Fate::Warn)]),
        ("one fails while another is at work", &[("style", Fate::Error), ("legal", Fate::After(3))]),
        ("one fails after another has ended", &[("style", Fate::ErrorAfter(2))]),
        ("two fail, one after the other", &[("style", Fate::ErrorAfter(2)), ("legal", Fate::ErrorAfter(4))]),
        ("one panics", &[("legal", Fate::Panic), ("style", Fate::After(2))]),
        ("one hangs", &[("legal", Fate::Hang)]),
        ("one breaks its contract", &[("style", Fate::Drift), ("legal", Fate::After(2))]),
        ("the next fails", &[("check", Fate::Error)]),
    ] {
        suite.case(about(what), joined, note(acts));
    }
    for (what, acts) in [
        ("branches of stages, with fallbacks, optional", &[][..]),
        ("what is optional fails", &[("style", Fate::Error)]),
        ("what is optional hangs", &[("style", Fate::Hang)]),
        ("a fallback is needed", &[("security", Fate::Panic)]),
        ("a branch of stages fails at its end", &[("polish", Fate::ErrorAfter(1))]),
        ("a fallback fails, too", &[("security", Fate::Error), ("simple", Fate::ErrorAfter(1))]),
    ] {
        suite.case(about(what), reviewed, note(acts));
    }
    suite.case(about("a join in a join"), joined_twice, note(&[]));
    suite.case(about("a join in a join fails"), joined_twice, note(&[("style", Fate::ErrorAfter(1))]));
    let cut = Terms { deadline: Some(STEP * 4), ..Terms::default() };
    suite.case(
        About { terms: cut, ..about("the deadline of the run passes") },
        joined,
        note(&[("style", Fate::Hang), ("legal", Fate::After(1))]),
    );
}

fn races(suite: &mut impl Suite) {
    let about = |what| About::new("`race`", what);
    for (what, acts) in [
        ("the quicker wins", &[("legal", Fate::After(2)), ("style", Fate::After(4))][..]),
        ("the other is the quicker", &[("legal", Fate::After(4)), ("style", Fate::After(2))]),
        ("the quicker fails", &[("legal", Fate::After(2)), ("style", Fate::Error)]),
        ("one hangs", &[("legal", Fate::Hang), ("style", Fate::After(2))]),
        ("one breaks its contract", &[("legal", Fate::Drift), ("style", Fate::After(2))]),
        ("all fail", &[("legal", Fate::Panic), ("style", Fate::ErrorAfter(2))]),
        ("the next fails", &[("style", Fate::After(2)), ("check", Fate::Error)]),
    ] {
        suite.case(about(what), raced, note(acts));
    }
    for (what, acts) in [
        (
            "stages, fallbacks and pipelines",
            &[
                ("legal", Fate::After(8)),
                ("security", Fate::Error),
                ("simple", Fate::After(3)),
                ("style", Fate::After(6)),
            ][..],
        ),
        (
            "a race in a race fails",
            &[
                ("legal", Fate::ErrorAfter(3)),
                ("security", Fate::Error),
                ("simple", Fate::ErrorAfter(1)),
                ("style", Fate::ErrorAfter(5)),
            ],
        ),
    ] {
        suite.case(about(what), raced_ways, note(acts));
    }
    suite.case(
        about("a pause is not waited for"),
        raced_patiently,
        note(&[("patient", Fate::Error), ("style", Fate::After(3))]),
    );
    suite.case(
        about("what is cancelled in its first attempt"),
        raced_patiently,
        note(&[("patient", Fate::Hang), ("style", Fate::After(2))]),
    );
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<both>();
    agents.agent::<three>();
}
