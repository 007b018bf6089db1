//! Runs in files: a folder, a file for each run, a line for each entry.

mod answers;
mod held;
mod line;
mod names;
#[cfg(test)]
mod tests;

pub(super) use held::Held;

use super::runs::has_ended;
use super::{Entry, JournalError};
use crate::random;
use crate::trace::TraceId;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the recorded entries of a run survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Durability {
    /// The crash of the machine.
    ///
    /// Before the run goes on it waits for the disk, with each entry or with all that arrive at once: some
    /// milliseconds.
    #[default]
    Disk,
    /// The end of the process in any way, but not the crash of the machine.
    ///
    /// If the power fails, the last entries are lost, and their calls are made again.
    Process,
}

/// A folder of durable runs, for [`Runtime::durable`](crate::Runtime::durable).
///
/// It contains
///
/// - `open/ID.jsonl` for each run that has not ended, and `ended/ID.jsonl` for each that has;
/// - `shapes/`, the declarations of the pipelines when their runs began;
/// - `answers/`, the [answers](super::Durable::answer) to signals.
///
/// Any number of processes of one machine may share a folder. The process that drives a run holds a lock on
/// its file, which the operating system releases when the process ends; there is no lease to wait for or to
/// renew.
///
/// A line is a JSON object with a checksum as its last member, so the files can be followed with `tail -f`
/// and searched with `jq`, and a changed line is detected. Payloads are stored as they are. On Unix only the
/// owner may read the files.
///
/// The folder must be on a local file system: locks may not be reliable over a network.
#[derive(Clone, Debug)]
pub struct Files {
    folder: Arc<Path>,
    durability: Durability,
}

/// The parts of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Runs that have not ended.
    Open,
    /// Runs that have.
    Ended,
    /// What pipelines were declared as.
    Shapes,
    /// What was answered to signals of runs that have not ended.
    Answers,
}

impl Part {
    #[inline]
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Shapes => "shapes",
            Self::Answers => "answers",
        }
    }
}

/// What a run is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// To begin it where there is none.
    Begin,
    /// To go on with it.
    Resume,
    /// To go on with it even if it has ended.
    Again,
}

/// A run in a folder: its id, and its entries or why they cannot be read.
pub(super) type Found = (String, Result<Vec<Entry>, JournalError>);

/// What there is of a run.
#[derive(Debug)]
pub(super) enum Taken {
    /// It is this process's now; a new one where there are no entries.
    Held(Held, Vec<Entry>),
    /// It has ended, with these entries.
    Ended(Vec<Entry>),
    /// There is none.
    Nothing,
}

impl Files {
    /// Opens a folder of runs, and creates it if there is none.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Store`] if it cannot be created.
    #[inline]
    pub fn open(folder: impl Into<PathBuf>, durability: Durability) -> Result<Self, JournalError> {
        let files = Self { folder: folder.into().into(), durability };
        let is_new = !exists(&files.folder)?;
        for part in [Part::Open, Part::Ended, Part::Shapes, Part::Answers] {
            let folder = files.folder(part);
            make_folder(&folder).map_err(|error| failed("make the folder", &folder, &error))?;
        }
        files.sync(&files.folder)?;
        if is_new && let Some(above) = files.folder.parent() {
            files.sync(if above == Path::new("") { Path::new(".") } else { above })?;
        }
        Ok(files)
    }

    #[inline]
    fn folder(&self, part: Part) -> PathBuf {
        self.folder.join(part.name())
    }

    #[inline]
    fn path(&self, part: Part, id: &str) -> PathBuf {
        let mut path = self.folder(part);
        path.push(names::of_id(id));
        path
    }

    /// Takes a run, unless somebody has it.
    ///
    /// Whoever holds the lock of the file that is at `open/ID.jsonl` has the run: nobody else puts a file there, or takes
    /// it away.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`], `Unreadable`, `Store`.
    #[inline]
    pub(super) fn take(&self, id: &str, take: Take) -> Result<Taken, JournalError> {
        self.try_take(id, take).map_err(|error| error.of_run(id))
    }

