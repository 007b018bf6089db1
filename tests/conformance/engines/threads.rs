//! The cases in which nobody waits for anything, on several threads.

use crate::support::{hush, paused};
use handoff_conformance::{Case, Told, cases};
use tokio::runtime::Builder;
use tokio::time::Instant;

/// The cases that take no time, with what comes of them.
fn timeless() -> Vec<(Case, Told)> {
    paused().block_on(async {
        let mut timeless = Vec::new();
        for case in cases() {
            let started = Instant::now();
            let told = case.on_tokio().await;
            if started.elapsed().is_zero() {
                timeless.push((case, told));
            }
        }
        timeless
    })
}

#[test]
fn what_takes_no_time_is_the_same_on_many_threads() {
    hush();
    let timeless = timeless();
    assert!(timeless.len() > 60, "{}", timeless.len());
    let tokio = Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a tokio runtime");
    tokio.block_on(async {
        let runs: Vec<_> = timeless
            .into_iter()
            .map(|(case, told)| tokio::spawn(async move { (case.on_tokio().await, told, case.about) }))
            .collect();
        for run in runs {
            let (found, told, about) = run.await.expect("no panic leaves a run");
            assert_eq!(found, told, "{about:?}");
        }
    });
}
