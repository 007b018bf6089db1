//! Files of a log.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::named;
use crate::line::{Entry, Line, Lost};

/// Bytes after which lines are written even though more are to come.
const FULL: usize = 1 << 16;

/// Where lines go.
pub(super) enum Target {
    /// The lines of all runs.
    File(LogFile),
    /// A file for each run, in here.
    Folder(PathBuf),
}

/// A file, and the lines that are yet to be written to it.
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    /// How many they are.
    lines: u64,
    /// Those that the disk has not taken.
    lost: u64,
    /// Whether half a line may stand at the end.
    torn: bool,
    /// Of which run the last line was, and when.
    last: (u32, u64),
}

impl LogFile {
    pub(super) fn new(path: PathBuf, file: File) -> Self {
        Self { path, file, buffer: Vec::new(), lines: 0, lost: 0, torn: false, last: (0, 0) }
    }

    /// A new file of this name in a folder; of the name and a number, where that is taken.
    pub(super) fn in_folder(folder: &Path, name: &str) -> io::Result<Self> {
        let mut path = folder.join(format!("{name}.jsonl"));
        let mut number = 1;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok(Self::new(path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1_000 => {
                    number += 1;
                    path = folder.join(format!("{name}-{number}.jsonl"));
                }
                Err(error) => return Err(named("create the run log", &path, &error)),
            }
        }
    }

    /// Adds a line.
    pub(super) fn push(&mut self, line: &Line<'_>) -> Result<(), Failed> {
        self.last = (line.run, line.t);
        self.put(line);
        self.lines += 1;
        if self.buffer.len() >= FULL { self.write_out() } else { Ok(()) }
    }

    fn put(&mut self, line: &Line<'_>) {
        let start = self.buffer.len();
        if line.write(&mut self.buffer).is_err() {
            // Unreachable: every line is JSON.
            self.buffer.truncate(start);
        } else {
            self.buffer.push(b'\n');
        }
    }

    /// Writes what is yet to be written.
    pub(super) fn write_out(&mut self) -> Result<(), Failed> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.torn {
            let lines = std::mem::take(&mut self.buffer);
            self.buffer.push(b'\n');
            let (run, t) = self.last;
            let entry = Entry::Lost(Lost { lines: self.lost });
            self.put(&Line { run, t, span: None, parent: None, path: None, redacted: false, entry });
            self.buffer.extend(lines);
        }
        let written = self.file.write_all(&self.buffer);
        self.buffer.clear();
        let lines = std::mem::take(&mut self.lines);
        match written {
            Ok(()) => {
                (self.torn, self.lost) = (false, 0);
                Ok(())
            }
            Err(error) => {
                self.torn = true;
                self.lost += lines;
                Err(Failed { error: named("write the run log", &self.path, &error), lines })
            }
        }
    }
}

/// Lines were not written.
pub(super) struct Failed {
    /// Why, with the file's name.
    pub(super) error: io::Error,
    /// How many.
    pub(super) lines: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunLog;

    fn line(t: u64) -> Line<'static> {
        let entry = Entry::Lost(Lost { lines: 0 });
        Line { run: 0, t, span: None, parent: None, path: None, redacted: false, entry }
    }

    #[test]
    fn what_a_disk_has_not_taken_is_told_once_it_does() {
        let path = std::env::temp_dir().join(format!("handoff-log-torn-{}.jsonl", std::process::id()));
        let start = include_str!("../line/example.jsonl").lines().next().unwrap();
        // Half a line was taken, and then the disk was full.
        std::fs::write(&path, format!("{start}\n{{\"e\":\"ta")).unwrap();
        let mut log = LogFile::new(path.clone(), File::open(&path).unwrap());
        log.push(&line(1)).ok().unwrap();
        log.push(&line(2)).ok().unwrap();
        assert_eq!(log.write_out().err().unwrap().lines, 2);
        log.push(&line(3)).ok().unwrap();
        assert_eq!(log.write_out().err().unwrap().lines, 1);
        log.file = OpenOptions::new().append(true).open(&path).unwrap();
        for t in 4..6 {
            log.push(&line(t)).ok().unwrap();
            log.write_out().ok().unwrap();
        }

        let read = RunLog::open(&path).unwrap();
        assert_eq!((read.lost(), read.skipped.broken, read.runs[0].last), (3, 1, 5));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 5);
        std::fs::remove_file(path).unwrap();
    }
}
