//! Files that are read, and `-` for standard input.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use handoff::lock::{Lock, LockedContract};
use handoff_log::RunLog;

use crate::failure::Failure;

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// How a file is called in messages.
pub(crate) fn name(path: &Path) -> impl Display {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let read = if is_stdin(path) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    read.map_err(|error| Failure::reading(path, &error))
}

pub(crate) fn lock(path: &Path) -> Result<Lock, Failure> {
    Ok(if is_stdin(path) { Lock::from_text(&text(path)?, "standard input")? } else { Lock::read(path)? })
}

pub(crate) fn log(path: &Path) -> Result<RunLog, Failure> {
    Ok(if is_stdin(path) { RunLog::read(io::stdin().lock())? } else { RunLog::open(path)? })
}

/// Refuses to read standard input twice.
pub(crate) fn at_most_one_stdin(paths: [&Path; 2]) -> Result<(), Failure> {
    if paths.iter().all(|path| is_stdin(path)) {
        return Err(Failure::told("standard input can be read once: only one of the files can be `-`"));
    }
    Ok(())
}

/// The contract of a name.
pub(crate) fn contract<'l>(lock: &'l Lock, path: &Path, name: &str) -> Result<&'l LockedContract, Failure> {
    lock.contract(name).ok_or_else(|| {
        let names: Vec<_> = lock.contracts().iter().map(|contract| format!("`{}`", contract.name)).collect();
        let there =
            if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
        Failure::told(format!("there is no contract `{name}` in {}: {there}", self::name(path)))
    })
}
