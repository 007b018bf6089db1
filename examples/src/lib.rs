//! What the examples share: a small retrieval engine over real files, with no model, no key and
//! no network, so that the agents of an example have honest work to do.
//!
//! - [`corpus`] loads a file or a folder and refuses what cannot be read;
//! - [`text`] cuts Markdown, plain text and Rust sources into sections and passages, each with its
//!   line number;
//! - [`words`] makes terms out of text: lower case, stop words dropped, stems;
//! - [`rank`] scores with BM25;
//! - [`query`] makes a query of a question, with [`kin`], words that say the same, and [`asks`], the kind of answer;
//! - [`library`] puts them together: which sections to read, which passages answer, how likely the best of them does;
//! - [`terminal`] prints;
//! - `telemetry` sends spans of runs to OpenTelemetry, with the feature `otel`.

pub mod asks;
pub mod corpus;
pub mod kin;
pub mod library;
pub mod query;
pub mod rank;
#[cfg(feature = "otel")]
pub mod telemetry;
pub mod terminal;
pub mod text;
pub mod words;
