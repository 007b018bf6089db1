//! Processes that are killed: many runs at once on one folder, until all of them have ended.
//!
//! Whatever an agent does it notes in a file outside, which tells afterwards whether anybody was called again whose end
//! had been kept.

use crate::kept::folder;
use handoff::durable::{Durability, Files, JournalError};
use handoff::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::task::JoinSet;

/// What a process that is killed is to do: its folder, how many runs there are, whether it waits for the disk, and whether
/// it is the last.
const TOLD: &str = "HANDOFF_KILLED";

/// Where agents note what they do.
#[derive(Clone, Default)]
struct Notes {
    path: Option<PathBuf>,
    /// Whether the process is to be killed.
    is_doomed: bool,
}

impl Notes {
    /// In the file, where it outlives the process, and to whoever is about to kill that: who has said how often one may go
    /// on after a note, so that nothing depends on how quick the other is.
    fn note(&self, event: &str, call: &str, attempt: u32) {
        let Some(path) = &self.path else { return };
        let line = format!("{} {event} {call} {attempt}\n", std::process::id());
        let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
        let _ = io::stdout().write_all(line.as_bytes());
        if self.is_doomed {
            io::stdin().read_exact(&mut [0]).expect("it is killed before");
        }
    }
}

#[contract]
struct Part {
    /// `run/task`.
    pub of: String,
    /// How long it takes, in milliseconds.
    pub takes: u64,
    /// How often it fails.
    pub fails: u32,
}

#[contract]
struct Whole {
    pub run: u32,
    pub text: String,
}

/// Does something that takes its time.
async fn work(notes: &Notes, agent: &str, of: &str, takes: u64, cx: &Context) {
    let call = format!("{agent}:{of}");
    notes.note("start", &call, cx.attempt());
    tokio::time::sleep(Duration::from_millis(takes)).await;
    notes.note("end", &call, cx.attempt());
}

#[agent(role = planner)]
async fn divide(run: u32, cx: Context, State(notes): State<Notes>) -> Vec<Part> {
    work(&notes, "divide", &format!("{run}/"), 3, &cx).await;
    let mut random = fastrand::Rng::with_seed(run.into());
    let part = |task| Part {
        of: format!("{run}/{task}"),
        takes: random.u64(1..40),
        fails: if task == run % 6 {
            1
        } else {
            3 * u32::from(run.is_multiple_of(3) && task == (run + 1) % 6)
        },
    };
    (0..6).map(part).collect()
}

#[agent(retries = 1)]
async fn read(part: Part, cx: Context, State(notes): State<Notes>) -> Result<Part, String> {
    work(&notes, "read", &part.of, part.takes, &cx).await;
    if cx.attempt() <= part.fails { Err(format!("{} is tired", part.of)) } else { Ok(part) }
}

#[agent]
async fn polish(part: Part, cx: Context, State(notes): State<Notes>) -> String {
    work(&notes, "polish", &part.of, 5, &cx).await;
    format!("{}!", part.of)
}

#[agent(role = aggregator)]
async fn merge(parts: Partial<String>, cx: Context, State(notes): State<Notes>) -> Whole {
    let results: Vec<_> = parts.results().collect();
    let run = results[0].split_once('/').unwrap().0.parse().unwrap();
    work(&notes, "merge", &format!("{run}/"), 3, &cx).await;
    let failures: Vec<_> = parts.failures().map(ToString::to_string).collect();
    Whole { run, text: format!("{results:?} {failures:?}") }
}

#[agent(role = critic)]
async fn check(whole: Whole, cx: Context, State(notes): State<Notes>) -> String {
    work(&notes, "check", &format!("{}/", whole.run), 3, &cx).await;
    whole.text
}

pipeline! {
    fleet(u32) -> String {
        divide => fan_out(|parts| parts, max = 6) { read => polish } => barrier(at_least = 4) => merge => check
    }
}

fn runtime(notes: Notes) -> Runtime<Notes> {
    let pause = Duration::from_millis(2);
    Runtime::builder().state(notes).backoff(Backoff::new(pause, pause)).build()
}

/// What a run has come to.
fn answer(outcome: &Envelope<String>) -> String {
    let warnings: Vec<_> = outcome.warnings.iter().map(ToString::to_string).collect();
    format!("{} {:?} {warnings:?}", outcome.payload, outcome.confidence)
}

