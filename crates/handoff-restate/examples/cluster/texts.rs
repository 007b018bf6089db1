//! The files that runs are about.

use crate::agents::Text;
use std::path::Path;
use std::{fs, io};

/// So many files of text below a folder, in one order, the larger ones first.
pub(crate) fn find(folder: &Path, most: usize) -> io::Result<Vec<Text>> {
    let mut texts = Vec::new();
    visit(folder, &mut texts)?;
    texts.sort_by(|one, other| other.text.len().cmp(&one.text.len()).then_with(|| one.name.cmp(&other.name)));
    texts.truncate(most);
    if texts.is_empty() {
        return Err(io::Error::other(format!("there is no text below {}", folder.display())));
    }
    Ok(texts)
}

fn visit(folder: &Path, texts: &mut Vec<Text>) -> io::Result<()> {
    /// No payload is to be larger than a model would read.
    const MOST: u64 = 200_000;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name();
        if kind.is_dir() {
            if !name.to_string_lossy().starts_with('.') && name != "target" {
                visit(&path, texts)?;
            }
            continue;
        }
        let is_text = path.extension().is_some_and(|extension| extension == "rs" || extension == "md");
        if kind.is_file()
            && is_text
            && entry.metadata()?.len() < MOST
            && let Ok(text) = fs::read_to_string(&path)
            && text.lines().next().is_some()
        {
            texts.push(Text { name: path.display().to_string(), text });
        }
    }
    Ok(())
}
