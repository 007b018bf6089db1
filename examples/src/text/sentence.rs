//! Paragraphs to sentences.

use super::{LONGEST_PASSAGE, Line};

/// A sentence of fewer words than this is quoted with the one that follows.
const FEWEST_WORDS: usize = 4;

/// Words that end in a full stop without ending a sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g.", "i.e.", "cf.", "vs.", "etc.", "approx.", "ca.", "resp.", "incl.", "fig.", "no.", "p.", "pp.",
    "ch.", "sec.", "vol.", "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "jr.", "inc.", "ltd.", "z.b.",
    "bzw.",
];

/// The sentences of a paragraph, each with the number of the line it starts on, with Markdown's
/// inline marks taken off.
pub(super) fn split(paragraph: &[Line<'_>]) -> Vec<(usize, String)> {
    let mut text = String::new();
    let mut starts = Vec::new();
    for line in paragraph {
        if !text.is_empty() {
            text.push(' ');
        }
        starts.push((text.len(), line.number));
        text.push_str(line.text.trim());
    }
    let line_of = |offset: usize| {
        let after = starts.partition_point(|&(start, _)| start <= offset);
        starts[after.saturating_sub(1)].1
    };
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in ends(&text) {
        if end < text.len() && introduces(&text[start..end]) {
            continue;
        }
        let mut piece = start;
        for part in parts(&text[start..end]) {
            let offset = piece + part.len() - part.trim_start().len();
            piece += part.len();
            let part = clean(part.trim());
            if !part.is_empty() {
                sentences.push((line_of(offset), part));
            }
        }
        start = end;
    }
    sentences
}

/// A word or two with a full stop introduce what follows: "Silent truncation. A produces…"
fn introduces(sentence: &str) -> bool {
    !sentence.contains(['?', '!', '。', '！', '？']) && sentence.split_whitespace().count() < FEWEST_WORDS
}

/// Where sentences end, the end of the text among them.
fn ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut in_code = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            // An opening backtick without its partner is text.
            '`' => in_code = !in_code && text[at + 1..].contains('`'),
            '。' | '！' | '？' if !in_code => ends.push(at + c.len_utf8()),
            '.' | '!' | '?' | '…' if !in_code => {
                let mut end = at + c.len_utf8();
                while let Some((next_at, next)) = chars.next_if(|(_, next)| ".!?…)]\"'”’*_".contains(*next))
                {
                    end = next_at + next.len_utf8();
                }
                if ends_here(&text[..end], &text[end..], c) {
                    ends.push(end);
                }
            }
            _ => {}
        }
    }
    if ends.last() != Some(&text.len()) {
        ends.push(text.len());
    }
    ends
}

/// Whether a sentence ends between `before`, which has a mark at its end, and `after`.
fn ends_here(before: &str, after: &str, mark: char) -> bool {
    let rest = after.trim_start();
    if rest.len() == after.len() || rest.starts_with(|c: char| c.is_lowercase() || ",;:".contains(c)) {
        return false;
    }
    if mark != '.' {
        return true;
    }
    let word = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or(before)
        .trim_start_matches(['(', '[', '"', '“', '*', '_']);
    let is_initial = word.chars().count() == 2 && word.starts_with(char::is_uppercase);
    let is_number = before.strip_suffix('.').is_some_and(|all| all.chars().all(|c| c.is_ascii_digit()));
    let is_short = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    !(is_initial || is_number || is_short)
}

/// A text in parts of no more than [`LONGEST`] bytes, cut after spaces where there are any.
pub(super) fn parts(mut text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    while text.len() > LONGEST_PASSAGE {
        let most = text.floor_char_boundary(LONGEST_PASSAGE);
        let cut = text[..most].rfind(' ').map_or(most, |space| space + 1);
        let (part, rest) = text.split_at(cut);
        parts.push(part);
        text = rest;
    }
    parts.push(text);
    parts
}

/// Takes off bold marks, the targets of links, images and backslashes; code in backticks stays.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let step = match c {
            '`' => code(rest).unwrap_or(1),
            '*' if rest.starts_with("**") => {
                rest = &rest[2..];
                continue;
            }
            '\\' if rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) => {
                rest = &rest[1..];
                1
            }
            '!' if rest.starts_with("![") => {
                if let Some((_, length)) = link(&rest[1..]) {
                    rest = &rest[1 + length..];
                    continue;
                }
                1
            }
            '[' => {
                if let Some((label, length)) = link(rest) {
                    out.push_str(&clean(label));
                    rest = &rest[length..];
                    continue;
                }
                1
            }
            _ => c.len_utf8(),
        };
        out.push_str(&rest[..step]);
        rest = &rest[step..];
    }
    out.trim().to_owned()
}

/// The length of the code span that `text` starts with.
fn code(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let close = text[ticks..].find(&text[..ticks])?;
    Some(ticks + close + ticks)
}

/// The label and the whole length of the link that `text` starts with: `[label](target)`,
/// `[label][name]`, or a reference to an item of Rust such as [`Vec`].
fn link(text: &str) -> Option<(&str, usize)> {
    let mut depth = 0;
    let close = text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        (depth == 0).then_some(at)
    })?;
    let label = &text[1..close];
    let after = &text[close + 1..];
    let target = match after.chars().next() {
        Some('(') => after.find(')').map(|end| end + 1),
        Some('[') => after.find(']').map(|end| end + 1),
        _ => (label.len() > 2 && label.starts_with('`') && label.ends_with('`')).then_some(0),
    }?;
    Some((label, close + 1 + target))
}
