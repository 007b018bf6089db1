use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A folder for one test, removed when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("handoff-corpus-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn names(&self, corpus: &Corpus) -> Vec<String> {
        let names = corpus.files.iter().map(|file| Path::new(&file.path).strip_prefix(&self.0).unwrap());
        names.map(|name| name.display().to_string()).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn refusal(path: &Path) -> String {
    Corpus::load(path).expect_err("a refusal").to_string()
}

#[test]
fn a_folder_gives_its_text_files_in_order() {
    let scratch = Scratch::new();
    scratch.write("b.md", "# B");
    scratch.write("a.txt", "\u{feff}text");
    scratch.write("src/deep/er/c.rs", "//! Comment");
    scratch.write("README", "read");
    for passed_over in ["target/doc.md", "node_modules/x/README.md", ".git/HEAD.md", ".hidden.md"] {
        scratch.write(passed_over, "no");
    }
    scratch.write("image.png", [0x89, b'P', 0]);
    scratch.write("binary.txt", b"text\0more");
    scratch.write("latin1.txt", b"caf\xe9");
    scratch.write("huge.txt", vec![b'x'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]);

    let corpus = Corpus::load(&scratch.0).unwrap();
    assert_eq!(scratch.names(&corpus), ["README", "a.txt", "b.md", "src/deep/er/c.rs"]);
    assert_eq!(corpus.files[1].text, "text", "the byte order mark is no text");
    let mut skipped: Vec<(String, &str)> = corpus
        .skipped
        .iter()
        .map(|skipped| (skipped.path.file_name().unwrap().to_string_lossy().into_owned(), &*skipped.reason))
        .collect();
    skipped.sort();
    assert_eq!(
        skipped,
        [
            ("binary.txt".to_owned(), "a binary file"),
            ("huge.txt".to_owned(), "too large"),
            ("image.png".to_owned(), "neither Markdown, text nor Rust"),
            ("latin1.txt".to_owned(), "not UTF-8"),
        ]
    );
}

#[test]
fn a_named_file_is_read_whatever_it_is_called() {
    let scratch = Scratch::new();
    let path = scratch.write("notes.log", "it rained");
    let corpus = Corpus::load(&path).unwrap();
    assert_eq!((corpus.files.len(), corpus.files[0].format), (1, Format::Plain));
    assert_eq!(corpus.files[0].path, path.display().to_string());
}

#[test]
fn bad_input_is_refused_with_a_reason() {
    let scratch = Scratch::new();
    let path = scratch.0.join("nowhere.md");
    assert_eq!(refusal(&path), format!("no such file or folder: {}", path.display()));

    let path = scratch.write("binary.md", b"\x7fELF\0\0");
    assert_eq!(refusal(&path), format!("a binary file, not text: {}", path.display()));

    let path = scratch.write("latin1.md", b"caf\xe9");
    assert_eq!(refusal(&path), format!("not UTF-8 text (the byte at offset 3 is not): {}", path.display()));

    let path = scratch.write("huge.md", vec![b'x'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]);
    assert_eq!(refusal(&path), format!("larger than 4 MiB, too large to read: {}", path.display()));

    let path = scratch.write("empty.md", " \n");
    assert_eq!(refusal(&path), format!("nothing to read in {}", path.display()));
}

#[test]
fn a_folder_without_text_is_refused() {
    let scratch = Scratch::new();
    assert!(refusal(&scratch.0).starts_with("nothing to read in "));
    scratch.write("image.png", [0]);
    assert!(refusal(&scratch.0).ends_with(": 1 found, none of it readable Markdown, text or Rust"));
}

#[test]
fn too_many_files_are_refused() {
    let scratch = Scratch::new();
    for number in 0..=MAX_FILES {
        scratch.write(&format!("{number}.txt"), "x");
    }
    assert!(matches!(Corpus::load(&scratch.0), Err(LoadError::TooMuch(path)) if path == scratch.0));
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;

    let scratch = Scratch::new();
    scratch.write("docs/a.md", "words");
    symlink(&scratch.0, scratch.0.join("docs/loop")).unwrap();
    symlink(scratch.0.join("docs/a.md"), scratch.0.join("docs/b.md")).unwrap();
    let corpus = Corpus::load(&scratch.0).unwrap();
    assert_eq!(scratch.names(&corpus), ["docs/a.md"]);
    assert_eq!(corpus.skipped.len(), 2);
    assert!(corpus.skipped.iter().all(|skipped| skipped.reason == "a link"));

    // A link that is named itself is meant; one that leads to itself is an error.
    assert_eq!(Corpus::load(&scratch.0.join("docs/b.md")).unwrap().files[0].text, "words");
    symlink(scratch.0.join("self"), scratch.0.join("self")).unwrap();
    assert!(refusal(&scratch.0.join("self")).starts_with("cannot read "));
}

#[cfg(unix)]
#[test]
fn devices_are_refused() {
    assert_eq!(refusal(Path::new("/dev/zero")), "neither a file nor a folder: /dev/zero");
}