    #[inline]
    fn try_take(&self, id: &str, take: Take) -> Result<Taken, JournalError> {
        let (open, ended) = (self.path(Part::Open, id), self.path(Part::Ended, id));
        loop {
            // One without an end has been tried again, on a machine that went down before its file was where it belongs.
            let mut is_left = false;
            if take != Take::Again
                && let Some(whole) = Whole::at(&ended, id)?
            {
                if has_ended(&whole.entries) {
                    return Ok(Taken::Ended(whole.entries));
                }
                is_left = true;
            }
            let Some(mut file) = lock(&open, id, is_left || take != Take::Resume)? else {
                if exists(&ended)? {
                    // Between the two looks it has ended.
                    continue;
                }
                return Ok(Taken::Nothing);
            };
            let mut whole = Whole::of(&open, id, &file)?;
            if exists(&ended)? {
                if !whole.entries.is_empty() {
                    let reason =
                        format!("there are two files of it, {} and {}", open.display(), ended.display());
                    return Err(JournalError::Unreadable { id: id.to_owned(), reason });
                }
                let again = || {
                    let Some(file) = lock(&ended, id, false)? else { return Ok(None) };
                    let whole = Whole::of(&ended, id, &file)?;
                    if take != Take::Again && has_ended(&whole.entries) {
                        return Ok(None);
                    }
                    // In the place of the new file, which nobody else can lock meanwhile.
                    fs::rename(&ended, &open).map_err(|error| failed("move the file", &ended, &error))?;
                    for part in [Part::Open, Part::Ended] {
                        self.sync(&self.folder(part))?;
                    }
                    Ok(Some((file, whole)))
                };
                match if is_left || take == Take::Again { again() } else { Ok(None) } {
                    Ok(Some(again)) => (file, whole) = again,
                    Ok(None) => {
                        remove(&open)?;
                        continue;
                    }
                    Err(error) => {
                        // Where the file is there already, it stays.
                        let _ = remove_if_empty(&open);
                        return Err(error);
                    }
                }
            }
            let Whole { entries, len, read } = whole;
            if entries.is_empty() && take != Take::Begin {
                remove(&open)?;
                return Ok(Taken::Nothing);
            }
            if len < read {
                file.set_len(len).map_err(|error| failed("cut the file", &open, &error))?;
            }
            if entries.is_empty() {
                self.sync(&self.folder(Part::Open))?;
            }
            return Ok(Taken::Held(Held::new(self.clone(), id, file, len), entries));
        }
    }

    /// Removes a run that nobody has. Whether there was one.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`], `Store`.
    #[inline]
    pub(super) fn remove(&self, id: &str) -> Result<bool, JournalError> {
        self.remove_where(id, |_| Ok(true))
    }

    /// Removes a run that nobody has, if it ended no later than then. Whether it did.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`], `Unreadable`, `Store`.
    #[inline]
    pub(super) fn remove_ended(&self, id: &str, latest: u64) -> Result<bool, JournalError> {
        self.remove_where(id, |ended| {
            let whole = Whole::at(ended, id)?;
            let entries = whole.as_ref().map_or(&[][..], |whole| &whole.entries);
            Ok(matches!(entries, [.., Entry::Ended { at, .. }] if *at <= latest))
        })
    }

    /// Removes a run that nobody has, if it is one that is meant, while nobody can have it: the file of one that has ended
    /// is at this path.
    #[inline]
    fn remove_where(
        &self,
        id: &str,
        is_meant: impl Fn(&Path) -> Result<bool, JournalError>,
    ) -> Result<bool, JournalError> {
        self.try_remove_where(id, is_meant).map_err(|error| error.of_run(id))
    }

    #[inline]
    fn try_remove_where(
        &self,
        id: &str,
        is_meant: impl Fn(&Path) -> Result<bool, JournalError>,
    ) -> Result<bool, JournalError> {
        let (open, ended) = (self.path(Part::Open, id), self.path(Part::Ended, id));
        loop {
            let has_ended = exists(&ended)?;
            let Some(_locked) = lock(&open, id, has_ended)? else {
                if exists(&ended)? {
                    continue;
                }
                return Ok(false);
            };
            if !is_meant(&ended).inspect_err(|_| drop(remove_if_empty(&open)))? {
                remove_if_empty(&open)?;
                return Ok(false);
            }
            let is_open =
                fs::metadata(&open).map_err(|error| failed("look for the file", &open, &error))?.len() > 0;
            let was_there = remove(&ended)? || is_open;
            remove(&open)?;
            self.forget_answers(id)?;
            return Ok(was_there);
        }
    }

    /// Takes the payloads out of a run that has ended. Whether there is one.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`], `Unreadable`, `Store`.
    #[inline]
    pub(super) fn redact(&self, id: &str) -> Result<bool, JournalError> {
        self.try_redact(id).map_err(|error| error.of_run(id))
    }

