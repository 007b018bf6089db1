//! What is asked outside: alone, beside others, in fan-outs before each barrier.

use crate::agents::{Fate, Note, brief, check, legal, note, polish, read, simple, style};
use crate::stages::fan_outs::{Notes, merge, merge_some, notes, split};
use crate::stages::parallel::{both, three};
use crate::{About, STEP, Suite, Terms};
use handoff::prelude::*;

#[agent(signal, timeout = "5s")]
pub async fn approval(note: Note) -> Note;

/// Is to be short.
#[agent(signal, timeout = "5s", max_output_tokens = 80)]
pub async fn remark(note: Note) -> Note;

/// May take any time.
#[agent(signal, timeout = "none")]
pub async fn go(note: Note) -> Note;

pipeline! { pub approved(Note) -> Note { read => approval => polish } }
pipeline! { pub remarked(Note) -> Note { read => remark => polish } }
pipeline! { pub briefly_approved(Note) -> Note { approval => brief } }
pipeline! { pub gone(Note) -> Note { read => go } }
pipeline! { pub approved_by_anybody(Note) -> Note { read => approval or simple => check } }
pipeline! { pub in_the_end(Note) -> Note { read or approval => polish } }
pipeline! { pub approved_twice(Note) -> Note { approved => approval => check } }
pipeline! { pub in_rounds(Note) -> Note { repeat(max = 3, until = |_, round| round == 2) { approval => polish } } }
pipeline! { pub approved_and_legal(Note) -> Note { read => join(approval, legal) => both => check } }
pipeline! { pub maybe_approved(Note) -> Note {
    read => join({ legal => polish }, remark or simple, optional(approval)) => three
} }
pipeline! { pub approved_or_styled(Note) -> Note { read => race(approval, style) => check } }
pipeline! { pub whoever_answers(Note) -> Note { race(approval, { read => remark }) => check } }

pipeline! { pub all_approved(Notes) -> String { split => fan_out(notes) approval => barrier(all) => merge } }
pipeline! { pub all_approved_by(Notes) -> String {
    split => fan_out(notes) approval => barrier(all, deadline = "3s") => merge
} }
pipeline! { pub two_approved(Notes) -> String { split => fan_out(notes) approval => barrier(at_least = 2) => merge_some } }
pipeline! { pub first_approved(Notes) -> String { split => fan_out(notes) approval => barrier(first = 2) => merge_some } }
pipeline! { pub some_approved(Notes) -> String { split => fan_out(notes) approval => barrier(settled) => merge_some } }
pipeline! { pub some_approved_by(Notes) -> String {
    split => fan_out(notes) approval => barrier(settled, deadline = "3s") => merge_some
} }
pipeline! { pub made_up(Notes) -> String {
    split => fan_out(notes, recover = stand_in, label = |note| &note.text) approval => barrier(all) => merge
} }
pipeline! { pub one_by_one(Notes) -> String {
    split => fan_out(notes, concurrency = 1) { read => approval => polish } => barrier(all) => merge
} }

fn stand_in(note: &Note, failure: &TaskFailure) -> Note {
    note.clone().with(format!("no {}: {}", note.text, failure.kind))
}

/// Somebody is there to be asked.
fn answered(group: &'static str, what: impl Into<String>) -> About {
    About { terms: Terms { answered: true, ..Terms::default() }, ..About::new(group, what) }
}

pub(crate) fn each(suite: &mut impl Suite) {
    alone(suite);
    beside_others(suite);
    in_fan_outs(suite);
}

fn alone(suite: &mut impl Suite) {
    let about = |what| answered("signals", what);
    for (what, fate) in [
        ("it is answered", Fate::Well),
        ("it is answered after a while", Fate::After(3)),
        ("it is answered wrongly at first", Fate::Flawed),
        ("it is answered in the wrong type at first", Fate::WrongType),
        ("it is answered wrongly, and no more", Fate::Drift),
        ("nobody answers", Fate::Hang),
    ] {
        suite.case(about(what), approved, note(&[("approval", fate)]));
    }
    suite.case(about("what is asked fails"), approved, note(&[("read", Fate::Error)]));
    suite.case(about("the next fails"), approved, note(&[("polish", Fate::Error)]));
    suite.case(about("over the budget of what it may say"), remarked, note(&[("remark", Fate::Long)]));
    suite.case(about("over the budget of the next"), briefly_approved, note(&[("approval", Fate::Long)]));
    suite.case(about("any time, and wrongly at first"), gone, note(&[("go", Fate::Flawed)]));
    suite.case(about("in a pipeline, and after it"), approved_twice, note(&[("approval", Fate::Flawed)]));
    suite.case(about("in every round of `repeat`"), in_rounds, note(&[("approval", Fate::After(1))]));
    suite.case(about("nobody answers in a round"), in_rounds, note(&[("approval", Fate::Hang)]));
    let until = |terms, what| About { terms: Terms { answered: true, ..terms }, ..about(what) };
    suite.case(
        until(Terms { cancelled: Some(STEP * 4), ..Terms::default() }, "the run is cancelled"),
        gone,
        note(&[("go", Fate::Hang)]),
    );
    suite.case(
        until(Terms { cancelled: Some(STEP * 4), ..Terms::default() }, "the run is cancelled in a fan-out"),
        some_approved,
        asked(&[Fate::After(2), Fate::Hang, Fate::Hang]),
    );
    suite.case(
        until(Terms { deadline: Some(STEP * 4), ..Terms::default() }, "the deadline of the run passes"),
        gone,
        note(&[("go", Fate::Hang)]),
    );
}

