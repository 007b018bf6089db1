//! Rust sources: doc comments are prose, the items they belong to are headings, other comments are
//! remarks.
//!
//! Read line by line, by the layout that rustfmt gives: the inside of an item is indented. What
//! stands in a string that spans lines and looks like a comment or an item is taken for one.

use super::{Kind, Line, Outline, markdown};
use crate::words::words;

pub(super) fn read<'a>(lines: impl Iterator<Item = Line<'a>>, outline: &mut Outline) {
    let mut items = Items::default();
    let mut comment = Comment::default();
    let mut in_block = false;
    let mut attribute = 0_usize;
    for line in lines {
        let text = line.text.trim();
        if in_block || text.starts_with("/*") {
            let (body, closed) = block_comment(text, !in_block);
            if !in_block {
                comment.begin(about(text), indent(line.text), &mut items, outline);
            }
            in_block = !closed;
            comment.lines.push(Line { text: body, ..line });
        } else if let Some((body, about)) = line_comment(text) {
            comment.begin(about, indent(line.text), &mut items, outline);
            comment.lines.push(Line { text: body, ..line });
        } else if attribute > 0 || text.starts_with("#[") || text.starts_with("#![") {
            attribute = (attribute + text.matches('[').count()).saturating_sub(text.matches(']').count());
        } else if text.is_empty() {
            if comment.about != About::Below {
                comment.end(&items, outline);
            }
        } else {
            let documented = comment.about == About::Below && !comment.lines.is_empty();
            if !documented {
                comment.end(&items, outline);
            }
            if let Some(name) =
                item(text).or_else(|| documented.then(|| re_export(text).or_else(|| member(text))).flatten())
            {
                items.leave(indent(line.text));
                let says_more = says_more(text, &name);
                items.enter(indent(line.text), name, text);
                outline.enter(items.path());
                if says_more {
                    outline.code(&[line]);
                }
            } else if documented {
                outline.enter(items.path());
            }
            comment.end(&items, outline);
        }
    }
    if !comment.lines.is_empty() {
        outline.enter(items.path());
        comment.end(&items, outline);
    }
}

/// What a comment is about.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum About {
    /// `//`: the code beside it.
    #[default]
    Code,
    /// `///`: the item below.
    Below,
    /// `//!`: the item around it.
    Around,
}

/// The comment that is being read.
#[derive(Default)]
struct Comment<'a> {
    about: About,
    lines: Vec<Line<'a>>,
}

impl Comment<'_> {
    /// Goes on with the comment, or ends it where the next line is about something else.
    fn begin(&mut self, about: About, indent: usize, items: &mut Items, outline: &mut Outline) {
        if about != self.about {
            self.end(items, outline);
        }
        self.about = about;
        if self.lines.is_empty() {
            items.leave(indent);
            if about != About::Below {
                outline.enter(items.path());
            }
        }
    }

    fn end(&mut self, items: &Items, outline: &mut Outline) {
        let kind = match self.about {
            About::Around => Kind::Prose,
            About::Below if items.are_public() => Kind::Prose,
            About::Below | About::Code => Kind::Remark,
        };
        markdown::read_below(&items.path(), kind, self.lines.drain(..), outline);
        self.about = About::Code;
    }
}

/// Whether an item's line tells anything but its name: a type, a value, parameters.
fn says_more(line: &str, name: &str) -> bool {
    let known = words(name);
    re_export(line).is_none()
        && words(line)
            .iter()
            .any(|word| !known.contains(word) && !["pub", "crate", "super"].contains(&&**word))
}

/// The items around a line, with their indentation.
#[derive(Default)]
struct Items {
    open: Vec<Item>,
}

struct Item {
    indent: usize,
    name: String,
    is_public: bool,
}

impl Items {
    /// Leaves the items that a line of this indentation is not in.
    fn leave(&mut self, indent: usize) {
        self.open.retain(|item| item.indent < indent);
    }

    /// Enters the item that `line` begins. What is in a trait or an enum is as public as these.
    fn enter(&mut self, indent: usize, name: String, line: &str) {
        let shares = |around: &Item| {
            around.is_public && ["trait ", "enum "].iter().any(|kind| around.name.starts_with(kind))
        };
        let is_public = line.starts_with("pub ") || self.open.last().is_some_and(shares);
        self.open.push(Item { indent, name, is_public });
    }

    fn are_public(&self) -> bool {
        self.open.last().is_some_and(|item| item.is_public)
    }

    fn path(&self) -> Vec<String> {
        self.open.iter().map(|item| item.name.clone()).collect()
    }
}

fn indent(text: &str) -> usize {
    text.chars().take_while(|c| c.is_whitespace()).count()
}

/// What a comment of one line says, and what about.
fn line_comment(text: &str) -> Option<(&str, About)> {
    let body = text.strip_prefix("//")?;
    let (body, about) = match (body.strip_prefix('/'), body.strip_prefix('!')) {
        (Some(body), _) if !body.starts_with('/') => (body, About::Below),
        (_, Some(body)) => (body, About::Around),
        _ => (body.trim_start_matches('/'), About::Code),
    };
    Some((body.strip_prefix(' ').unwrap_or(body), about))
}

/// What the comment is about that a line starting with `/*` begins.
fn about(text: &str) -> About {
    if text.starts_with("/*!") {
        About::Around
    } else if text.starts_with("/**") && !text.starts_with("/***") && !text.starts_with("/**/") {
        About::Below
    } else {
        About::Code
    }
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

/// What a re-export of a single item is called.
fn re_export(text: &str) -> Option<String> {
    let path = text.strip_prefix("pub use ")?.strip_suffix(';')?;
    let name = path.rsplit([' ', ':']).next()?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
}

/// What a field or a variant is called.
fn member(text: &str) -> Option<String> {
    let text = text.strip_prefix("pub ").unwrap_or(text);
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let after = text[name.len()..].trim_start();
    (!name.is_empty() && (after.is_empty() || after.starts_with([':', ',', '(', '{', '=']))).then_some(name)
}
