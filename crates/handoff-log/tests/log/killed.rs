//! A process that is killed while it writes.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use handoff::prelude::*;
use handoff_log::{Log, RunLog};

use super::support::{file, only_run};

/// Where the process that is killed writes.
const PATH: &str = "HANDOFF_LOG_OF_THE_KILLED";

/// What it says once so much is written.
const WRITTEN: &str = "written";

/// How many events follow at most: fewer than the queue takes.
const MANY: u64 = 100_000;

#[agent(timeout = "none")]
async fn go_on(count: u64, cx: Context, State(log): State<Log>) -> u64 {
    for done in 0..count {
        cx.progress(done, "");
    }
    log.flush().unwrap();
    println!("{WRITTEN}");
    for done in count..MANY {
        cx.progress(done, "");
    }
    std::future::pending().await
}

pipeline! { endless(u64) -> u64 { go_on } }

#[test]
fn a_log_survives_a_kill_but_for_its_last_line() {
    let path = file("killed");
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(PATH, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains(WRITTEN)));
    child.kill().unwrap();
    child.wait().unwrap();

    let mut log = RunLog::open(&path).unwrap();
    log.skipped.half = false;
    let run = only_run(&log);
    assert_eq!((&run.end, run.lost, run.spans.len()), (&None, 0, 2));
    // As it was told, with no hole.
    let done: Vec<_> = run.progress.iter().map(|progress| progress.done).collect();
    assert!(done.len() >= 1_000, "{}", done.len());
    assert!(done.iter().copied().eq(0..done.len() as u64));
}

#[test]
#[ignore = "never ends: another test runs it in a process of its own"]
fn writes_until_it_is_killed() {
    let log = Log::create(env::var(PATH).unwrap()).unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let runtime = Runtime::builder().state(log.clone()).observer(log).build();
    let _ = tokio.block_on(runtime.run(endless, 1_000));
}
