//! Names, and what is made of them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::tree::{Call, FanOut, LoggedHandoff, Settled};
use crate::line::{CallStarted, End, FanOutStarted, Handoff};

/// Names, each once: there are few, and they stand in every line.
#[derive(Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    pub(super) fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }

    pub(super) fn option(&mut self, name: Option<&Cow<'_, str>>) -> Option<Arc<str>> {
        name.map(|name| self.get(name))
    }
}

impl FanOut {
    pub(super) fn of(started: &FanOutStarted<'_>, names: &mut Names) -> Self {
        Self {
            kind: started.kind,
            of: names.option(started.of.as_ref()),
            agent: names.get(&started.agent),
            width: started.width,
            policy: names.option(started.policy.as_ref()),
            needed: started.needed,
            settled: None,
        }
    }

    /// What became of it by its tasks, where the log does not say.
    pub(super) fn outcome(&self, ended: Settled) -> End {
        if ended.succeeded >= self.needed.unwrap_or(self.width) {
            End::Ok
        } else if ended.failed > 0 {
            End::Failed
        } else {
            End::Stopped
        }
    }
}

impl Call {
    pub(super) fn of(started: &CallStarted<'_>, names: &mut Names) -> Self {
        Self {
            agent: names.get(&started.agent),
            role: names.get(&started.role),
            attempt: started.attempt,
            attempts: started.attempts,
            in_tokens: started.in_tokens,
            usage: None,
            model: None,
            finish: None,
            retry_ms: None,
        }
    }
}

impl LoggedHandoff {
    pub(super) fn of(t: u64, span: usize, redacted: bool, handoff: Handoff<'_>, names: &mut Names) -> Self {
        Self {
            t,
            span,
            from: names.get(&handoff.from),
            to: names.get(&handoff.to),
            contract: names.get(&handoff.contract),
            schema: handoff.schema,
            tokens: handoff.tokens,
            encoding: None,
            max_output_tokens: handoff.max_output_tokens,
            max_tokens: handoff.max_tokens,
            input_budget: handoff.input_budget,
            confidence: handoff.confidence.unwrap_or(1.0),
            warnings: handoff.warnings,
            tool: handoff.tool,
            payload: handoff.payload,
            redacted,
        }
    }
}
