//! Unified diffs, as `git diff` writes them.

use handoff::prelude::*;

/// A diff, in pieces that a reviewer can take in.
#[contract]
pub(crate) struct Diff {
    /// In the order of the diff.
    #[check(len(1..=500))]
    pub hunks: Vec<Hunk>,
}

/// A piece of a diff: the lines of one file that change, and some around them.
#[contract]
pub(crate) struct Hunk {
    /// The file.
    pub file: String,
    /// The number of its first line, in the file as it is to be.
    pub line: u32,
    /// How many lines it has there.
    pub lines: u32,
    /// Its lines, as the diff has them. Those that are to be in the file have their number before them.
    #[check(len(1..=40_000))]
    pub text: String,
}

impl Hunk {
    /// Where it is, for people.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// Whether it has a line of the file.
    pub(crate) fn has(&self, line: u32) -> bool {
        (self.line..self.line.saturating_add(self.lines)).contains(&line)
    }
}

/// Splits a diff into its hunks. What is deleted as a whole has none to review.
pub(crate) fn split(diff: &str) -> Result<Diff, String> {
    let mut hunks = Vec::new();
    let (mut file, mut lines) = ("", diff.lines().enumerate().peekable());
    while let Some((number, line)) = lines.next() {
        if let Some(path) = line.strip_prefix("+++ ") {
            file = path.strip_prefix("b/").unwrap_or(path);
        }
        let Some(header) = line.strip_prefix("@@ ") else { continue };
        let wrong = || format!("line {} of the diff is no header of a hunk", number + 1);
        let [mut old, mut new] = ranges(header).ok_or_else(wrong)?;
        let (first, count) = new;
        let mut text = String::new();
        while old.1 + new.1 > 0 {
            let (_, line) = lines.next().ok_or("the diff breaks off in the middle of a hunk")?;
            let (is_old, is_new) = (!line.starts_with(['+', '\\']), !line.starts_with(['-', '\\']));
            let number = if is_new { format!("{:>5}", new.0) } else { " ".repeat(5) };
            text.extend([&number, " ", line, "\n"]);
            for (range, counts) in [(&mut old, is_old), (&mut new, is_new)] {
                if counts {
                    *range = (range.0 + 1, range.1.checked_sub(1).ok_or_else(wrong)?);
                }
            }
        }
        if count > 0 {
            hunks.push(Hunk { file: file.to_owned(), line: first, lines: count, text });
        }
    }
    if hunks.is_empty() {
        Err("there is nothing to review in this diff".to_owned())
    } else {
        Ok(Diff { hunks })
    }
}

/// The first lines and the numbers of lines in `-12,7 +14,9 @@ fn main() {`.
fn ranges(header: &str) -> Option<[(u32, u32); 2]> {
    let (old, rest) = header.strip_prefix('-')?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    Some([range(old)?, range(new)?])
}
