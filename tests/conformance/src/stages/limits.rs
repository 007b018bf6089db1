//! What a run may take, and what ends it from outside.

use crate::agents::{Fate, Note, json, note, note_of};
use crate::stages::fan_outs::{self, chains as in_tasks, notes};
use crate::stages::parallel::joined;
use crate::stages::sequences::{chain, outspoken};
use crate::{About, Agents, Desk, STEP, Suite, Terms};
use handoff::{Builder, prelude::*};
use std::time::Duration;
use tokio::time::sleep;

/// Spends a hundred tokens in each attempt, half of them where nothing comes of it.
#[agent(output = Note, retries = 1, backoff = "none")]
pub async fn ask(note: Note, cx: Context) -> Result<Reply, BoxError> {
    let text = format!("{} > ask", note.text);
    if note.fate_of("ask") == Fate::Flaky && cx.attempt() == 1 {
        cx.spend(Usage::new(40, 10));
        return Err("the stream broke".into());
    }
    if let Fate::After(steps) = note.fate_of("ask") {
        sleep(STEP * steps).await;
    }
    Ok(Reply::new(json(&note.with(text))).usage(Usage::new(80, 20)).model("small"))
}

/// The same, later.
#[agent(output = Note)]
pub async fn ask_later(note: Note) -> Reply {
    sleep(STEP).await;
    let text = format!("{} > ask_later", note.text);
    Reply::new(json(&note.with(text))).usage(Usage::new(80, 20))
}

pipeline! { pub asked(Note) -> Note { ask => ask => ask_later } }
pipeline! { pub asked_by_many(fan_outs::Notes) -> String {
    fan_outs::split => fan_out(notes) { ask => ask_later } => barrier(settled) => fan_outs::merge_some
} }

fn on(runtime: fn(Builder<Desk>) -> Builder<Desk>) -> Terms {
    Terms { runtime: Some(runtime), ..Terms::default() }
}

pub(crate) fn each(suite: &mut impl Suite) {
    let about = |what| About::new("what a run may take", what);
    let on = |what, runtime| About { terms: on(runtime), ..about(what) };
    suite.case(about("tokens of models, without a limit"), asked, note(&[]));
    let tokens: fn(Builder<Desk>) -> _ = |builder| builder.limits(Limits::default().model_tokens(320));
    suite.case(on("tokens of models, enough of them", tokens), asked, note(&[]));
    suite.case(
        on("tokens of models, too few", |builder| builder.limits(Limits::default().model_tokens(150))),
        asked,
        note(&[]),
    );
    suite.case(on("those of failed attempts count", tokens), asked, note(&[("ask", Fate::Flaky)]));
    suite.case(
        on("tokens of models, in tasks", tokens),
        asked_by_many,
        notes(&[&[], &[("ask", Fate::After(2))]]),
    );
    let calls: fn(Builder<Desk>) -> _ = |builder| builder.limits(Limits::default().agent_calls(3));
    suite.case(on("calls, enough of them", calls), chain, note(&[]));
    suite.case(on("calls, too few", calls), outspoken, note(&[("eager", Fate::Flaky)]));
    suite.case(on("calls, in tasks", calls), fan_outs::in_turn, fan_outs::legally(&[Fate::Well; 3]));
    let bytes: fn(Builder<Desk>) -> _ = |builder| builder.limits(Limits::default().payload_bytes(300));
    suite.case(on("bytes, few enough", bytes), chain, note(&[]));
    suite.case(on("bytes, too many of an output", bytes), chain, note(&[("write", Fate::Long)]));
    suite.case(on("bytes, too many of what it is handed", bytes), chain, note_of(&"x".repeat(400), &[]));
    suite.case(
        on("a deadline of the runtime", |builder| builder.limits(Limits::default().deadline(STEP * 4))),
        chain,
        note(&[("polish", Fate::After(9))]),
    );
    let deadline = Terms { deadline: Some(STEP * 4), ..Terms::default() };
    suite.case(
        About { terms: deadline, ..about("a deadline of the run, which is kept") },
        chain,
        note(&[("write", Fate::After(2))]),
    );
    suite.case(
        About { terms: deadline, ..about("a deadline of the run") },
        chain,
        note(&[("write", Fate::After(9))]),
    );
    suite.case(
        About {
            terms: Terms { deadline: Some(Duration::ZERO), ..Terms::default() },
            ..about("a deadline of zero")
        },
        chain,
        note(&[]),
    );
    let cancelled = Terms { cancelled: Some(STEP * 4), ..Terms::default() };
    suite.case(About { terms: cancelled, ..about("it is cancelled") }, chain, note(&[("write", Fate::Hang)]));
    suite.case(
        About { terms: cancelled, ..about("it is cancelled in a join") },
        joined,
        note(&[("legal", Fate::After(1)), ("style", Fate::After(9))]),
    );
    suite.case(
        About { terms: cancelled, ..about("it is cancelled in a fan-out") },
        in_tasks,
        notes(&[&[], &[("read", Fate::After(2))], &[("write", Fate::Hang)]]),
    );
    suite.case(About { terms: cancelled, ..about("it is cancelled after its end") }, chain, note(&[]));
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<ask>();
    agents.agent::<ask_later>();
}
