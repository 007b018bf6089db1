//! A disk that does not keep up.

use std::sync::mpsc;

use handoff::prelude::*;
use handoff_log::{Content, End, Log, RunLog};

use super::support::file;

/// Bytes that may wait.
const MOST: usize = 1 << 16;

#[contract]
pub struct Batch {
    pub items: Vec<String>,
}

#[agent]
async fn make(count: usize) -> Batch {
    Batch { items: vec!["x".repeat(1_000); count] }
}

#[agent]
async fn keep(item: String) -> String {
    item
}

#[agent]
async fn count(items: Vec<String>) -> usize {
    items.len()
}

pipeline! {
    large(usize) -> usize { make => fan_out(items, max = 1_000) keep => barrier(all) => count }
}

#[tokio::test]
async fn a_run_does_not_wait_and_what_is_dropped_is_counted() {
    let path = file("queue");
    let (go_on, wait) = mpsc::channel::<()>();
    let mut wait = Some(wait);
    let log = Log::create(&path).unwrap().payloads().most_queued(MOST).redact(move |content| {
        // The first payload holds up whatever follows, as long as the run goes on.
        if let (Content::Payload { .. }, Some(wait)) = (content, wait.take()) {
            wait.recv().unwrap();
        }
    });
    // Dropped before the log, which waits for its thread, should something here fail.
    let go_on = go_on;
    let runtime = Runtime::builder().observer(log.clone()).build();
    assert_eq!(runtime.run(large, 100).await.unwrap().payload, 100);
    let lost = log.lost();
    assert!(lost > 0);
    go_on.send(()).unwrap();
    log.flush().unwrap();
    assert_eq!(log.lost(), lost);

    // The run has its start and its end, and says how much is missing.
    let read = RunLog::open(&path).unwrap();
    let run = &read.runs[0];
    assert_eq!((run.outcome(), run.lost), (Some(End::Ok), lost));
    let payloads = run.handoffs.iter().map(|handoff| handoff.payload.as_ref().unwrap().get().len());
    assert!(payloads.sum::<usize>() <= MOST);

    // Then all is as before.
    runtime.run(large, 1).await.unwrap();
    log.flush().unwrap();
    assert_eq!(log.lost(), lost);
    let read = RunLog::open(&path).unwrap();
    assert_eq!((read.runs[1].lost, read.runs[1].outcome()), (0, Some(End::Ok)));
}
