//! The default counter: `o200k_base`, exact, and quick to refuse.

use std::borrow::Cow;

use tiktoken::CoreBpe;

use super::counter::{Tally, TokenCounter};
use super::measure::TOLD_IN_FULL;

/// The name of the encoding.
const NAME: &str = "o200k_base";

/// Bytes of the longest token in the vocabulary: a run of 128 spaces. A test looks through all
/// 199,998 of them.
const LONGEST_TOKEN: usize = 128;

/// At least this many bytes are counted between two looks at the limit.
const CHUNK: usize = 4 * 1024;

/// Counts in `o200k_base`, the encoding of GPT-4o, GPT-4.1, GPT-5 and the o-series.
///
/// The vocabulary is built in; counts agree with the reference implementation (`tiktoken`'s
/// `encode_ordinary`), which a golden file checks. Models of other vendors have other
/// tokenizers, some of them unpublished: their counts differ, often by a tenth or more, so leave
/// a margin in budgets, or bring your own [`TokenCounter`].
///
/// With a limit, a text that is certainly over it costs nothing (no token is longer than 128
/// bytes), and a long text is counted only until it is over. A long text with no place to pause
/// at, such as one letter repeated a million times, is counted in one piece.
///
/// The first use in a process loads the vocabulary, which takes some 0.1 s (0.3 s without
/// optimisation): see [`warm`](TokenCounter::warm).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct O200kBase;

impl TokenCounter for O200kBase {
    fn encoding(&self) -> Cow<'static, str> {
        Cow::Borrowed(NAME)
    }

    fn count(&self, text: &str, limit: Option<u32>) -> Tally {
        let limit = match limit {
            Some(limit) if text.len() > TOLD_IN_FULL => limit as usize,
            _ => return Tally::exact(vocabulary().count(text)),
        };
        // Every token is one byte or more and `LONGEST_TOKEN` or fewer.
        if text.len() <= limit {
            return Tally::exact(vocabulary().count(text));
        }
        let least = text.len().div_ceil(LONGEST_TOKEN);
        if least > limit {
            return Tally::at_least(least);
        }
        count_until(text, limit, CHUNK)
    }

    fn longest_token(&self) -> Option<usize> {
        Some(LONGEST_TOKEN)
    }

    fn warm(&self) {
        vocabulary();
    }
}

/// The vocabulary, loaded at the first call.
fn vocabulary() -> &'static CoreBpe {
    // `None` only for an encoding that the build leaves out, and Cargo.toml asks for this one.
    tiktoken::get_encoding(NAME).expect("the feature `vocab-o200k_base` builds this encoding in")
}

/// Counts `text` in chunks of `step` bytes or more, until the count is above `limit`.
pub(super) fn count_until(text: &str, limit: usize, step: usize) -> Tally {
    let vocabulary = vocabulary();
    let (mut tokens, mut rest) = (0, text);
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(next_cut(rest, step));
        tokens += vocabulary.count(chunk);
        if tokens > limit && !tail.is_empty() {
            return Tally::at_least(tokens);
        }
        rest = tail;
    }
    Tally::exact(tokens)
}

/// The first place at or after byte `from` where `text` may be cut without changing its tokens;
/// its end if there is none.
fn next_cut(text: &str, from: usize) -> usize {
    let from = text.ceil_char_boundary(from);
    let Some(mut before) = text[..from].chars().next_back() else {
        return text.len();
    };
    for (offset, after) in text[from..].char_indices() {
        if ends_a_word(before) && starts_no_word(after) {
            return from + offset;
        }
        before = after;
    }
    text.len()
}

// Why the two classes below make a safe cut. Before any merging the encoding splits a text with
// this pattern, leftmost alternative first:
//
//   1  [^\r\n\p{L}\p{N}]? [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]* [\p{Ll}\p{Lm}\p{Lo}\p{M}]+ (?i:'s|'t|'re|'ve|'m|'ll|'d)?
//   2  [^\r\n\p{L}\p{N}]? [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+ [\p{Ll}\p{Lm}\p{Lo}\p{M}]* (?i:'s|'t|'re|'ve|'m|'ll|'d)?
//   3  \p{N}{1,3}
//   4  ?[^\s\p{L}\p{N}]+ [\r\n/]*
//   5  \s*[\r\n]+    6  \s+(?!\S)    7  \s+
//
// Let a letter or digit stand before the cut, and after it a character that is no letter, mark,
// number or apostrophe. Only 1 and 2 (a letter) or 3 (a digit) can match what stands before; none
// of them can go on with what stands after, so a piece ends at the cut. For the pieces before it,
// the character after the cut fails every class that could look at it just as the end of the text
// does, and the lookahead of 6 sees at most the letter. The pieces after it start where they would
// have started, and nothing in the pattern looks back. So both sides split as in the whole text,
// and merging never crosses a piece.

/// Whether `c` is a letter or digit, and neither a mark nor a symbol: blocks whose members have
/// been assigned as `L` or `N` since Unicode 3.2 or before.
fn ends_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c,
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='Ƞ' // Latin
            | 'Α'..='Ρ' | 'α'..='ω' // Greek
            | 'А'..='я' // Cyrillic
            | 'א'..='ת' | 'ء'..='غ' | 'ف'..='ي' // Hebrew, Arabic
            | 'ぁ'..='ゔ' | 'ァ'..='ヺ' // kana
            | '一'..='龥' | '가'..='힣' // ideographs, Hangul
        )
}

/// Whether `c` goes on neither a word nor a number: ASCII white space, controls and punctuation
/// but the apostrophe, and the commonest CJK punctuation.
fn starts_no_word(c: char) -> bool {
    (c.is_ascii() && !c.is_ascii_alphanumeric() && c != '\'') || matches!(c, '、' | '。' | '，')
}
