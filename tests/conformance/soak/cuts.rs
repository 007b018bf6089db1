//! Random pipelines on journals, cut at every entry.

use crate::agents::{self, Watch, level3};
use crate::model::{self, Clock};
use crate::tree::{Node, Trees};
use crate::{hush, paused, seed};
use handoff::Backoff;
use handoff::prelude::*;
use handoff_conformance::journals::{Fake, GoesOn, Hosting, cut_elsewhere, ended, on_fake, on_memory};
use handoff_conformance::{Terms, Told};
use std::time::Duration;

fn runtime(watch: &Watch) -> Runtime<Watch> {
    let backoff = Backoff::new(Duration::ZERO, Duration::ZERO);
    let runtime = Runtime::builder().state(watch.clone()).backoff(backoff).build();
    watch.runs_on(Some(runtime.clone()));
    runtime
}

fn hosts(runtime: &Runtime<Watch>) -> Fake {
    let mut hosts = Hosting::on(runtime);
    agents::host(&mut hosts);
    hosts.journal(&Terms::default())
}

/// Agents are elsewhere: what comes behind the cut ends as it did in one piece, so all of it has to be the same.
async fn elsewhere(runtime: &Runtime<Watch>, tree: &Node) -> Result<usize, String> {
    let go_on = |mut life: Fake| -> GoesOn<'static, (Told, Fake)> {
        let (runtime, tree) = (runtime.clone(), tree.clone());
        Box::pin(async move {
            let outcome = on_fake::<level3::node, _>(&runtime, &Terms::default(), &mut life, tree).await;
            (Told::of(&outcome), life)
        })
    };
    let mut life = hosts(runtime);
    let outcome = on_fake::<level3::node, _>(runtime, &Terms::default(), &mut life, tree.clone()).await;
    model::check(tree, Clock::Exact, outcome.as_ref().map(|envelope| &envelope.payload))?;
    cut_elsewhere(&Told::of(&outcome), &life, &go_on).await
}

/// Agents are here, and take their time anew behind the cut: what comes out has to be what may, and nothing that is kept
/// is called again.
async fn here(runtime: &Runtime<Watch>, tree: &Node) -> Result<usize, String> {
    let terms = Terms::default();
    let uncut = on_memory::<level3::node, _>(runtime, &terms, None, tree.clone()).await;
    model::check(tree, Clock::Exact, uncut.outcome.as_ref().map(|envelope| &envelope.payload))?;
    for cut in 1..=uncut.entries.len() {
        let kept = uncut.entries[..cut].to_vec();
        let resumed = on_memory::<level3::node, _>(runtime, &terms, Some(kept.clone()), tree.clone()).await;
        model::check(tree, Clock::Loose, resumed.outcome.as_ref().map(|envelope| &envelope.payload))
            .map_err(|wrong| format!("cut behind entry {cut}: {wrong}"))?;
        let kept = ended(&kept);
        if let Some(made) = resumed.made.iter().find(|made| kept.contains(made)) {
            return Err(format!("cut behind entry {cut}: {made} was made again"));
        }
    }
    Ok(uncut.entries.len())
}

/// The most that a tree may be: a run is cut, and gone on with, as often as it has entries.
struct Size(usize);

fn cut_everywhere(seed: u64, most: usize, Size(largest): Size) {
    hush();
    let (watch, mut trees) = (Watch::default(), Trees::new(seed).without_threads());
    paused().block_on(async {
        let runtime = runtime(&watch);
        let (mut runs, mut cuts) = (0, 0);
        while runs < most {
            let tree = trees.tree();
            if tree.size() > largest {
                continue;
            }
            for made in [elsewhere(&runtime, &tree).await, here(&runtime, &tree).await] {
                cuts += made.unwrap_or_else(|wrong| panic!("{wrong}\nin {tree:#?}"));
            }
            runs += 1;
        }
        watch.runs_on(None);
        println!("{runs} runs, cut {cuts} times");
    });
    assert_eq!(agents::broken(), Vec::<String>::new());
}

#[test]
fn random_pipelines_come_to_the_same_wherever_they_are_cut() {
    cut_everywhere(seed(), 200, Size(12));
}

#[test]
#[ignore = "takes minutes"]
fn thousands_of_pipelines_come_to_the_same_wherever_they_are_cut() {
    cut_everywhere(seed(), 3_000, Size(usize::MAX));
}
