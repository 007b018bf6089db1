//! From a line to its text, and back.

use std::borrow::Cow;
use std::fmt;

use handoff::{SpanId, TaskPath};
use serde::{Deserialize, Serialize};

use super::entries::{Entry, Line};

/// What stands on every line. Only this is read to see what the rest is: a line that nobody knows costs little.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    e: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "is_first")]
    run: u32,
    t: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    span: Option<SpanId>,
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "in")]
    parent: Option<SpanId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<TaskPath>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    redacted: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_first(run: &u32) -> bool {
    *run == 0
}

/// The reason why a line was not read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unread {
    /// The line has an entry that this version does not know.
    Unknown,
    /// The text is not a line of a log, or only half of one.
    Broken(serde_json::Error),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("a line that this version of handoff-log does not know"),
            Self::Broken(error) => write!(f, "not a line of a run log: {error}"),
        }
    }
}

impl std::error::Error for Unread {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unknown => None,
            Self::Broken(error) => Some(error),
        }
    }
}

impl From<serde_json::Error> for Unread {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error)
    }
}

/// Each word, and what it stands for: read and written by the one list.
macro_rules! entries {
    ($($word:literal => $variant:ident,)*) => {
        impl<'a> Line<'a> {
            /// Reads a line.
            ///
            /// # Errors
            ///
            /// [`Unread`] where it tells nothing that is known, or is no line of a log.
            pub fn read(text: &'a str) -> Result<Self, Unread> {
                let Head { e, run, t, span, parent, path, redacted } = serde_json::from_str(text)?;
                let entry = match &*e {
                    $($word => Entry::$variant(serde_json::from_str(text)?),)*
                    _ => return Err(Unread::Unknown),
                };
                Ok(Self { run, t, span, parent, path, redacted, entry })
            }

            /// Appends the line's JSON, without the line's end.
            ///
            /// # Errors
            ///
            /// Whatever serde says; no line is known of which it says something.
            pub fn write(&self, to: &mut Vec<u8>) -> serde_json::Result<()> {
                #[derive(Serialize)]
                struct Whole<'a, T> {
                    #[serde(flatten)]
                    head: Head<'a>,
                    #[serde(flatten)]
                    entry: &'a T,
                }

                let Self { run, t, span, parent, path, redacted, entry } = self;
                let head = |e| {
                    let (path, e) = (path.clone(), Cow::Borrowed(e));
                    Head { e, run: *run, t: *t, span: *span, parent: *parent, path, redacted: *redacted }
                };
                match entry {
                    $(Entry::$variant(entry) => serde_json::to_writer(to, &Whole { head: head($word), entry }),)*
                }
            }
        }
    };
}

entries! {
    "run" => RunStarted,
    "/run" => RunEnded,
    "pipeline" => PipelineStarted,
    "/pipeline" => PipelineEnded,
    "fan" => FanOutStarted,
    "/fan" => FanOutEnded,
    "task" => TaskStarted,
    "/task" => TaskEnded,
    "call" => CallStarted,
    "/call" => CallEnded,
    "round" => RoundStarted,
    "/round" => RoundEnded,
    "else" => ElseStarted,
    "/else" => ElseEnded,
    "handoff" => Handoff,
    "gate" => Gate,
    "warn" => Warned,
    "progress" => Progress,
    "lost" => Lost,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::End;

    fn read(text: &str) -> Line<'_> {
        Line::read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_line_is_written_as_it_was_read() {
        for line in include_str!("example.jsonl").lines() {
            let mut again = Vec::new();
            read(line).write(&mut again).unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), line);
        }
    }

    #[test]
    fn what_is_unknown_is_skipped() {
        let line = read(r#"{"new":{"e":1},"e":"/task","t":7,"span":"00000000000000aa","end":"evaporated"}"#);
        let Entry::TaskEnded(ended) = line.entry else { panic!("{line:?}") };
        assert_eq!((line.t, ended.end), (7, End::Unknown));
        let unknown = Line::read(r#"{"e":"tool","t":7,"span":"00000000000000aa"}"#);
        assert!(matches!(unknown, Err(Unread::Unknown)));
    }

    #[test]
    fn half_a_line_is_none() {
        let line = include_str!("example.jsonl").lines().next().unwrap();
        for end in (0..line.len()).filter(|end| line.is_char_boundary(*end)) {
            assert!(matches!(Line::read(&line[..end]), Err(Unread::Broken(_))), "{}", &line[..end]);
        }
    }
}
