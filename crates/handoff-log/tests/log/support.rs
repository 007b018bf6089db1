//! Places for logs.

use std::fs;
use std::path::PathBuf;

use handoff_log::{LoggedRun, RunLog};

/// An empty folder of a test's own.
pub fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("handoff-log").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The path of a test's own log.
pub fn file(test: &str) -> PathBuf {
    folder(test).join("run.jsonl")
}

/// The only run of a log that was read to its end.
pub fn only_run(log: &RunLog) -> &LoggedRun {
    assert_eq!(log.skipped, handoff_log::Skipped::default());
    let [run] = &log.runs[..] else { panic!("{} runs", log.runs.len()) };
    run
}
