//! Where logs are, and what becomes of them when a disk fails.

use std::fs;
use std::sync::Arc;

use handoff::prelude::*;
use handoff_log::{End, Log, RunLog};
use tokio::sync::Barrier;

use super::support::{file, folder, only_run};

#[agent]
async fn answer(question: String) -> String {
    question
}

/// Meets the agents of other runs.
#[agent]
async fn meet(question: String, State(barrier): State<Arc<Barrier>>) -> String {
    barrier.wait().await;
    question
}

pipeline! { ask(String) -> String { answer } }
pipeline! { meeting(String) -> String { meet } }

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn runs_of_one_file_are_told_apart() {
    let path = file("one_file");
    let log = Log::create(&path).unwrap();
    let runtime = Runtime::builder().state(Arc::new(Barrier::new(3))).observer(log.clone()).build();
    let run = |n: u32| runtime.run(meeting, n.to_string());
    let traces = tokio::join!(run(0), run(1), run(2));
    log.flush().unwrap();

    let read = RunLog::open(&path).unwrap();
    let expected = [&traces.0, &traces.1, &traces.2].map(|run| run.as_ref().unwrap().trace_id);
    let mut found: Vec<_> = read.runs.iter().map(|run| run.trace).collect();
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    for (number, run) in (0..).zip(&read.runs) {
        assert_eq!(
            (run.number, run.outcome(), run.spans.len(), run.handoffs.len()),
            (number, Some(End::Ok), 2, 2)
        );
        assert_eq!(run.description.as_deref(), Some(&meeting.describe()));
    }
    // It is told once.
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(r#""description""#).count(), 1);
}

#[tokio::test]
async fn each_run_has_a_file_of_its_own() {
    let folder = folder("folder").join("runs");
    let log = Log::folder(&folder).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let first = runtime.run(ask, "1".to_owned()).await.unwrap().trace_id;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
    let second = runtime.run(ask, "2".to_owned()).traceparent(parent).await.unwrap().trace_id;
    log.flush().unwrap();

    // As they have started, though they may have started in one millisecond.
    let names = names(&folder);
    assert_eq!(names.len(), 2);
    for (trace, number) in [(first, 0), (second, 1)] {
        let name = names.iter().find(|name| name.ends_with(&format!("Z-ask-{trace}.jsonl"))).unwrap();
        let read = RunLog::open(folder.join(name)).unwrap();
        let run = only_run(&read);
        assert_eq!((run.number, run.trace, run.outcome()), (0, trace, Some(End::Ok)));
        assert_eq!(run.description.as_deref(), Some(&ask.describe()));
        assert_eq!(run.traceparent.as_deref(), (number == 1).then_some(parent.to_string()).as_deref());
    }
}

#[tokio::test]
async fn a_log_that_is_dropped_is_written() {
    let path = file("dropped");
    {
        let log = Log::create(&path).unwrap();
        let runtime = Runtime::builder().observer(log).build();
        runtime.run(ask, "1".to_owned()).await.unwrap();
    }
    assert_eq!(only_run(&RunLog::open(&path).unwrap()).outcome(), Some(End::Ok));
}

#[test]
fn what_cannot_be_created_is_named() {
    let path = folder("named").join("no").join("run.jsonl");
    let error = Log::create(&path).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot create the run log `{}`: ", path.display())), "{error}");
    let file = file("named");
    fs::write(&file, "").unwrap();
    let error = Log::folder(&file).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot create the folder of run logs `{}`: ", file.display())),
        "{error}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_does_not_touch_the_run() {
    let log = Log::create("/dev/full").unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    runtime.run(ask, "1".to_owned()).await.unwrap();
    let error = log.flush().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(
        error.to_string(),
        "cannot write the run log `/dev/full`: No space left on device (os error 28)"
    );
    // Of a run, two handoffs and an attempt.
    assert_eq!(log.lost(), 6);
    log.flush().unwrap();
    runtime.run(ask, "2".to_owned()).await.unwrap();
    log.flush().unwrap_err();
    assert_eq!(log.lost(), 12);
}

#[tokio::test]
async fn a_folder_that_is_gone_does_not_touch_the_run() {
    let folder = folder("gone").join("runs");
    let log = Log::folder(&folder).unwrap();
    fs::remove_dir(&folder).unwrap();
    let runtime = Runtime::builder().observer(log.clone()).build();
    runtime.run(ask, "1".to_owned()).await.unwrap();
    let error = log.flush().unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot create the run log `{}", folder.display())), "{error}");
    assert_eq!(log.lost(), 6);
    // It goes on as soon as it can.
    fs::create_dir(&folder).unwrap();
    runtime.run(ask, "2".to_owned()).await.unwrap();
    log.flush().unwrap();
    assert_eq!(names(&folder).len(), 1);
}
