//! What agents did, in a file that outlives their processes, and that no engine knows of.

use handoff::prelude::*;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io, process};

/// Where notes are taken, if they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Option<PathBuf>);

/// A line of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// Milliseconds since the epoch.
    pub(crate) at: u128,
    /// Whose process it was.
    pub(crate) process: u32,
    /// `start`, `end` or `fail`; or `stop`, where the end was not its own.
    pub(crate) event: String,
    /// Of the call, over all its attempts.
    pub(crate) key: String,
    /// Which of them.
    pub(crate) attempt: u32,
    /// What it was about.
    pub(crate) what: String,
}

impl Notes {
    pub(crate) fn at(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }

    /// # Errors
    ///
    /// The note cannot be written.
    pub(crate) fn take(&self, event: &str, cx: &Context, what: &str) -> io::Result<()> {
        let Some(path) = &self.0 else { return Ok(()) };
        let (at, process) = (now(), process::id());
        let line = format!("{at} {process} {event} {} {} {what}\n", cx.idempotency_key(), cx.attempt());
        // In one write, so that the lines of several processes stay lines.
        OpenOptions::new().append(true).create(true).open(path)?.write_all(line.as_bytes())
    }

    /// # Errors
    ///
    /// They cannot be read. That there are none is no error.
    pub(crate) fn read(path: &Path) -> io::Result<Vec<Note>> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        text.lines().map(|line| note(line).ok_or_else(|| io::Error::other(line.to_owned()))).collect()
    }
}

impl Note {
    /// Whether the attempt came to an end of its own.
    pub(crate) fn is_end(&self) -> bool {
        matches!(&*self.event, "end" | "fail")
    }
}

fn note(line: &str) -> Option<Note> {
    let mut words = line.splitn(6, ' ');
    Some(Note {
        at: words.next()?.parse().ok()?,
        process: words.next()?.parse().ok()?,
        event: words.next()?.to_owned(),
        key: words.next()?.to_owned(),
        attempt: words.next()?.parse().ok()?,
        what: words.next()?.to_owned(),
    })
}

/// Milliseconds since the epoch.
pub(crate) fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}
