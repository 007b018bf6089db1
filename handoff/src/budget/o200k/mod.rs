//! The default counter: `o200k_base`, exact, and quick to refuse.
//!
//! Counted by ourselves, though libraries do it well, because of what every user would build with
//! them: they split text with a regular-expression engine and unpack their vocabulary with a
//! decompressor, which together cost a first build more than all the rest of this library, and loading
//! the vocabulary took a tenth of a second. One of them, the crate `tiktoken`, is what the tests here
//! compare with. BENCHMARKS.md has the numbers.
//!
//! [`split`] cuts a text into pieces, by [`classes`] of characters; [`merge`] finds how many tokens of
//! the [`vocabulary`] a piece becomes.

mod class_starts;
mod classes;
#[cfg(test)]
mod data;
mod merge;
mod split;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::borrow::Cow;
use std::sync::LazyLock;

use self::classes::Classes;
use self::split::Pieces;
use self::vocabulary::{LONGEST_TOKEN, Vocabulary};
use super::counter::{Tally, TokenCounter};
use super::measure::TOLD_IN_FULL;

/// Counts in `o200k_base`, the encoding of GPT-4o, GPT-4.1, GPT-5 and the o-series.
///
/// The vocabulary is built in; counts agree with the reference implementation (`tiktoken`'s
/// `encode_ordinary`), which a golden file checks. Models of other vendors have other
/// tokenizers, some of them unpublished: their counts differ, often by a tenth or more, so leave
/// a margin in budgets, or bring your own [`TokenCounter`].
///
/// With a limit, a text that is certainly over it costs nothing (no token is longer than 128
/// bytes), and a long text is counted only until it is over.
///
/// The first use in a process indexes the vocabulary, which takes some TODO ms (TODO without
/// optimisation): see [`warm`](TokenCounter::warm).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct O200kBase;

impl TokenCounter for O200kBase {
    fn encoding(&self) -> Cow<'static, str> {
        Cow::Borrowed("o200k_base")
    }

    fn count(&self, text: &str, limit: Option<u32>) -> Tally {
        match limit {
            Some(limit) if text.len() > TOLD_IN_FULL => count_until(text, limit as usize),
            _ => count_until(text, usize::MAX),
        }
    }

    fn longest_token(&self) -> Option<usize> {
        Some(LONGEST_TOKEN)
    }

    fn warm(&self) {
        LazyLock::force(&TABLES);
    }
}

/// What is looked up while counting. Some 2.5 MB, made at the first use.
struct Tables {
    classes: Classes,
    vocabulary: Vocabulary,
}

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| Tables { classes: Classes::new(), vocabulary: Vocabulary::new() });

/// Counts `text` until the count is certainly above `limit`.
pub(super) fn count_until(text: &str, limit: usize) -> Tally {
    let Tables { classes, vocabulary } = &*TABLES;
    let (mut tokens, mut rest) = (0, text.len());
    let mut pieces = Pieces::of(text, classes);
    while rest > 0 {
        // Looked at before the next piece, which may be all the rest. The last count is whole.
        let least = tokens + rest.div_ceil(LONGEST_TOKEN);
        if least > limit {
            return Tally::at_least(least);
        }
        let Some(piece) = pieces.next() else { break };
        rest -= piece.len();
        tokens += merge::count(piece, vocabulary);
    }
    Tally::exact(tokens)
}
