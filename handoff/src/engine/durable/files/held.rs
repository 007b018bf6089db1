//! The file of a run that this process has.

use super::{Durability, Files, Part, WRITING, blocking, failed, line};
use crate::engine::durable::{Entry, JournalError, Store};
use std::fs::{self, File};
use std::io::Write as _;
use std::sync::Arc;

/// The file of one run. While it is held, nobody else has the run: the file is locked, and the lock ends with the process.
///
/// Dropped before anything was written to it, it is removed.
#[derive(Debug)]
pub(crate) struct Held {
    file: Arc<File>,
    id: String,
    files: Files,
    /// Bytes that are kept.
    len: u64,
    /// Whether its end is not what it should be: nothing may follow.
    is_broken: bool,
}

impl Held {
    #[inline]
    pub(super) fn new(files: Files, id: &str, file: File, len: u64) -> Self {
        Self { file: Arc::new(file), id: id.to_owned(), files, len, is_broken: false }
    }

    /// Puts the file where those of runs are that have ended. Where the process ends before, whoever opens it next does.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(crate) fn end(self) -> Result<(), JournalError> {
        let (open, ended) = (self.files.path(Part::Open, &self.id), self.files.path(Part::Ended, &self.id));
        fs::rename(&open, ended).map_err(|error| failed("move the file", &open, &error).of_run(&self.id))?;
        self.files.forget_answers(&self.id)
    }

    /// Writes to another file from now on.
    #[cfg(test)]
    #[inline]
    pub(super) fn replace(&mut self, file: File) -> File {
        let file = std::mem::replace(&mut self.file, Arc::new(file));
        Arc::into_inner(file).expect("nobody else has it")
    }
}

impl Store for Held {
    /// Writes on this thread, which takes microseconds, and waits for the disk on another one, where it takes
    /// milliseconds.
    ///
    /// # Cancel safety
    ///
    /// What was being written when the future is dropped is whole, and may or may not be on the disk.
    #[inline]
    async fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let path = self.files.path(Part::Open, &self.id);
        if self.is_broken {
            let reason = format!("{}: the last line is incomplete", path.display());
            return Err(JournalError::store(WRITING, reason));
        }
        let mut lines = Vec::with_capacity(512 * entries.len());
        line::write(&mut lines, entries).map_err(|error| failed(WRITING, &path, &error))?;
        let kept = self.len;
        let mut written = (&*self.file).write_all(&lines);
        if written.is_ok() {
            self.len += lines.len() as u64;
            if self.files.durability == Durability::Disk {
                let file = Arc::clone(&self.file);
                written = blocking(move || file.sync_data()).await?;
            }
        }
        written.map_err(|error| {
            // Nothing is half done.
            self.is_broken = self.file.set_len(kept).is_err();
            self.len = kept;
            failed(WRITING, &path, &error)
        })
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        if self.len == 0 {
            // An empty file is that of no run, so it does no harm.
            let _ = fs::remove_file(self.files.path(Part::Open, &self.id));
        }
        // The thread that waits for the disk may have the file for a while, and need not keep others from the run.
        let _ = self.file.unlock();
    }
}