fn beside_others(suite: &mut impl Suite) {
    let about = |what| answered("signals beside other agents", what);
    for (what, acts) in [
        ("`or`, it is answered", &[][..]),
        ("`or`, nobody answers", &[("approval", Fate::Hang)]),
        ("`or`, it is answered wrongly", &[("approval", Fate::Drift)]),
        ("`or`, neither does", &[("approval", Fate::Hang), ("simple", Fate::Error)]),
    ] {
        suite.case(about(what), approved_by_anybody, note(acts));
    }
    suite.case(about("`or`, it is the second"), in_the_end, note(&[("read", Fate::Error)]));
    for (what, acts) in [
        ("`join`, it is the last", &[("approval", Fate::After(3))][..]),
        ("`join`, it is the first", &[("legal", Fate::After(3))]),
        ("`join`, it is answered wrongly at first", &[("approval", Fate::Flawed), ("legal", Fate::After(3))]),
        ("`join`, another fails meanwhile", &[("approval", Fate::After(5)), ("legal", Fate::ErrorAfter(2))]),
        ("`join`, nobody answers", &[("approval", Fate::Hang)]),
    ] {
        suite.case(about(what), approved_and_legal, note(acts));
    }
    for (what, acts) in [
        ("`optional`, it is answered", &[("approval", Fate::After(2))][..]),
        ("`optional`, nobody answers", &[("approval", Fate::Hang)]),
        ("`optional`, a fallback is needed", &[("remark", Fate::Hang), ("approval", Fate::Flawed)]),
        ("`optional`, a branch fails", &[("approval", Fate::Hang), ("polish", Fate::ErrorAfter(2))]),
    ] {
        suite.case(about(what), maybe_approved, note(acts));
    }
    for (what, acts) in [
        ("`race`, it wins", &[("approval", Fate::After(2)), ("style", Fate::After(5))][..]),
        ("`race`, another wins", &[("approval", Fate::After(5)), ("style", Fate::After(2))]),
        ("`race`, another fails", &[("approval", Fate::After(3)), ("style", Fate::Error)]),
        ("`race`, all fail", &[("approval", Fate::Hang), ("style", Fate::ErrorAfter(2))]),
    ] {
        suite.case(about(what), approved_or_styled, note(acts));
    }
    suite.case(
        about("`race` of two, one answers after the other is done"),
        whoever_answers,
        note(&[("approval", Fate::After(5)), ("remark", Fate::After(2)), ("check", Fate::After(8))]),
    );
}

/// What is answered in each of three tasks.
fn asked(fates: &[Fate; 3]) -> Notes {
    let acts = fates.map(|fate| [("approval", fate)]);
    notes(&acts.each_ref().map(|acts| &acts[..]))
}

fn in_fan_outs(suite: &mut impl Suite) {
    let usual = [
        ("all are answered, the last first", [Fate::After(5), Fate::After(3), Fate::After(1)]),
        ("one is answered wrongly at first", [Fate::Well, Fate::Flawed, Fate::After(4)]),
        ("one is not answered", [Fate::After(1), Fate::Hang, Fate::After(4)]),
    ];
    let late = [("the last is late", [Fate::After(1), Fate::After(3), Fate::After(20)])];
    // Their time is over at once: which of them it is that fails all, nothing says.
    let two = [("two are not answered", [Fate::Hang, Fate::After(2), Fate::Drift])];
    macro_rules! before {
        ($($barrier:literal $pipeline:ident: $first:ident $($rows:ident)*;)*) => {
            $(
                for (what, fates) in $first.iter()$(.chain(&$rows))* {
                    suite.case(answered(concat!("signals before ", $barrier), *what), $pipeline, asked(fates));
                }
            )*
        };
    }
    before! {
        "`all`" all_approved: usual;
        "`all`, `deadline`" all_approved_by: usual late;
        "`all`, `recover`" made_up: usual two;
        "`all`, one after the other" one_by_one: usual;
        "`at_least = 2`" two_approved: usual two;
        "`first = 2`" first_approved: usual two;
        "`settled`" some_approved: usual two;
        "`settled`, `deadline`" some_approved_by: usual late two;
    }
}