/// What a process says when a run has ended, with its number and its answer.
const ANSWER: &str = "answer ";

#[test]
#[ignore = "what is killed: others start it"]
fn works_until_it_is_killed() {
    let Ok(told) = env::var(TOLD) else { return };
    let [runs, durability, is_last, folder] = &*told.splitn(4, ' ').collect::<Vec<_>>() else {
        panic!("{told}")
    };
    let durability = if *durability == "Disk" { Durability::Disk } else { Durability::Process };
    let (folder, is_last) = (Path::new(folder), *is_last == "true");
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        let files = Files::open(folder.join("runs"), durability).unwrap();
        let notes = Notes { path: Some(folder.join("notes")), is_doomed: !is_last };
        let durable = runtime(notes).durable(files).with(fleet);
        if !is_last {
            durable.resume_all().await.unwrap();
        }
        let mut all = JoinSet::new();
        for run in 0..runs.parse().unwrap() {
            let one = durable.run(fleet, format!("run/{run}"), run);
            all.spawn(async move { (run, one.await) });
        }
        while let Some(one) = all.join_next().await {
            match one.unwrap() {
                (run, Ok(envelope)) => println!("{ANSWER}{run} {}", answer(&envelope)),
                (_, Err(error)) => match error.kind() {
                    // The other process has it.
                    ErrorKind::Journal(kind)
                        if !is_last && matches!(**kind, JournalError::UnderWay { .. }) => {}
                    _ => panic!("{error}"),
                },
            }
        }
    });
}

/// How many notes a run takes at least: those of `divide`, six of `read`, four of `polish`, `merge` and `check`.
const FEWEST_NOTES: u32 = 2 * (1 + 6 + 4 + 1 + 1);

/// A folder on which processes are killed.
struct Scene {
    folder: PathBuf,
    runs: u32,
    durability: Durability,
}

