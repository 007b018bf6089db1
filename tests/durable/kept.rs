//! What the tests of runs in files share: folders, pipelines, and agents that say when they are called.

use handoff::durable::{Durability, Durable, Files, JournalError};
use handoff::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// An empty folder of a test's own.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("durable").join(test);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// The state of one process.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<Said>>, Arc<Notify>);

#[derive(Default)]
struct Said {
    called: Vec<String>,
    keys: Vec<String>,
    broken: Vec<&'static str>,
    holding: Option<&'static str>,
}

impl Desk {
    /// Where this call fails.
    pub fn broken(call: &'static str) -> Self {
        let desk = Self::default();
        desk.0.lock().unwrap().broken.push(call);
        desk
    }

    /// Where this call never comes to its end.
    pub fn holding(call: &'static str) -> Self {
        let desk = Self::default();
        desk.0.lock().unwrap().holding = Some(call);
        desk
    }

    /// Which calls there were, in the order of their names.
    pub fn called(&self) -> Vec<String> {
        let mut called = self.0.lock().unwrap().called.clone();
        called.sort();
        called
    }

    /// The same, with their keys.
    pub fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap().keys.clone()
    }

    /// Waits until the call is under way that never comes to its end.
    pub async fn reached(&self) {
        self.1.notified().await;
    }

    pub async fn enter(&self, call: String, cx: &Context) -> Result<(), String> {
        let (holds, is_broken) = {
            let Said { called, keys, broken, holding } = &mut *self.0.lock().unwrap();
            called.push(call.clone());
            keys.push(format!("{call} {}", cx.idempotency_key()));
            (holding.is_some_and(|held| held == call), broken.contains(&&*call))
        };
        if holds {
            self.1.notify_one();
            std::future::pending::<()>().await;
        }
        if is_broken { Err(format!("{call} is broken")) } else { Ok(()) }
    }

    pub fn runtime(&self) -> Runtime<Self> {
        Runtime::builder().state(self.clone()).build()
    }

    /// As after a start of the program.
    pub fn durable(&self, folder: &Path) -> Durable<Self> {
        self.runtime().durable(Files::open(folder, Durability::Process).unwrap())
    }
}

/// Polls a run until the call is under way that holds it up, and drops it there.
pub async fn left<T>(run: handoff::Run<T>, desk: &Desk) {
    tokio::select! {
        biased;
        outcome = run => panic!("it has ended: {:?}", outcome.map(drop)),
        () = desk.reached() => {}
    }
}

/// Why a run cannot go on.
#[track_caller]
pub fn journal_error<T>(outcome: Result<Envelope<T>, PipelineError>) -> JournalError {
    match outcome.map(drop).unwrap_err().into_kind() {
        ErrorKind::Journal(error) => *error,
        other => panic!("{other}"),
    }
}

#[contract]
pub struct Draft {
    pub text: String,
    pub round: u32,
}

#[agent]
pub async fn first(text: String, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter("first".to_owned(), &cx).await?;
    cx.warn("written in haste");
    Ok(Draft { text, round: 0 })
}

#[agent]
pub async fn second(draft: Draft, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter("second".to_owned(), &cx).await?;
    Ok(Draft { round: draft.round + 1, ..draft })
}

#[agent]
pub async fn third(draft: Draft, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter("third".to_owned(), &cx).await?;
    Ok(Draft { round: draft.round + 10, ..draft })
}

#[agent]
pub async fn publish(draft: Draft, cx: Context, State(desk): State<Desk>) -> Result<String, String> {
    desk.enter("publish".to_owned(), &cx).await?;
    Ok(format!("{} {}", draft.text, draft.round))
}

pipeline! { pub story(String) -> String { first => second => publish } }

/// Fails the first time.
#[agent(retries = 2)]
pub async fn stubborn(draft: Draft, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter(format!("stubborn {}", cx.attempt()), &cx).await?;
    if cx.attempt() == 1 { Err("not yet".to_owned()) } else { Ok(draft) }
}

pipeline! { pub retried(String) -> String { first => stubborn => publish } }

#[agent]
pub async fn split(text: String, cx: Context, State(desk): State<Desk>) -> Result<Vec<String>, String> {
    desk.enter("split".to_owned(), &cx).await?;
    Ok(text.split(' ').map(str::to_owned).collect())
}

#[agent]
pub async fn work(word: String, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter(format!("work {word}"), &cx).await?;
    Ok(Draft { text: word, round: 1 })
}

#[agent]
pub async fn total(parts: Partial<Draft>, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
    desk.enter("total".to_owned(), &cx).await?;
    Ok(Draft { text: format!("{} of {}", parts.results().len(), parts.total()), round: 0 })
}

pipeline! {
    pub tolerant(String) -> String {
        split => fan_out(|words| words, max = 8) work => barrier(at_least = 2) => total => publish
    }
}
