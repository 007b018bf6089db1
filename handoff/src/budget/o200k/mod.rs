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

mod cache;
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

use self::cache::Cache;
use self::classes::Classes;
use self::split::Pieces;
use self::vocabulary::{LONGEST_TOKEN, Rank, Vocabulary};
use super::counter::{Tally, TokenCounter};
use super::measure::TOLD_IN_FULL;

/// Counts in `o200k_base`, the encoding of GPT-4o, GPT-4.1, GPT-5, gpt-oss and the o-series.
///
/// The vocabulary is built in; counts agree with the reference implementation (`tiktoken`'s
/// `encode_ordinary`), which a golden file checks. Models of other vendors have other
/// tokenizers, some of them unpublished: their counts differ, little for English, by half and more for long
/// numbers and some scripts. Leave a margin in budgets, count with `Tiktoken` (the feature `tiktoken`, whose
/// documentation has figures), or bring your own [`TokenCounter`].
///
/// With a limit, a text that is certainly over it costs nothing (no token is longer than 128
/// bytes), and a long text is counted only until it is over. Counting takes time in proportion to the
/// text: some 20 ms a megabyte of prose, 150 ms of a single letter repeated.
///
/// The first use in a process indexes the vocabulary, which takes some 20 ms (more without
/// optimisation): see [`warm`](TokenCounter::warm). The index is 2.5 MB, and each thread that counts
/// keeps 256 KB more.
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

impl Tables {
    /// The number of tokens of a piece.
    #[inline]
    fn tokens(&self, piece: &[u8], cache: &mut Cache) -> usize {
        match *piece {
            // Every byte is a token.
            [] | [_] => return piece.len(),
            [first, second] => {
                return 2 - usize::from(self.vocabulary.rank_of_pair(first, second) != Rank::NONE);
            }
            _ => {}
        }
        let hash = vocabulary::hash(piece);
        cache.tokens(piece, hash, || match self.vocabulary.rank_of_hashed(piece, hash) {
            Rank::NONE => merge::count(piece, &self.vocabulary),
            _ => 1,
        })
    }
}

/// A table that is too large for the stack; its length is in its type, so that an index of as many
/// bits needs no check.
fn boxed<T: Clone, const LENGTH: usize>(value: T) -> Box<[T; LENGTH]> {
    let Ok(table) = vec![value; LENGTH].into_boxed_slice().try_into() else {
        unreachable!("the slice has this length")
    };
    table
}

/// Counts `text` until the count is certainly above `limit`.
pub(super) fn count_until(text: &str, limit: usize) -> Tally {
    let tables = &*TABLES;
    Cache::with(|cache| {
        let (mut tokens, mut rest) = (0, text.len());
        let mut pieces = Pieces::of(text, &tables.classes);
        while rest > 0 {
            // Looked at before the next piece, which may be all the rest.
            let least = tokens + rest.div_ceil(LONGEST_TOKEN);
            if least > limit {
                return Tally::at_least(least);
            }
            let Some(piece) = pieces.next() else { break };
            rest -= piece.len();
            tokens += tables.tokens(piece, cache);
        }
        Tally::exact(tokens)
    })
}
