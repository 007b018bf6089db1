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

#[agent]
async fn warn(text: String, cx: Context) -> usize {
    cx.warn(text.clone());
    text.len()
}

pipeline! { warned(String) -> usize { warn } }

#[tokio::test]
async fn a_long_text_is_cut() {
    let path = file("cut");
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    // No character ends where the text is to.
    for text in [format!("x{}", "é".repeat(1 << 20)), "x".repeat(16 << 10)] {
        runtime.run(warned, text).await.unwrap();
    }
    log.flush().unwrap();

    let read = RunLog::open(&path).unwrap();
    let told = |run: usize| &*read.runs[run].warnings[0].message;
    assert_eq!(told(0), format!("x{}…", "é".repeat((16 << 10) / 2 - 1)));
    assert_eq!(told(1).len(), 16 << 10);
}
