//! What was noticed is carried on to the end of a run, and is not copied on the way: a loop of many rounds, each of which
//! leaves a warning, takes time in proportion to its rounds.

use super::support::paused;
use handoff::prelude::*;
use std::sync::{Arc, Mutex};

const ROUNDS: u32 = 512;

#[contract]
pub struct Draft {
    pub round: u32,
}

#[contract]
pub struct Drafts {
    pub drafts: Vec<Draft>,
}

/// Where the list of what was noticed has stood, whenever an agent looked.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<Vec<usize>>>);

#[agent]
async fn revise(draft: Draft, cx: Context) -> Draft {
    cx.warn(format!("round {} was doubtful", draft.round));
    Draft { round: draft.round + 1 }
}

#[agent]
async fn look(draft: Draft, cx: Context, State(places): State<Places>) -> Draft {
    places.0.lock().expect("nobody panicked here").push(cx.envelope().warnings.as_ptr().addr());
    draft
}

#[agent]
async fn fail(_: Draft) -> Result<Draft, String> {
    Err("no".to_owned())
}

#[agent(retries = 1)]
async fn retry(draft: Draft, cx: Context) -> Result<Draft, String> {
    if cx.attempt() == 1 { Err("not yet".to_owned()) } else { Ok(draft) }
}

#[agent]
async fn split(draft: Draft) -> Drafts {
    Drafts { drafts: vec![draft.clone(), draft] }
}

#[agent]
async fn merge(drafts: Vec<Draft>) -> Draft {
    drafts.into_iter().next().expect("one")
}

#[agent]
async fn first(drafts: (Draft, Draft)) -> Draft {
    drafts.0
}

macro_rules! loops {
    ($($name:ident { $($stages:tt)* })*) => {$(
        pipeline! { $name(Draft) -> Draft { repeat(max = 512, until = |draft| draft.round == ROUNDS) { $($stages)* } } }
    )*};
}

loops! {
    plain { revise => look }
    mapped { revise => map(|draft| draft) => look }
    fallen_back { fail or revise => look }
    retried { retry => revise => look }
    joined { join(revise, retry) => first => look }
    fanned_out { split => fan_out(drafts) revise => barrier(all) => merge => look }
}

#[test]
fn a_warning_in_each_round_is_not_copied_in_every_later_one() {
    paused().block_on(async {
        let places = Places::default();
        let runtime = Runtime::builder().state(places.clone()).build();
        macro_rules! run {
            ($($pipeline:ident)*) => {$({
                let done = runtime.run($pipeline, Draft { round: 0 }).await.expect("it comes to an end");
                assert!(done.warnings.len() >= ROUNDS as usize, "{}: {}", stringify!($pipeline), done.warnings.len());
                let places = std::mem::take(&mut *places.0.lock().expect("nobody panicked here"));
                let moves = places.windows(2).filter(|places| places[0] != places[1]).count();
                // A list that grows moves now and then: whenever it has doubled.
                assert!(moves < 16, "{}: {moves} moves in {} rounds", stringify!($pipeline), places.len());
            })*};
        }
        run!(plain mapped fallen_back retried joined fanned_out);
    });
}
