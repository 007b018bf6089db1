//! What runs may take.

use std::time::Duration;

/// The limits of a runtime's runs: of each run by itself, and of tasks in all runs together.
///
/// Exceeding a limit fails the run, whatever its barriers tolerate, and is not retried. There are two
/// exceptions: tasks beyond the limit wait, and the limit of bytes is about a single payload of an agent.
///
/// ```
/// use handoff::prelude::*;
/// use std::time::Duration;
///
/// let limits = Limits::default().deadline(Duration::from_secs(60)).model_tokens(200_000);
/// let runtime = Runtime::builder().limits(limits).build();
/// # let _ = runtime;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(super) tasks_in_flight: usize,
    pub(super) payload_bytes: usize,
    pub(super) deadline: Option<Duration>,
    pub(crate) model_tokens: Option<u64>,
    pub(super) agent_calls: Option<u64>,
}

impl Limits {
    /// Sets the most tasks of fan-outs that are under way at once, over all runs of the runtime.
    ///
    /// Further tasks wait for their turn, which is no error. It is at least 1; the default is 1,024. A
    /// fan-out always has one task under way, even beyond the limit, so that nested fan-outs cannot block
    /// each other.
    #[must_use]
    pub fn tasks_in_flight(mut self, tasks: usize) -> Self {
        self.tasks_in_flight = tasks;
        self
    }

    /// Sets the most bytes of a payload's JSON.
    ///
    /// A larger payload is [`ErrorKind::LimitExceeded`], whose `found` is what is known without reading on.
    /// The default is 8 MiB ([`DEFAULT_MAX_BYTES`](crate::budget::DEFAULT_MAX_BYTES)).
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn payload_bytes(mut self, bytes: usize) -> Self {
        self.payload_bytes = bytes;
        self
    }

    /// Sets the longest that a run may take, from its first poll to its end, on tokio's clock.
    ///
    /// There is no deadline by default. A run that is not done in time is stopped, and fails with
    /// [`ErrorKind::Deadline`], which names the agent that was at work, or none if several tasks were. A
    /// result or an error that arrives later, because something blocked the thread, is late all the same.
    /// With a deadline of zero nothing is started.
    ///
    /// A single run can be given a shorter one: [`Run::deadline`](crate::Run::deadline).
    ///
    /// [`ErrorKind::Deadline`]: crate::ErrorKind::Deadline
    #[must_use]
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = Some(time);
        self
    }

    /// Sets the most tokens that the models of one run may take. There is no limit by default.
    ///
    /// It applies to the sum of [`input_tokens`](crate::Usage::input_tokens) and
    /// [`output_tokens`](crate::Usage::output_tokens) over the [`Usage`](crate::Usage) of every
    /// [`Reply`](crate::Reply) in the run, and over everything that agents [`spend`](crate::Context::spend),
    /// failed attempts included.
    ///
    /// These are the providers' own counts, not handoff's. A reply is counted when its agent returns it,
    /// before it is parsed, and spent tokens when the agent reports them. The first count by which the sum
    /// exceeds the limit fails the run with [`ErrorKind::LimitExceeded`], which names the agent and its task,
    /// and everything else under way is stopped. So the limit can be overshot by requests that are under way
    /// at that moment, and by replies that never arrived, since their attempts timed out or were stopped. A
    /// reply without a usage counts nothing, and causes a warning if there is a limit, unless its agent has
    /// reported what it spends.
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn model_tokens(mut self, tokens: u64) -> Self {
        self.model_tokens = Some(tokens);
        self
    }

    /// Sets the most calls of agents in one run; every attempt counts. There is no limit by default.
    ///
    /// Retries and the rounds of loops count, too. It bounds the cost of a run whose agents do not report
    /// tokens. Unlike [`model_tokens`](Self::model_tokens) it is never exceeded: this many calls are made,
    /// and the next one fails the run with [`ErrorKind::LimitExceeded`], which names the agent that was not
    /// called and its task, and everything else under way is stopped.
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn agent_calls(mut self, calls: u64) -> Self {
        self.agent_calls = Some(calls);
        self
    }
}

impl Default for Limits {
    /// 1,024 tasks in flight and payloads of 8 MiB; no deadline, and no limits of tokens and calls.
    fn default() -> Self {
        Self {
            tasks_in_flight: 1024,
            payload_bytes: crate::budget::DEFAULT_MAX_BYTES,
            deadline: None,
            model_tokens: None,
            agent_calls: None,
        }
    }
}
