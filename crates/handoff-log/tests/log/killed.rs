//! A process that is killed while it writes.

use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use handoff::prelude::*;
use handoff_log::{Log, RunLog};
use tokio::task::yield_now;

use super::support::{folder, only_run};

/// Where the process that is killed writes.
const FOLDER: &str = "HANDOFF_LOG_OF_THE_KILLED";

/// What it says once all is in the file that the first run has told.
const WRITTEN: &str = "written";

/// How many events that run tells at a time.
const TOLD: usize = 500;

/// Bytes of another run's lines that may be written before those of the first are.
const MOST: u64 = 8 << 20;

#[derive(Clone)]
struct Logs(PathBuf);

impl Logs {
    /// The file of a pipeline's only run.
    fn of(&self, pipeline: &str) -> Option<PathBuf> {
        let mut files = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.to_str().unwrap().contains(pipeline))
    }

    /// How many events of the first run are in its file.
    fn written(&self) -> usize {
        let text = self.of("-told-").map(|path| fs::read_to_string(path).unwrap());
        text.map_or(0, |text| text.lines().filter(|line| line.contains(r#""progress""#)).count())
    }
}

/// Tells something, and more once that is written, though nobody has asked for it.
#[agent(timeout = "none")]
async fn tell(count: usize, cx: Context, State(logs): State<Logs>) -> usize {
    (0..count).for_each(|done| cx.progress(done as u64, ""));
    let written = (0..60_000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        logs.written() == count
    });
    assert!(written, "{} of {count} are written", logs.written());
    // The log is to have its hands full with the other run first.
    yield_now().await;
    (count..2 * count).for_each(|done| cx.progress(done as u64, ""));
    std::future::pending().await
}

/// Tells something else all the time, until that is written, too.
#[agent(timeout = "none")]
async fn babble(count: usize, cx: Context, State(logs): State<Logs>) -> usize {
    let babbled = || logs.of("-babbled-").map_or(0, |path| fs::metadata(path).unwrap().len());
    let mut done = 0..;
    let mut go_on = || done.by_ref().take(20_000).for_each(|done| cx.progress(done, ""));
    go_on();
    yield_now().await;
    while logs.written() < 2 * count {
        assert!(babbled() < MOST, "{} of {} are written", logs.written(), 2 * count);
        go_on();
    }
    println!("{WRITTEN}");
    go_on();
    // Until it is killed, or nobody is left to do so.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    count
}

pipeline! { told(usize) -> usize { tell } }
pipeline! { babbled(usize) -> usize { babble } }

#[test]
fn a_log_survives_a_kill_but_for_what_was_just_told() {
    let logs = Logs(folder("killed"));
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, &logs.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains(WRITTEN)));
    child.kill().unwrap();
    child.wait().unwrap();

    let open = |path: Option<PathBuf>| RunLog::open(path.unwrap()).unwrap();
    let told = open(logs.of("-told-"));
    let run = only_run(&told);
    assert_eq!((&run.end, run.lost, run.spans.len()), (&None, 0, 2));
    assert!(run.progress.iter().map(|progress| progress.done).eq(0..2 * TOLD as u64));

    // Of the other, all lines are whole but for the last.
    let babbled = open(logs.of("-babbled-"));
    let skipped = babbled.skipped;
    assert_eq!((skipped.broken, skipped.unknown, skipped.stray), (0, 0, 0));
    assert!(babbled.runs[0].progress.is_sorted_by(|one, next| one.done < next.done));
}

#[test]
#[ignore = "never ends: another test runs it in a process of its own"]
fn writes_until_it_is_killed() {
    let logs = Logs(env::var_os(FOLDER).unwrap().into());
    let log = Log::folder(&logs.0).unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let runtime = Runtime::builder().state(logs).observer(log).build();
    tokio.block_on(async {
        tokio::select! {
            biased;
            ended = runtime.run(told, TOLD) => ended.unwrap(),
            ended = runtime.run(babbled, TOLD) => ended.unwrap(),
        }
    });
}
