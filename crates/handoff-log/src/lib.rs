//! Logs of [`handoff`]'s runs, for people: what was called when and for how long, what was handed to whom, what failed
//! and why.
//!
//! [`Log`] is the observer that writes one, and says [what is in it](Log#what-is-in-it) and what never is. [`RunLog`]
//! reads it back, each run as a tree, and [`Reader`] line by line. [`view`] makes a page of it, to be looked at in a
//! browser.
//!
//! # The format
//!
//! JSON lines: an object a line, the keys that have nothing to say left out. [`Line`] is one of them, [`Entry`] what it
//! tells; `e` says what that is.
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
//! Every line has `t`, the microseconds since its run started, and `run`, the number of its run in the file, where that
//! is not 0. What has a length is a span: it has an id (`span`, 16 hex digits) and is in another one (`in`); its end has
//! the same id, and so has whatever happens in it. `path` names the task that a span is in, as in `2.0`, and `redacted`
//! says that something on the line was changed before it was written. `tool` is on what an agent calls a tool with.
//! What a reader does not know, it skips: lines, keys, and the half line at the end of a log whose process was killed.

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
