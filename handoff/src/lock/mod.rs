//! The lock file, which records contracts in the repository, so that none changes unnoticed.
//!
//! Builds that are live at the same time, messages in a queue and journals of earlier runs hold values of the
//! contracts as they were. `handoff.lock` has the canonical schemas of the contracts that cross the handoffs of your
//! pipelines, and an ordinary test compares them with the code:
//!
//! ```no_run
//! # use handoff::prelude::*;
//! # #[agent] async fn draft(topic: String) -> String { topic }
//! # pipeline! { pub research(String) -> String { draft } }
//! # #[allow(dead_code)]
//! #[test]
//! # fn hidden() {}
//! fn contracts_are_as_they_were() -> Result<(), handoff::lock::LockError> {
//!     handoff::lock::verify("handoff.lock", [research.describe()])
//! }
//! ```
//!
//! `HANDOFF_LOCK=update cargo test` writes the file, at first and after every change that is meant; commit it. Without
//! that variable, as on CI, nothing is ever written. After a change that is not meant, or not thought through, the
//! test says what has changed, where in the value, and [for whom that is a break](crate::contract::Breaks):
//!
//! ```text
#![doc = include_str!("example.txt")]
//! ```
//!
//! - Tools read the file with [`Lock`]; the command `handoff` is one.
//! - One call has all the pipelines of a file; what the file has beyond their contracts is an error. Pipelines that
//!   are tested apart have files of their own. Contracts that several of them share stand in the file once.
//! - A path that is not absolute starts at the crate's own folder (`CARGO_MANIFEST_DIR`).
//! - The file is text, sorted by name, one contract after the other, a line for each keyword, so that two changes to
//!   different contracts merge. It does not depend on the features of `serde_json`, nor on the end of lines. After a
//!   conflict take either side and update.
//! - Updating writes another file and renames it, so tests that run at the same time see the old one or the new one.
//! - The prompt of an agent without a body is its [documentation](macro@crate::agent#what-it-asks), where a change is easily
//!   made and does much. Its digest is in the file, so that a change has to be meant; it is no break for anybody.
//! - The doc comments of contracts, fields and variants are in the schemas, for people and tools that read the file. They
//!   are in no [fingerprint](crate::Fingerprint), and a changed comment fails no test: it is in the file after the next
//!   update. A file without any, as older versions have written it, is as good.
//! - Titles and defaults are not in the file; nor are `#[check(with(…))]` and aliases, which no schema shows.

mod contents;
mod error;
mod file;
mod prompts;
mod report;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, io, process};

use crate::describe::Description;

pub use contents::{Lock, LockedContract, LockedPrompt};
pub use error::LockError;
pub use report::{Difference, Differences};

/// The variable of the environment that asks for an update.
const VARIABLE: &str = "HANDOFF_LOCK";

/// Compares the contracts of pipelines, and the prompts of agents without a body, with a lock file.
///
/// With `HANDOFF_LOCK=update` in the environment, it [`update`]s the file at `path` instead. Without that
/// variable nothing is written. The doc comments of contracts are in the file, and are not compared.
///
/// # Errors
///
/// Returns [`LockError::Differs`] if a contract has changed, is new, or is gone. The other variants are
/// returned if the comparison is impossible: there is no such file, it cannot be read or is not a lock file,
/// two different contracts have one name, the variable has another value. `Debug` is for people, since it is
/// what a test that returns the error prints.
#[inline]
pub fn verify(
    path: impl AsRef<Path>,
    pipelines: impl IntoIterator<Item = Description>,
) -> Result<(), LockError> {
    match env::var_os(VARIABLE) {
        None => compare(path.as_ref(), pipelines),
        Some(value) if value.is_empty() => compare(path.as_ref(), pipelines),
        Some(value) if value == "update" => update(path, pipelines),
        Some(value) => Err(LockError::Setting { value: value.to_string_lossy().into_owned() }),
    }
}

/// Writes the contracts of pipelines, and the prompts of agents without a body, to a lock file.
///
/// If the file at `path` has them already, it is left untouched.
///
/// # Errors
///
/// Returns [`LockError::SameName`] if two different contracts have one name, and [`LockError::Io`] if the
/// file cannot be written.
#[inline]
pub fn update(
    path: impl AsRef<Path>,
    pipelines: impl IntoIterator<Item = Description>,
) -> Result<(), LockError> {
    let path = whole(path.as_ref());
    let text = Lock::of(pipelines)?.to_string();
    let failed = |error| LockError::Io { path: path.clone(), error };
    match fs::read_to_string(&path) {
        Ok(found) if found.lines().eq(text.lines()) => return Ok(()),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {}
        Err(error) => return Err(failed(error)),
    }
    write(&path, &text).map_err(failed)
}

#[inline]
fn compare(path: &Path, pipelines: impl IntoIterator<Item = Description>) -> Result<(), LockError> {
    let path = whole(path);
    let current = Lock::of(pipelines)?;
    let differences = Lock::read(&path)?.compare(&current);
    if differences.is_empty() {
        return Ok(());
    }
    Err(LockError::Differs(Differences { path, differences }))
}

#[inline]
fn whole(path: &Path) -> PathBuf {
    match env::var_os("CARGO_MANIFEST_DIR") {
        // An absolute path stays what it is.
        Some(folder) => Path::new(&folder).join(path),
        None => path.to_owned(),
    }
}

/// Writes a file beside it and renames that, which readers see at once or not at all.
#[inline]
fn write(path: &Path, text: &str) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{}.tmp", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let beside = path.with_file_name(name);
    let outcome = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if outcome.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    outcome
}
