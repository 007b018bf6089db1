//! The default counter.

use std::borrow::Cow;

use handoff_o200k::{Count, LONGEST_TOKEN, count_until, warm};

use super::counter::{Tally, TokenCounter};
use super::measure::TOLD_IN_FULL;

/// A counter for `o200k_base`, the encoding of GPT-4o, GPT-4.1, GPT-5, gpt-oss and the o-series.
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
        let limit = match limit {
            Some(limit) if text.len() > TOLD_IN_FULL => limit as usize,
            _ => usize::MAX,
        };
        match count_until(text, limit) {
            Count::Exactly(tokens) => Tally::exact(tokens),
            Count::AtLeast(tokens) => Tally::at_least(tokens),
        }
    }

    fn longest_token(&self) -> Option<usize> {
        Some(LONGEST_TOKEN)
    }

    fn warm(&self) {
        warm();
    }
}