impl Scene {
    fn start(&self, is_last: bool) -> Child {
        let Self { folder, runs, durability } = self;
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed::works_until_it_is_killed", "--ignored", "--nocapture"])
            .env(TOLD, format!("{runs} {durability:?} {is_last} {}", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts two processes, again and again, and kills each in the middle of its work, if the other has left it some.
    fn kill(&self, kills: u32, random: &mut fastrand::Rng) {
        // All of them together cannot do all that there is to do.
        let most = (FEWEST_NOTES * self.runs / kills) as usize;
        for _ in 0..kills / 2 {
            let doomed = [(); 2].map(|()| {
                let (mut child, goes_on) = (self.start(false), random.usize(0..most));
                let mut purse = child.stdin.take().unwrap();
                purse.write_all(&vec![0; goes_on]).unwrap();
                (child, purse, goes_on)
            });
            for (mut child, _purse, goes_on) in doomed {
                let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
                let notes = said.filter(|line| line.contains(" start ") || line.contains(" end "));
                // Whoever has made the last of them goes no further.
                notes.take(goes_on + 1).for_each(drop);
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
    }

    /// Lets a process bring all runs to their ends, and collects their answers.
    fn end(&self) -> BTreeMap<u32, String> {
        let output = self.start(true).wait_with_output().unwrap();
        assert!(output.status.success());
        let said = String::from_utf8(output.stdout).unwrap();
        let answers = said.lines().filter_map(|line| line.split_once(ANSWER)?.1.split_once(' '));
        answers.map(|(run, answer)| (run.parse().unwrap(), answer.to_owned())).collect()
    }

    /// What was kept, and what the agents have noted.
    fn look(&self) -> Seen {
        let ended = fs::read_dir(self.folder.join("runs/ended")).unwrap();
        let files = ended.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let notes = fs::read_to_string(self.folder.join("notes")).unwrap();
        Seen::of(files, &notes)
    }
}

/// What has been done, and how often.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    ended: usize,
    resumed: usize,
    kept: usize,
    kept_twice: usize,
    /// Starts of calls whose end was kept.
    starts: usize,
    /// Starts by processes that could know of that.
    called_again: usize,
}

impl Seen {
    fn of(files: Vec<String>, notes: &str) -> Self {
        let mut starts: HashMap<(String, u64), Vec<u64>> = HashMap::new();
        for note in notes.lines() {
            let [pid, event, call, attempt] = note.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{note}")
            };
            if event == "start" {
                let call = (call.to_owned(), attempt.parse().unwrap());
                starts.entry(call).or_default().push(pid.parse().unwrap());
            }
        }
        let mut seen = Self { ended: files.len(), ..Self::default() };
        for file in files {
            let lines: Vec<serde_json::Value> =
                file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let run = lines[0]["run"]["input"].as_u64().unwrap();
            let mut places = HashSet::new();
            // Of those that have opened the file after what is looked at, which is looked at from the end.
            let mut later = HashSet::new();
            for line in lines.iter().rev() {
                if let Some(pid) = line["resumed"]["pid"].as_u64() {
                    seen.resumed += 1;
                    later.insert(pid);
                }
                let Some(kept) = line.get("done").or_else(|| line.get("failed")) else { continue };
                let (place, attempt) =
                    (kept["place"].as_str().unwrap(), kept["attempt"].as_u64().unwrap_or(1));
                seen.kept += 1;
                seen.kept_twice += usize::from(!places.insert((place, attempt)));
                let task = place.split_once('.').map_or("", |(_, task)| task.split_once('/').unwrap().0);
                let call = format!("{}:{run}/{task}", kept["agent"].as_str().unwrap());
                let starts = &starts[&(call, attempt)];
                seen.starts += starts.len();
                seen.called_again += starts.iter().filter(|pid| later.contains(pid)).count();
            }
        }
        seen
    }
}

/// Kills so many processes, and has all runs come to their ends.
fn killed(name: &str, durability: Durability, runs: u32, kills: u32) -> Seen {
    let folder = folder(name);
    fs::create_dir_all(&folder).unwrap();
    let scene = Scene { folder, runs, durability };
    scene.kill(kills, &mut fastrand::Rng::with_seed(7));
    let answers = scene.end();
    let seen = scene.look();
    let runs = runs as usize;
    assert_eq!((seen.ended, answers.len()), (runs, runs));
    assert_eq!((seen.called_again, seen.kept_twice), (0, 0), "{seen:?}");
    assert!(fs::read_dir(scene.folder.join("runs/open")).unwrap().next().is_none());
    // As if nothing had happened.
    let tokio =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let plain = runtime(Notes::default());
    for (run, answer) in answers {
        let expected = tokio.block_on(async { plain.run(fleet, run).await }).unwrap();
        assert_eq!(answer, self::answer(&expected), "run {run}");
    }
    seen
}

#[test]
fn whatever_was_killed_all_runs_end_and_nothing_that_was_kept_is_done_again() {
    let kills = 8;
    let seen = killed("killed", Durability::Process, 12, kills);
    // One of two at least, each time, had begun a call that it has not ended.
    let at_work = kills as usize / 2;
    assert!(seen.resumed >= at_work && seen.starts >= seen.kept + at_work, "{seen:?}");
}

#[test]
#[ignore = "minutes: see CONTRIBUTING.md"]
fn two_hundred_runs_survive_kills() {
    for durability in [Durability::Process, Durability::Disk] {
        let seen = killed(&format!("killed_{durability:?}"), durability, 200, 60);
        println!("{durability:?}: {seen:?}");
        assert!(seen.resumed > 200, "{seen:?}");
    }
}

/// What the others rely on.
#[test]
fn a_call_that_is_made_again_is_found_out() {
    let file = r#"{"run":{"input":3}}
{"done":{"place":"0","agent":"divide"}}
{"resumed":{"pid":2}}
{"failed":{"place":"1.4/0","agent":"read"}}
{"done":{"place":"1.4/0","attempt":2,"agent":"read"}}
{"resumed":{"pid":3}}
"#;
    let notes = "1 start divide:3/ 1\n1 end divide:3/ 1\n2 start read:3/4 1\n2 start read:3/4 2\n1 start read:3/4 1\n";
    let seen = Seen { ended: 1, resumed: 2, kept: 3, kept_twice: 0, starts: 4, called_again: 0 };
    assert_eq!(Seen::of(vec![file.to_owned()], notes), seen);
    let again = format!("{notes}2 start divide:3/ 1\n3 start read:3/4 2\n");
    let seen = Seen { starts: 6, called_again: 2, ..seen };
    assert_eq!(Seen::of(vec![file.to_owned()], &again), seen);
    let twice = file.replace("\"attempt\":2,", "");
    assert_eq!(Seen::of(vec![twice], notes).kept_twice, 1);
}
