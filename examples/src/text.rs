//! Text cut into sections and passages, each of which knows its line.

mod markdown;
mod plain;
mod rust;
mod sentence;

use std::ops::RangeInclusive;
use std::path::Path;

/// A section of more lines than this goes on in another one of the same heading, from the next
/// paragraph: what is ranked and read as one should fit on a page.
const LONGEST_SECTION: usize = 40;

/// The most bytes a passage has: what is longer is cut at a space, into several.
pub const LONGEST_PASSAGE: usize = 600;

/// What stands between the cells of a row.
const BETWEEN_CELLS: &str = " · ";

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown, after `CommonMark` and with GitHub's tables.
    Markdown,
    /// Paragraphs between empty lines.
    Plain,
    /// Rust: comments are prose, items are headings.
    Rust,
}

impl Format {
    /// The format that a file's name stands for; `None` for names that do not tell.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let Some(extension) = path.extension() else {
            let name = path.file_name()?.to_str()?;
            let known =
                ["README", "CHANGELOG", "CONTRIBUTING", "NOTES", "TODO", "LICENSE", "COPYING", "AUTHORS"];
            return known.contains(&name).then_some(Self::Plain);
        };
        match extension.to_str()?.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" | "rst" => Some(Self::Plain),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

/// A part of a file under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The headings it stands under, the outermost first.
    pub headings: Vec<String>,
    /// Its lines, counted from 1, without the heading.
    pub lines: RangeInclusive<usize>,
    /// Whether it goes on where a section of the same headings grew too long.
    pub continues: bool,
    /// What it says, in order.
    pub passages: Vec<Passage>,
}

impl Section {
    /// The number of the passage that says first what the title names; none in a section that
    /// [continues](Self::continues) another, or that is nothing but code.
    #[must_use]
    pub fn opening(&self) -> Option<usize> {
        let first = self.passages.iter().position(|passage| passage.kind != Kind::Code);
        first.filter(|_| !self.continues)
    }

    /// What the heading right above names: without the keyword of an item; empty if there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        let heading = self.headings.last().map_or("", String::as_str);
        let named = ["const ", "enum ", "fn ", "static ", "struct ", "trait ", "type "];
        named.iter().find_map(|keyword| heading.strip_prefix(keyword)).unwrap_or(heading)
    }

    /// Whether the title names a part of a type, such as a field or a method.
    #[must_use]
    pub fn is_of_a_member(&self) -> bool {
        let types = ["enum ", "impl ", "impl<", "struct ", "trait "];
        let above = self.headings.iter().rev().nth(1);
        above.is_some_and(|above| types.iter().any(|keyword| above.starts_with(keyword)))
    }

    /// What a passage says, with the list that it [announces](Passage::announces), as far as
    /// [`LONGEST_PASSAGE`] allows.
    #[must_use]
    pub fn in_full(&self, passage: usize) -> String {
        self.with_following(passage, |_, next| next.listed)
    }

    /// What a passage says, with the list or the block of code that it announces.
    #[must_use]
    pub fn with_code(&self, passage: usize) -> String {
        self.with_following(passage, |first, next| {
            next.listed || (next.kind == Kind::Code && next.block == first.block)
        })
    }

    /// `follows` is asked of each passage after the announcement, beside the first of them.
    fn with_following(&self, passage: usize, follows: impl Fn(&Passage, &Passage) -> bool) -> String {
        let mut text = self.passages[passage].text.clone();
        let rest = &self.passages[passage + 1..];
        if let Some(first) = rest.first().filter(|_| self.passages[passage].announces()) {
            for next in rest.iter().take_while(|next| follows(first, next)) {
                if text.len() + 1 + next.text.len() > LONGEST_PASSAGE {
                    break;
                }
                text.push(' ');
                text.push_str(next.text.trim());
            }
        }
        text
    }
}

