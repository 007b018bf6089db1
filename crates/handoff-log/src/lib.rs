//! Logs of [`handoff`]'s runs, for people.
//!
//! A log shows which agents were called when and for how long, what was handed to whom, what failed and why.
//!
//! [`Log`] is the observer that writes a log; it documents [what a log contains](Log#what-is-in-it).
//! [`RunLog`] reads a log, each run as a tree, and [`Reader`] reads it line by line. [`view`] makes a page of
//! it for a browser.
//!
//! # The format
//!
//! A log consists of JSON lines. A [`Line`] is an object whose key `e` is the kind of its [`Entry`]; keys
//! without a value are left out.
//!
//! | `e` | | keys |
//! |---|---|---|
//! | `run`, `/run` | [a run](RunStarted) and [its end](RunEnded) | `v`, `wall`, `trace`, `parent`, `pipeline`, `description`; `end`, `ms`, `usage`, `by`, `path`, `label`, `why`, `error` |
//! | `pipeline`, `/pipeline` | [a pipeline in it](PipelineStarted) | `name`; `end`, `by`, `why` |
//! | `fan`, `/fan` | [a fan-out, join or race](FanOutStarted) | `kind`, `of`, `agent`, `width`, `policy`, `needed`; `end`, `ok`, `failed`, `stopped`, `by`, `why` |
//! | `task`, `/task` | [one of its tasks](TaskStarted) | `agent`, `i`, `label`; `end`, `by`, `why` |
//! | `call`, `/call` | [an attempt of an agent](CallStarted) | `agent`, `role`, `n`, `of`, `in_tokens`; `end`, `usage`, `model`, `finish`, `why`, `retry_ms` |
//! | `round`, `/round` | [a round of a `repeat`](RoundStarted) | `n`, `most`; `end`, `converged`, `by`, `why` |
//! | `else`, `/else` | [what comes after `or`](ElseStarted) | `agent`, `by`, `why`; `end`, `by`, `why` |
//! | `handoff` | [a payload has passed the door](Handoff) | `from`, `to`, `contract`, `schema`, `tokens`, `enc`, `max_out`, `max`, `max_in`, `conf`, `warnings`, `tool`, `payload` |
//! | `gate` | [a confidence was compared](Gate) | `agent`, `conf`, `min`, `end` |
//! | `warn` | [something was noticed](Warned) | `agent`, `kind`, `message` |
//! | `progress` | [an agent says how far it is](Progress) | `agent`, `done` |
//! | `lost` | [lines that were not written](Lost) | `n` |
//!
//! Every line has `t`, the microseconds since its run started, and `run`, the number of its run in the file,
//! unless that is 0. Whatever has a duration is a span: it has an id (`span`, 16 hex digits) and an enclosing
//! span (`in`); its end has the same id, and so have the lines of what happens in it. `path` is the path of
//! the span's task, such as `2.0`; `redacted` says that something on the line was changed before it was
//! written; and `tool` marks the arguments of a tool call. A reader skips what it does not know: lines, keys,
//! and half a line at the end of a log whose process was killed.

mod learn;
mod line;
#[cfg(feature = "progress")]
mod progress;
mod read;
mod view;
mod write;

pub use line::{
    CallEnded, CallStarted, ElseStarted, End, Ended, Entry, FanOutEnded, FanOutKind, FanOutStarted, Gate,
    Handoff, Line, Lost, PipelineStarted, Progress, RoundEnded, RoundStarted, RunEnded, RunStarted,
    TaskStarted, Unread, Usage, VERSION, Warned, Why,
};
#[cfg(feature = "progress")]
pub use progress::ProgressBars;
pub use read::{
    Call, Cause, FanOut, LoggedGate, LoggedHandoff, LoggedProgress, LoggedRun, LoggedWarning, ReadError,
    Reader, RunLog, Settled, Skipped, Span, SpanKind,
};
pub use view::{view, write_view};
pub use write::{Content, Log};
