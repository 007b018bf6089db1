//! Plain text: paragraphs between empty lines, headings where a line is underlined.

use super::{Kind, Line, Outline};

pub(super) fn read<'a>(lines: impl Iterator<Item = Line<'a>>, outline: &mut Outline) {
    let mut paragraph: Vec<Line<'_>> = Vec::new();
    let mut listed = false;
    for line in lines {
        let text = line.text.trim();
        if text.is_empty() {
            outline.sentences(&paragraph, Kind::Prose, listed);
            paragraph.clear();
            listed = false;
        } else if let [title] = paragraph[..]
            && is_underline(text, title.text)
        {
            outline.enter(vec![title.text.trim().to_owned()]);
            paragraph.clear();
        } else {
            let item = item(text);
            if item.is_some() {
                outline.sentences(&paragraph, Kind::Prose, listed);
                paragraph.clear();
                listed = true;
            }
            paragraph.push(Line { text: item.unwrap_or(text), ..line });
        }
    }
    outline.sentences(&paragraph, Kind::Prose, listed);
}

/// A row of one mark that is about as long as the line above it.
fn is_underline(text: &str, title: &str) -> bool {
    let Some(mark) = text.chars().next().filter(|mark| "=-~^".contains(*mark)) else { return false };
    text.len() >= 3 && text.chars().all(|c| c == mark) && text.len() * 2 >= title.trim().chars().count()
}

/// The text of an item of a list, without its bullet or number.
pub(super) fn item(text: &str) -> Option<&str> {
    let text = text.trim_start();
    if let Some(rest) = ["- ", "* ", "+ ", "• "].iter().find_map(|bullet| text.strip_prefix(bullet)) {
        return Some(rest);
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text[digits..].strip_prefix(". ").or_else(|| text[digits..].strip_prefix(") "))?;
    (1..=3).contains(&digits).then_some(rest)
}