/// The smallest part that can be quoted: a sentence, a row of a table, a line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The line on which it starts, counted from 1.
    pub line: usize,
    /// The paragraph, item, row or block it belongs to, numbered within the section.
    pub block: usize,
    /// Prose, a remark or code.
    pub kind: Kind,
    /// Whether it is in an item of a list.
    pub listed: bool,
    /// Its text, on one line, without the marks of its format; at most [`LONGEST_PASSAGE`] bytes.
    pub text: String,
}

impl Passage {
    /// What a row of a table is about: its first cell.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.text.split_once(BETWEEN_CELLS).map(|(subject, _)| subject)
    }

    /// Whether it announces what follows and does not tell it: "in this order:".
    #[must_use]
    pub fn announces(&self) -> bool {
        self.kind != Kind::Code && self.text.ends_with(':')
    }
}

/// What a [`Passage`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A sentence, or a row of a table.
    Prose,
    /// A sentence for those who change the code: of a comment, or of the documentation of what is
    /// private.
    Remark,
    /// One line of code, or an item's own line.
    Code,
}

/// Cuts a text into its sections. Sections that say nothing are left out.
#[must_use]
pub fn sections(text: &str, format: Format) -> Vec<Section> {
    let mut outline = Outline::default();
    let lines = text.lines().zip(1..).map(|(text, number)| Line { number, text });
    match format {
        Format::Markdown => markdown::read(lines, &mut outline),
        Format::Plain => plain::read(lines, &mut outline),
        Format::Rust => rust::read(lines, &mut outline),
    }
    outline.finish()
}

/// A line and its number.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

/// Collects sections while a file is read from its top.
#[derive(Default)]
struct Outline {
    done: Vec<Section>,
    headings: Vec<String>,
    continues: bool,
    passages: Vec<Passage>,
    last_line: usize,
    block: usize,
}

impl Outline {
    /// Ends the section and begins one under `headings`.
    fn enter(&mut self, headings: Vec<String>) {
        self.end_section();
        self.continues = false;
        self.headings = headings;
    }

    /// Adds the sentences of a paragraph, or of an item of a list.
    fn sentences(&mut self, paragraph: &[Line<'_>], kind: Kind, listed: bool) {
        let (Some(first), Some(last)) = (paragraph.first(), paragraph.last()) else { return };
        self.start_block(first.number);
        for (line, text) in sentence::split(paragraph) {
            self.add(line, kind, listed, &text);
        }
        self.last_line = self.last_line.max(last.number);
    }

    /// Adds a whole passage, such as a row.
    fn whole(&mut self, line: usize, kind: Kind, text: &str) {
        self.start_block(line);
        self.add(line, kind, false, text);
    }

    /// Adds the lines of a block of code.
    fn code(&mut self, block: &[Line<'_>]) {
        let Some(first) = block.first() else { return };
        self.start_block(first.number);
        for line in block {
            self.add(line.number, Kind::Code, false, line.text);
        }
    }

    fn start_block(&mut self, line: usize) {
        let first = self.passages.first().map_or(line, |passage| passage.line);
        if line - first.min(line) >= LONGEST_SECTION {
            self.end_section();
            self.continues = true;
        }
        self.block += 1;
    }

    fn add(&mut self, line: usize, kind: Kind, listed: bool, text: &str) {
        for part in sentence::parts(text) {
            let text = part.trim();
            if text.chars().any(char::is_alphanumeric) {
                self.last_line = self.last_line.max(line);
                let (block, text) = (self.block, text.to_owned());
                self.passages.push(Passage { line, block, kind, listed, text });
            }
        }
    }

    fn end_section(&mut self) {
        let passages = std::mem::take(&mut self.passages);
        // A signature comes before the comment above it.
        if let Some(first) = passages.iter().map(|passage| passage.line).min() {
            let lines = first..=self.last_line;
            let (headings, continues) = (self.headings.clone(), self.continues);
            self.done.push(Section { headings, lines, continues, passages });
        }
        (self.block, self.last_line) = (0, 0);
    }

    fn finish(mut self) -> Vec<Section> {
        self.end_section();
        self.done
    }
}

#[cfg(test)]
mod tests;
