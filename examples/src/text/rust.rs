//! Rust sources: comments are prose, the items they belong to are headings.
//!
//! Read line by line, by the layout that rustfmt gives: the inside of an item is indented. What
//! stands in a string that spans lines and looks like a comment or an item is taken for one.

use super::{Line, Outline, markdown};

pub(super) fn read<'a>(lines: impl Iterator<Item = Line<'a>>, outline: &mut Outline) {
    let mut items = Items::default();
    let mut comment: Vec<Line<'_>> = Vec::new();
    let mut outer = false;
    let mut in_block = false;
    let mut attribute = 0_usize;
    for line in lines {
        let text = line.text.trim();
        if in_block || text.starts_with("/*") {
            let (body, closed) = block_comment(text, !in_block);
            outer = outer || !in_block && !text.starts_with("/*!");
            in_block = !closed;
            comment.push(Line { text: body, ..line });
        } else if let Some((body, is_outer)) = line_comment(line.text) {
            if is_outer != outer && !comment.is_empty() {
                flush(&items, &mut comment, outline);
            }
            outer = is_outer;
            if comment.is_empty() {
                items.leave(indent(line.text));
                if !is_outer {
                    outline.enter(items.path());
                }
            }
            comment.push(Line { text: body, ..line });
        } else if attribute > 0 || text.starts_with("#[") || text.starts_with("#![") {
            attribute = (attribute + text.matches('[').count()).saturating_sub(text.matches(']').count());
        } else if text.is_empty() {
            if !outer {
                flush(&items, &mut comment, outline);
            }
        } else {
            let name = item(text).or_else(|| (outer && !comment.is_empty()).then(|| member(text)).flatten());
            if !outer {
                flush(&items, &mut comment, outline);
            }
            if let Some(name) = name {
                items.leave(indent(line.text));
                items.open.push((indent(line.text), name));
                outline.enter(items.path());
                outline.code(&[line]);
                flush(&items, &mut comment, outline);
            } else if outer {
                outline.enter(items.path());
                flush(&items, &mut comment, outline);
            }
            outer = false;
        }
    }
    if !comment.is_empty() {
        outline.enter(items.path());
        flush(&items, &mut comment, outline);
    }
}

fn flush(items: &Items, comment: &mut Vec<Line<'_>>, outline: &mut Outline) {
    markdown::read_below(&items.path(), comment.drain(..), outline);
}

/// The items around a line, with their indentation.
#[derive(Default)]
struct Items {
    open: Vec<(usize, String)>,
}

impl Items {
    /// Leaves the items that a line of this indentation is not in.
    fn leave(&mut self, indent: usize) {
        self.open.retain(|&(outside, _)| outside < indent);
    }

    fn path(&self) -> Vec<String> {
        self.open.iter().map(|(_, name)| name.clone()).collect()
    }
}

fn indent(text: &str) -> usize {
    text.chars().take_while(|c| c.is_whitespace()).count()
}

/// What a comment of one line says, and whether it documents the item below it.
fn line_comment(text: &str) -> Option<(&str, bool)> {
    let body = text.trim_start().strip_prefix("//")?;
    let (body, outer) = match (body.strip_prefix('/'), body.strip_prefix('!')) {
        (Some(body), _) if !body.starts_with('/') => (body, true),
        (_, Some(body)) => (body, false),
        _ => (body.trim_start_matches('/'), false),
    };
    Some((body.strip_prefix(' ').unwrap_or(body), outer))
}

/// What a line of a block comment says, and whether the comment ends on it.
fn block_comment(text: &str, first: bool) -> (&str, bool) {
    let text = if first { text.trim_start_matches("/*").trim_start_matches(['*', '!']) } else { text };
    let (text, closed) = text.split_once("*/").map_or((text, false), |(text, _)| (text, true));
    let text = if first { text } else { text.strip_prefix('*').unwrap_or(text) };
    (text.trim(), closed)
}

/// What an item is called, with its keyword, if the line begins one.
fn item(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (word, after) = rest.split_once(|c: char| c.is_whitespace() || c == '(').unwrap_or((rest, ""));
        match word {
            "pub" if rest.starts_with("pub(") => rest = rest.split_once(')')?.1.trim_start(),
            "pub" | "async" | "unsafe" | "default" | "extern" => rest = after.trim_start(),
            "const" if after.starts_with("fn ") || after.starts_with("unsafe ") => rest = after,
            "fn" | "struct" | "enum" | "union" | "trait" | "mod" | "const" | "static" | "type"
            | "macro_rules!" => {
                let name: String =
                    after.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                return (!name.is_empty() && name != "_").then(|| format!("{word} {name}"));
            }
            "impl" => return Some(rest.split('{').next()?.trim().to_owned()),
            _ if word.starts_with("impl<") => return Some(rest.split('{').next()?.trim().to_owned()),
            _ if word.starts_with('"') => rest = after.trim_start(),
            _ => return None,
        }
    }
}

/// What a field or a variant is called.
fn member(text: &str) -> Option<String> {
    let text = text.strip_prefix("pub ").unwrap_or(text);
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let after = text[name.len()..].trim_start();
    (!name.is_empty() && (after.is_empty() || after.starts_with([':', ',', '(', '{', '=']))).then_some(name)
}
