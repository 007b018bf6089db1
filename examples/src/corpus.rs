//! Loading a file or a folder of text, and saying clearly what was not loaded.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use crate::text::Format;

/// The largest file that is read, 4 MiB: well above any text that people write by hand.
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The most files that are read from a folder.
pub const MAX_FILES: usize = 5_000;

/// The most bytes that are read from a folder altogether, 64 MiB: what is held in memory.
pub const MAX_TOTAL_BYTES: u64 = 64 * 1024 * 1024;

/// Folders that hold what a build or a package manager made.
const GENERATED: [&str; 2] = ["target", "node_modules"];

/// How much of a file is looked at to tell binary from text; what git looks at too.
const LOOKED_AT: usize = 8_000;

/// The text that questions are asked about.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// The files, in the order of their paths.
    pub files: Vec<TextFile>,
    /// What the folder also holds and was not read, in the order it was found.
    pub skipped: Vec<Skipped>,
}

/// One file of text.
#[derive(Clone, Debug)]
pub struct TextFile {
    /// The path as a user would write it to open the file.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// What is in it, without a byte order mark.
    pub text: String,
}

/// A file that was found in a folder and not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path.
    pub path: PathBuf,
    /// Why it was not read.
    pub reason: String,
}

/// Why nothing could be loaded.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such file or folder.
    NoSuchPath(PathBuf),
    /// It is neither a file nor a folder: a device, a pipe, a socket.
    NotAFile(PathBuf),
    /// The file holds something other than text.
    Binary(PathBuf),
    /// The file is not UTF-8; the first bad byte is at this offset, counted from 0.
    NotUtf8(PathBuf, usize),
    /// The file is larger than [`MAX_FILE_BYTES`].
    TooLarge(PathBuf),
    /// The folder holds more than [`MAX_FILES`] files or [`MAX_TOTAL_BYTES`] of text.
    TooMuch(PathBuf),
    /// The file is empty, or the folder holds no text; this many of its files were skipped.
    NothingToRead(PathBuf, usize),
    /// The operating system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPath(path) => write!(f, "no such file or folder: {}", path.display()),
            Self::NotAFile(path) => write!(f, "neither a file nor a folder: {}", path.display()),
            Self::Binary(path) => write!(f, "a binary file, not text: {}", path.display()),
            Self::NotUtf8(path, offset) => {
                write!(f, "not UTF-8 text (the byte at offset {offset} is not): {}", path.display())
            }
            Self::TooLarge(path) => {
                write!(f, "larger than {} MiB, too large to read: {}", MAX_FILE_BYTES >> 20, path.display())
            }
            Self::TooMuch(path) => write!(
                f,
                "more than {MAX_FILES} files or {} MiB of text, name a smaller folder: {}",
                MAX_TOTAL_BYTES >> 20,
                path.display()
            ),
            Self::NothingToRead(path, 0) => write!(f, "nothing to read in {}", path.display()),
            Self::NothingToRead(path, skipped) => {
                write!(
                    f,
                    "nothing to read in {}: {skipped} found, none of it readable Markdown, text or Rust",
                    path.display()
                )
            }
            Self::Io(path, error) => write!(f, "cannot read {}: {error}", path.display()),
        }
    }
}

impl error::Error for LoadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

impl Corpus {
    /// Loads the file at `path`, or every Markdown, text and Rust file in the folder at `path`
    /// and below it.
    ///
    /// In a folder, hidden files and folders, `target` and `node_modules` are passed over, and
    /// links are not followed (so no loop is possible). Files that are not text, not UTF-8, too
    /// large or unreadable are listed in [`skipped`](Self::skipped).
    ///
    /// # Errors
    ///
    /// [`LoadError`]: where `path` itself cannot be read, or there is nothing in it to read, or
    /// too much.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LoadError::NoSuchPath(path.to_owned()),
            _ => LoadError::Io(path.to_owned(), error),
        })?;
        if metadata.is_dir() {
            Self::load_folder(path)
        } else if metadata.is_file() {
            let format = Format::of(path).unwrap_or(Format::Plain);
            let file = read(path, format)?;
            if file.text.trim().is_empty() {
                return Err(LoadError::NothingToRead(path.to_owned(), 0));
            }
            Ok(Self { files: vec![file], skipped: Vec::new() })
        } else {
            Err(LoadError::NotAFile(path.to_owned()))
        }
    }

    fn load_folder(root: &Path) -> Result<Self, LoadError> {
        let mut corpus = Self { files: Vec::new(), skipped: Vec::new() };
        let mut bytes = 0;
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match entries(&folder) {
                Ok(entries) => entries,
                Err(error) if folder == root => return Err(LoadError::Io(folder, error)),
                Err(error) => {
                    corpus.skip(folder, &error);
                    continue;
                }
            };
            for (path, kind) in entries {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if name.starts_with('.') || (kind.is_dir() && GENERATED.contains(&&*name)) {
                    continue;
                }
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_symlink() {
                    corpus.skip(path, "a link");
                } else if let Some(format) = Format::of(&path).filter(|_| kind.is_file()) {
                    match read(&path, format) {
                        Ok(file) => {
                            bytes += file.text.len() as u64;
                            corpus.files.push(file);
                        }
                        Err(LoadError::Io(path, error)) => corpus.skip(path, &error),
                        Err(LoadError::Binary(path)) => corpus.skip(path, "a binary file"),
                        Err(LoadError::NotUtf8(path, _)) => corpus.skip(path, "not UTF-8"),
                        Err(LoadError::TooLarge(path)) => corpus.skip(path, "too large"),
                        Err(other) => return Err(other),
                    }
                    if corpus.files.len() > MAX_FILES || bytes > MAX_TOTAL_BYTES {
                        return Err(LoadError::TooMuch(root.to_owned()));
                    }
                } else {
                    corpus.skip(path, "neither Markdown, text nor Rust");
                }
            }
        }
        if corpus.files.iter().all(|file| file.text.trim().is_empty()) {
            return Err(LoadError::NothingToRead(root.to_owned(), corpus.skipped.len()));
        }
        corpus.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(corpus)
    }

    fn skip(&mut self, path: PathBuf, reason: &(impl ToString + ?Sized)) {
        self.skipped.push(Skipped { path, reason: reason.to_string() });
    }
}

/// What is in a folder, with the type of each entry itself: a link is a link.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, fs::FileType)>> {
    fs::read_dir(folder)?
        .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
        .collect()
}

fn read(path: &Path, format: Format) -> Result<TextFile, LoadError> {
    let failed = |error| LoadError::Io(path.to_owned(), error);
    // The bound holds for files that grow while they are read, and for those that hide their size.
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(LoadError::TooLarge(path.to_owned()));
    }
    if bytes.iter().take(LOOKED_AT).any(|&byte| byte == 0) {
        return Err(LoadError::Binary(path.to_owned()));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| LoadError::NotUtf8(path.to_owned(), error.utf8_error().valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let shown = path.strip_prefix(".").unwrap_or(path).display().to_string();
    Ok(TextFile { path: shown, format, text })
}

#[cfg(test)]
mod tests;