    #[inline]
    fn try_redact(&self, id: &str) -> Result<bool, JournalError> {
        let (open, ended) = (self.path(Part::Open, id), self.path(Part::Ended, id));
        match self.take(id, Take::Resume)? {
            // Its process was killed between its end and that of its file.
            Taken::Held(held, entries) if has_ended(&entries) => held.end()?,
            Taken::Held(..) | Taken::Nothing => return Ok(false),
            Taken::Ended(_) => {}
        }
        let Some(_locked) = lock(&open, id, true)? else { return Ok(false) };
        let redact = || {
            let Some(mut whole) = Whole::at(&ended, id)? else { return Ok(false) };
            whole.entries.iter_mut().for_each(Entry::redact);
            let mut lines = Vec::new();
            line::write(&mut lines, &whole.entries).map_err(|error| failed(WRITING, &ended, &error))?;
            self.replace(WRITING, &ended, &lines)?;
            self.forget_answers(id)?;
            Ok(true)
        };
        let redacted = redact();
        remove_if_empty(&open)?;
        redacted
    }

    /// Puts a file in its place as a whole, for whoever looks meanwhile and after a crash.
    #[inline]
    fn replace(&self, doing: &'static str, path: &Path, bytes: &[u8]) -> Result<(), JournalError> {
        let new = path.with_extension(format!("{:016x}", random::bits()));
        let write = || {
            let mut file = private().write(true).create_new(true).open(&new)?;
            file.write_all(bytes)?;
            if self.durability == Durability::Disk {
                file.sync_data()?;
            }
            fs::rename(&new, path)
        };
        write().map_err(|error| {
            let _ = fs::remove_file(&new);
            failed(doing, path, &error)
        })
    }

    /// The runs of this part, whoever has them, by the names of their files: the id of each, and its entries or why they
    /// cannot be read.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the folder cannot be read.
    #[inline]
    pub(super) fn runs(&self, part: Part) -> Result<impl Iterator<Item = Found> + use<>, JournalError> {
        let folder = self.folder(part);
        Ok(names_in(&folder)?.into_iter().filter_map(move |name| {
            let id = names::id_of(name.to_str()?)?;
            let entries = match Whole::at(&folder.join(&name), &id) {
                Ok(whole) => whole?.entries,
                Err(error) => {
                    let error = error.of_run(&id);
                    return Some((id, Err(error)));
                }
            };
            match entries.first()? {
                Entry::Run(head) => Some((head.id.clone(), Ok(entries))),
                _ => None,
            }
        }))
    }

    /// What is kept of a run, whoever has it, if there is one.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unreadable`], `Store`.
    #[inline]
    pub(super) fn run(&self, id: &str) -> Result<Option<Vec<Entry>>, JournalError> {
        // In the order in which it goes from the one to the other.
        for part in [Part::Open, Part::Ended] {
            if let Some(whole) = Whole::at(&self.path(part, id), id).map_err(|error| error.of_run(id))?
                && !whole.entries.is_empty()
            {
                return Ok(Some(whole.entries));
            }
        }
        Ok(None)
    }

    /// The run of this trace among those that have ended, if there is one. It reads the first line of each.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the folder cannot be read.
    #[inline]
    pub(super) fn ended_of(&self, trace: TraceId) -> Result<Option<String>, JournalError> {
        let folder = self.folder(Part::Ended);
        Ok(names_in(&folder)?.iter().find_map(|name| {
            names::id_of(name.to_str()?)?;
            let mut line = Vec::new();
            BufReader::new(File::open(folder.join(name)).ok()?).read_until(b'\n', &mut line).ok()?;
            match &line::read(&line).ok()?.entries[..] {
                [Entry::Run(head)] if head.trace_id == trace => Some(head.id.clone()),
                _ => None,
            }
        }))
    }

    /// Keeps what a pipeline is declared as.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`].
    #[inline]
    pub(super) fn keep_shape(&self, shape: &str, description: &str) -> Result<(), JournalError> {
        let folder = self.folder(Part::Shapes);
        let path = folder.join(format!("{shape}.json"));
        if exists(&path)? {
            return Ok(());
        }
        self.replace("keep what a pipeline is declared as", &path, description.as_bytes())
    }

    /// What was kept of a pipeline, if it is there still.
    #[inline]
    pub(super) fn shape(&self, shape: &str) -> Option<String> {
        let is_one = !shape.is_empty() && shape.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = self.folder(Part::Shapes).join(format!("{shape}.json"));
        is_one.then(|| fs::read_to_string(path).ok()).flatten()
    }

