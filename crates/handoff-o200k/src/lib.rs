//! Counts the tokens of a text in `o200k_base`, exactly, and stops early where there are too many: the
//! default counter of `handoff`, as `handoff::budget::O200kBase`. Use it through that crate: this one has no
//! promises of its own.
//!
//! Counted by ourselves, though libraries do it well, because of what every user would build with
//! them: they split text with a regular-expression engine and unpack their vocabulary with a
//! decompressor, which together cost a first build more than all the rest of this library, and loading
//! the vocabulary took a tenth of a second. One of them, the crate `tiktoken`, is what the tests here
//! compare with. BENCHMARKS.md has the numbers.
//!
//! `split` cuts a text into pieces, by `classes` of characters; `merge` finds how many tokens of
//! the `vocabulary` a piece becomes.

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

use std::sync::LazyLock;

use self::cache::Cache;
use self::classes::Classes;
use self::split::Pieces;
use self::vocabulary::{Rank, Vocabulary};

pub use self::vocabulary::LONGEST_TOKEN;

/// What counting has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The text has so many tokens.
    Exactly(usize),
    /// It has so many or more, which is above the limit.
    AtLeast(usize),
}

/// Loads the vocabulary, as the first count would.
pub fn warm() {
    LazyLock::force(&TABLES);
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
#[must_use]
pub fn count_until(text: &str, limit: usize) -> Count {
    let tables = &*TABLES;
    Cache::with(|cache| {
        let (mut tokens, mut rest) = (0, text.len());
        let mut pieces = Pieces::of(text, &tables.classes);
        while rest > 0 {
            // Looked at before the next piece, which may be all the rest.
            let least = tokens + rest.div_ceil(LONGEST_TOKEN);
            if least > limit {
                return Count::AtLeast(least);
            }
            let Some(piece) = pieces.next() else { break };
            rest -= piece.len();
            tokens += tables.tokens(piece, cache);
        }
        Count::Exactly(tokens)
    })
}
