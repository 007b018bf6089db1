//! Answers to signals, beside the files of their runs: `answers/ID/SPAN.json`.
//!
//! An answer is there before whoever gave it is told so, and stays until the run has ended: a process that goes on with the
//! run finds it again. That it is there says that there is one.

use super::{Durability, Files, Part, failed, make_folder, private};
use crate::engine::durable::JournalError;
use crate::random;
use crate::trace::SpanId;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

impl Files {
    #[inline]
    fn answers(&self, id: &str) -> PathBuf {
        self.path(Part::Answers, id).with_extension("")
    }

    /// Keeps an answer to the signal of this span. `false` where it has one.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(in crate::engine::durable) fn put_answer(
        &self,
        id: &str,
        signal: SpanId,
        answer: &str,
    ) -> Result<bool, JournalError> {
        let folder = self.answers(id);
        let path = folder.join(format!("{signal}.json"));
        // Whoever reads it finds all of it.
        let new = folder.join(format!("{signal}.{:016x}", random::bits()));
        let write = || {
            make_folder(&folder)?;
            let mut file = private().write(true).create_new(true).open(&new)?;
            file.write_all(answer.as_bytes())?;
            if self.durability == Durability::Disk {
                file.sync_data()?;
            }
            // Unlike a new name, this takes nobody's place.
            let linked = fs::hard_link(&new, &path);
            fs::remove_file(&new)?;
            match linked {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(error),
            }
        };
        let is_first = write().map_err(|error| failed("keep an answer", &path, &error).of_run(id))?;
        if is_first {
            let synced = self.sync(&folder).and_then(|()| self.sync(&self.folder(Part::Answers)));
            synced.map_err(|error| error.of_run(id))?;
        }
        Ok(is_first)
    }

    /// The answer to the signal of this span, if there is one.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(in crate::engine::durable) fn answer(
        &self,
        id: &str,
        signal: SpanId,
    ) -> Result<Option<String>, JournalError> {
        let path = self.answers(id).join(format!("{signal}.json"));
        match fs::read_to_string(&path) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read an answer", &path, &error).of_run(id)),
        }
    }

    /// Removes an answer that the program does not take.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(in crate::engine::durable) fn forget_answer(
        &self,
        id: &str,
        signal: SpanId,
    ) -> Result<(), JournalError> {
        let path = self.answers(id).join(format!("{signal}.json"));
        super::remove(&path).map(drop).map_err(|error| error.of_run(id))
    }

    /// Removes all answers of a run: it has ended, or begins again.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(in crate::engine::durable) fn forget_answers(&self, id: &str) -> Result<(), JournalError> {
        let folder = self.answers(id);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(failed("remove the answers", &folder, &error).of_run(id))
            }
            _ => Ok(()),
        }
    }
}
