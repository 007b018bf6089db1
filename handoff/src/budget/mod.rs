//! Token budgets: how large a payload is, in the tokens of the model that will read it.
//!
//! Every handoff is measured by a [`Meter`]: the payload is written as compact JSON, which is what
//! the next agent reads, and a [`TokenCounter`] counts it. The default counter is [`O200kBase`],
//! the encoding of GPT-4o and what came after it; [`Utf8Bytes`] needs no vocabulary; `Tiktoken`, with the
//! feature `tiktoken`, has the encodings of Llama, Qwen, DeepSeek, Mistral and others, and says what a count
//! is worth for a model whose tokenizer is not published; for any other model implement [`TokenCounter`] over
//! its own tokenizer.
//!
//! A count is exact or there is none: a payload over its budget is an error
//! ([`MeasureError::OverBudget`]), a payload over the byte cap is another
//! ([`MeasureError::TooLarge`]), and nothing is cut or estimated to make it fit. What is skipped
//! is only work whose result is known: a payload that is certainly over its budget is not counted
//! to its end.

mod counter;
#[cfg(feature = "tiktoken")]
mod encodings;
mod measure;
#[cfg(feature = "o200k")]
mod o200k;
#[cfg(all(test, feature = "o200k"))]
mod tests;

pub use counter::{Tally, TokenCount, TokenCounter, Utf8Bytes};
#[cfg(feature = "tiktoken")]
pub use encodings::Tiktoken;
pub use measure::{DEFAULT_MAX_BYTES, MeasureError, Meter};
#[cfg(feature = "o200k")]
pub use o200k::O200kBase;
