//! Texts in which a pattern is found, for tests.

use crate::class::Class;
use crate::parse::{self, Tree};
use crate::{Mistake, Pattern};

/// How often a text is made anew that the pattern is not found in: it has an anchor in the middle.
const TRIES: u32 = 20;

/// Makes texts in which a pattern is found.
#[derive(Clone, Debug)]
pub struct Sampler {
    tree: Tree,
    pattern: Pattern,
}

impl Sampler {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Those of [`Pattern::parse`].
    #[inline]
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        Ok(Self { tree: parse::parse(text)?, pattern: Pattern::parse(text)? })
    }

    /// A text in which the pattern is found, if one is hit upon.
    ///
    /// `pick` picks a number from 0 to below the one that it is given. What may be repeated without an end is repeated up to
    /// `more` times beyond what it has to be.
    #[inline]
    pub fn text(&self, more: u32, pick: &mut dyn FnMut(u32) -> u32) -> Option<String> {
        (0..TRIES).find_map(|_| {
            let mut text = String::new();
            write(&self.tree, more, pick, &mut text);
            self.pattern.is_in(&text).then_some(text)
        })
    }

    /// Whether the pattern is found anywhere in the text.
    #[must_use]
    #[inline]
    pub fn is_in(&self, text: &str) -> bool {
        self.pattern.is_in(text)
    }
}

#[inline]
fn write(tree: &Tree, more: u32, pick: &mut dyn FnMut(u32) -> u32, text: &mut String) {
    match tree {
        Tree::Class(class) => text.extend(one_of(class, pick)),
        Tree::Start | Tree::End => {}
        Tree::Sequence(parts) => parts.iter().for_each(|part| write(part, more, pick, text)),
        Tree::Either(ways) => {
            let way = pick(u32::try_from(ways.len()).unwrap_or(u32::MAX)) as usize;
            write(&ways[way.min(ways.len() - 1)], more, pick, text);
        }
        Tree::Repeat { tree, min, max } => {
            let most = max.unwrap_or(u32::MAX).min(min.saturating_add(more));
            let times = min + pick(most - min + 1);
            (0..times).for_each(|_| write(tree, more, pick, text));
        }
    }
}

/// A character of a class: one that can be read, if there is one.
#[inline]
fn one_of(class: &Class, pick: &mut dyn FnMut(u32) -> u32) -> Option<char> {
    let readable: Vec<char> = ('!'..='~').filter(|character| class.contains(*character)).collect();
    match u32::try_from(readable.len()) {
        Ok(0) | Err(_) => class.first(),
        Ok(count) => readable.get(pick(count) as usize).copied(),
    }
}
