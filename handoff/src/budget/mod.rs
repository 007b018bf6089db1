//! Token budgets: how large a payload is, in the tokens of the model that will read it.
//!
//! Every handoff is measured by a [`Meter`]: the payload is written as compact JSON, which is what the next
//! agent reads, and a [`TokenCounter`] counts the tokens of that text:
//!
//! - [`O200kBase`], the default, has the encoding of GPT-4o and its successors.
//! - [`Utf8Bytes`] counts bytes and needs no vocabulary.
//! - `Tiktoken`, with the feature `tiktoken`, has the encodings of Llama, Qwen, DeepSeek, Mistral and others;
//!   its documentation says what a count is worth for a model whose tokenizer is not published.
//! - For any other model, implement [`TokenCounter`] over its own tokenizer.
//!
//! A count is exact, or it is an error: [`MeasureError::OverBudget`] for a payload over its budget,
//! [`MeasureError::TooLarge`] for one over the byte cap. No payload is cut to fit, and no count is estimated.
//! Only work whose result is known is skipped: a payload that is certainly over its budget is not counted to
//! its end.

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
