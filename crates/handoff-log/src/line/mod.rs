//! The format: lines of JSON.

mod entries;
mod text;

pub use entries::{
    CallEnded, CallStarted, ElseStarted, End, Ended, Entry, FanOutEnded, FanOutKind, FanOutStarted, Gate,
    Handoff, Line, Lost, PipelineStarted, Progress, RoundEnded, RoundStarted, RunEnded, RunStarted,
    TaskStarted, Usage, VERSION, Warned, Why,
};
pub use text::Unread;