    /// Sees to it that the names in a folder are kept.
    #[inline]
    fn sync(&self, folder: &Path) -> Result<(), JournalError> {
        if cfg!(unix) && self.durability == Durability::Disk {
            let sync = || File::open(folder)?.sync_all();
            sync().map_err(|error| failed("sync the folder", folder, &error))?;
        }
        Ok(())
    }
}

/// The names in a folder, in their order.
#[inline]
fn names_in(folder: &Path) -> Result<Vec<OsString>, JournalError> {
    let list = || fs::read_dir(folder)?.map(|file| Ok(file?.file_name())).collect();
    let names: io::Result<Vec<_>> = list();
    let mut names = names.map_err(|error| failed("list the files", folder, &error))?;
    names.sort();
    Ok(names)
}

/// What is in a file of a run.
struct Whole {
    entries: Vec<Entry>,
    /// Bytes of the entries.
    len: u64,
    /// Bytes in all.
    read: u64,
}

impl Whole {
    /// Of an open file, which is read from its beginning.
    #[inline]
    fn of(path: &Path, id: &str, mut file: &File) -> Result<Self, JournalError> {
        let mut text = Vec::new();
        file.rewind()
            .and_then(|()| file.read_to_end(&mut text))
            .map_err(|error| failed(READING, path, &error))?;
        let unreadable = |reason| JournalError::Unreadable { id: id.to_owned(), reason };
        let line::Read { entries, len } = line::read(&text).map_err(unreadable)?;
        match entries.first() {
            None => {}
            Some(Entry::Run(head)) if path.ends_with(names::of_id(&head.id)) => {}
            Some(Entry::Run(head)) => return Err(unreadable(format!("it is of run `{}`", head.id))),
            Some(_) => return Err(unreadable("it does not begin with the run".to_owned())),
        }
        Ok(Self { entries, len: len as u64, read: text.len() as u64 })
    }

    /// Of the file at this path, if there is one.
    #[inline]
    fn at(path: &Path, id: &str) -> Result<Option<Self>, JournalError> {
        match File::open(path) {
            Ok(file) => Self::of(path, id, &file).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(READING, path, &error)),
        }
    }
}

/// The file at this path, locked, if there is one or one is to be made.
#[inline]
fn lock(path: &Path, id: &str, create: bool) -> Result<Option<File>, JournalError> {
    loop {
        let file = match private().read(true).append(true).create(create).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound && !create => return Ok(None),
            Err(error) => return Err(failed("open the file", path, &error)),
        };
        if let Some(file) = locked(file, path, id)? {
            return Ok(Some(file));
        }
    }
}

/// This file, locked, if it is still at this path: whoever had it may have put it elsewhere before the lock was free.
#[inline]
fn locked(file: File, path: &Path, id: &str) -> Result<Option<File>, JournalError> {
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(JournalError::UnderWay { id: id.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(failed("lock the file", path, &error)),
    }
    let is_there = is_at(&file, path).map_err(|error| failed("look for the file", path, &error))?;
    Ok(is_there.then_some(file))
}

#[cfg(unix)]
#[inline]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let file = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (file.dev(), file.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
#[inline]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

/// Makes files that nobody but their owner may read.
#[inline]
fn private() -> OpenOptions {
    #[allow(unused_mut)] // where there is no such thing
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder where there is none, and those that it is in, for nobody but their owner.
#[inline]
fn make_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

#[inline]
fn exists(path: &Path) -> Result<bool, JournalError> {
    fs::exists(path).map_err(|error| failed("look for the file", path, &error))
}

/// Removes the file at this path, which nobody else can lock, unless a run is in it by now.
#[inline]
fn remove_if_empty(path: &Path) -> Result<(), JournalError> {
    match fs::metadata(path) {
        Ok(file) if file.len() == 0 => remove(path).map(drop),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("look for the file", path, &error)),
        _ => Ok(()),
    }
}

/// Whether there was a file.
#[inline]
fn remove(path: &Path) -> Result<bool, JournalError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("remove the file", path, &error)),
    }
}

/// What is done most, as an error says it.
const READING: &str = "read the entries";
const WRITING: &str = "write the entries";

#[inline]
fn failed(doing: &'static str, path: &Path, error: &io::Error) -> JournalError {
    JournalError::store(doing, format!("{}: {error}", path.display()))
}

/// Does what waits for a disk on a thread of its own: other runs have this one.
///
/// # Errors
///
/// The tokio runtime is shutting down.
#[inline]
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JournalError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| JournalError::store("wait for the disk", error.to_string()))
}
