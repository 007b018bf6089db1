//! The engines, and where one of them differs.

use crate::{About, stages};

/// An engine that the cases are run on, beside tokio, which says what has to come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded journal: agents in this process, entries in memory; cut behind every entry.
    Journal,
    /// The same scheduler with agents in other processes, by address and text; cut behind every answer.
    Elsewhere,
    /// The embedded journal in files.
    Files,
    /// A Restate server.
    Restate,
}

impl Engine {
    pub const ALL: [Self; 4] = [Self::Journal, Self::Elsewhere, Self::Files, Self::Restate];

    /// What stands over its column.
    pub fn head(self) -> &'static str {
        match self {
            Self::Journal => "a journal in memory, cut behind every entry",
            Self::Elsewhere => "agents elsewhere, cut behind every answer",
            Self::Files => "files",
            Self::Restate => "Restate",
        }
    }

    /// How what comes out differs from what does on tokio, if it has to.
    pub fn differs(self, about: &About) -> Option<&'static str> {
        match (about.group, about.what.as_str()) {
            // It goes on with what can be read from the journal, whether or not there was a crash.
            (stages::envelopes::GROUP, stages::envelopes::NEVER_WRITTEN) => {
                Some("empty: it is never written")
            }
            _ => None,
        }
    }
}
