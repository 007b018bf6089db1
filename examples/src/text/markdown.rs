//! Markdown: headings, paragraphs, lists, tables; code stays apart from prose.

use super::plain::item;
use super::sentence::clean;
use super::{BETWEEN_CELLS, Kind, Line, Outline};

/// Reads the blocks of a Markdown file.
pub(super) fn read<'a>(lines: impl Iterator<Item = Line<'a>>, outline: &mut Outline) {
    read_below(&[], Kind::Prose, lines, outline);
}

/// Reads Markdown that stands below other headings, such as a doc comment; `kind` is that of its
/// sentences.
pub(super) fn read_below<'a>(
    base: &[String],
    kind: Kind,
    lines: impl Iterator<Item = Line<'a>>,
    outline: &mut Outline,
) {
    let (headings, open) = (Vec::new(), Open::default());
    Reader { outline, base, kind, headings, open }.read(lines);
}

struct Reader<'o, 'a> {
    outline: &'o mut Outline,
    base: &'o [String],
    kind: Kind,
    /// The headings in force, with their levels.
    headings: Vec<(usize, String)>,
    open: Open<'a>,
}

/// The block that is being read.
#[derive(Default)]
enum Open<'a> {
    #[default]
    Nothing,
    Paragraph(Vec<Line<'a>>),
    /// An item of a list.
    Item(Vec<Line<'a>>),
    /// A fence, its mark, and the lines so far.
    Fence(&'a str, Vec<Line<'a>>),
    /// Lines that are indented by four.
    Indented(Vec<Line<'a>>),
    /// A table, with the titles of its columns.
    Table(Vec<String>),
    Comment,
    FrontMatter,
}

impl<'a> Reader<'_, 'a> {
    fn read(&mut self, lines: impl Iterator<Item = Line<'a>>) {
        let mut lines = lines.peekable();
        if self.base.is_empty() && lines.peek().is_some_and(|line| line.text.trim_end() == "---") {
            lines.next();
            self.open = Open::FrontMatter;
        }
        for line in lines {
            if !self.goes_on(line) {
                self.start(line);
            }
        }
        self.close();
    }

    /// Adds the line to the block that is open, if it belongs there.
    fn goes_on(&mut self, line: Line<'a>) -> bool {
        let text = line.text.trim();
        match &mut self.open {
            Open::Fence(mark, code) => {
                if text.starts_with(*mark) && text.chars().all(|c| mark.contains(c)) {
                    self.close();
                } else {
                    code.push(line);
                }
                true
            }
            Open::Comment => {
                if text.contains("-->") {
                    self.open = Open::Nothing;
                }
                true
            }
            Open::FrontMatter => {
                if matches!(text, "---" | "...") {
                    self.open = Open::Nothing;
                }
                true
            }
            Open::Indented(code) if text.is_empty() || is_indented(line.text) => {
                code.push(line);
                true
            }
            Open::Table(titles) if text.contains('|') => {
                let row = row(titles, &cells(text));
                self.outline.whole(line.number, self.kind, &row);
                true
            }
            _ => false,
        }
    }

    /// Starts a block with the line, or carries a paragraph on.
    fn start(&mut self, line: Line<'a>) {
        let text = line.text.trim();
        if text.is_empty() {
            return self.close();
        }
        let text = text.trim_start_matches('>').trim_start();
        if let Some(level) = heading(text) {
            self.close();
            return self.enter(level, text[level..].trim().trim_end_matches('#').trim_end());
        }
        let item = item(text);
        let inner = item.unwrap_or(text);
        if let Some(mark) = fence(inner) {
            self.close();
            self.open = Open::Fence(mark, Vec::new());
            return;
        }
        if text.starts_with("<!--") {
            self.close();
            if !text.contains("-->") {
                self.open = Open::Comment;
            }
            return;
        }
        if is_tag(text) || is_definition(text) || is_badge(text) {
            return self.close();
        }
        if let Open::Paragraph(paragraph) = &mut self.open {
            if let [title] = paragraph[..]
                && let Some(level) = underline(text)
            {
                self.open = Open::Nothing;
                return self.enter(level, title.text.trim());
            }
            if let Some(title) = paragraph.last().filter(|_| is_table_rule(text)) {
                let titles = cells(title.text.trim());
                paragraph.pop();
                self.close();
                self.open = Open::Table(titles);
                return;
            }
        } else if !matches!(self.open, Open::Item(_)) && is_indented(line.text) && item.is_none() {
            self.close();
            self.open = Open::Indented(vec![line]);
            return;
        }
        if is_rule(text) {
            return self.close();
        }
        let line = Line { text: inner, ..line };
        match &mut self.open {
            Open::Paragraph(lines) | Open::Item(lines) if item.is_none() => lines.push(line),
            _ => {
                self.close();
                let open = if item.is_some() { Open::Item } else { Open::Paragraph };
                self.open = open(vec![line]);
            }
        }
    }

    fn close(&mut self) {
        match std::mem::take(&mut self.open) {
            Open::Paragraph(lines) => self.outline.sentences(&lines, self.kind, false),
            Open::Item(lines) => self.outline.sentences(&lines, self.kind, true),
            Open::Fence(_, lines) | Open::Indented(lines) => self.outline.code(&lines),
            Open::Nothing | Open::Table(_) | Open::Comment | Open::FrontMatter => {}
        }
    }

    fn enter(&mut self, level: usize, title: &str) {
        self.headings.retain(|&(above, _)| above < level);
        self.headings.push((level, clean(title)));
        let below = self.headings.iter().map(|(_, title)| title.clone());
        self.outline.enter(self.base.iter().cloned().chain(below).collect());
    }
}

/// The level of an ATX heading.
fn heading(text: &str) -> Option<usize> {
    let level = text.len() - text.trim_start_matches('#').len();
    let spaced = text[level..].is_empty() || text[level..].starts_with([' ', '\t']);
    ((1..=6).contains(&level) && spaced).then_some(level)
}

/// The level of the heading that a line makes of the one above it.
fn underline(text: &str) -> Option<usize> {
    let all = |mark| text.chars().all(|c| c == mark);
    if all('=') {
        Some(1)
    } else if all('-') && text.len() > 1 {
        Some(2)
    } else {
        None
    }
}

/// The mark of a fence, without what follows it.
fn fence(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(mark).len();
    (length >= 3 && !text[length..].contains(mark)).then(|| &text[..length])
}

fn is_indented(text: &str) -> bool {
    text.starts_with("    ") || text.starts_with('\t')
}

/// A line that is nothing but a tag of HTML.
fn is_tag(text: &str) -> bool {
    text.ends_with('>')
        && text
            .strip_prefix('<')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
        && !text.starts_with("<http")
}

/// A line that says where a link leads.
fn is_definition(text: &str) -> bool {
    text.starts_with('[') && text.find("]: ").is_some_and(|end| !text[1..end].contains(']'))
}

/// A line of pictures that lead somewhere.
fn is_badge(text: &str) -> bool {
    text.starts_with("[![") || text.starts_with("![")
}

fn is_rule(text: &str) -> bool {
    ['-', '*', '_'].iter().any(|mark| text.len() >= 3 && text.chars().all(|c| c == *mark || c == ' '))
}

fn is_table_rule(text: &str) -> bool {
    text.contains('|') && text.contains("--") && text.chars().all(|c| "|-: ".contains(c))
}

/// The cells of a row; a bar in backticks or after a backslash divides none.
fn cells(text: &str) -> Vec<String> {
    let text = text.strip_prefix('|').unwrap_or(text);
    let mut cells = vec![String::new()];
    let (mut in_code, mut escaped) = (false, false);
    for c in text.chars() {
        if c == '|' && !in_code && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            in_code ^= c == '`';
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    let mut cells: Vec<String> = cells.iter().map(|cell| clean(cell.trim())).collect();
    if cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// A row as one line: the first cell says of what, the others are named by their columns.
fn row(titles: &[String], cells: &[String]) -> String {
    let mut named = Vec::new();
    for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match titles.get(column) {
            Some(title) if column > 0 && !title.is_empty() => named.push(format!("{title}: {cell}")),
            _ => named.push(cell.clone()),
        }
    }
    named.join(BETWEEN_CELLS)
}
