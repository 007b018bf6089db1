//! What runs may take.

use std::time::Duration;

/// What the runs of a runtime may take: each by itself, and, of tasks, all together.
///
/// What is over a limit fails the run, whatever its barriers tolerate, and is not retried; but for
/// tasks, which wait, and for bytes, which are about one payload of one agent.
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
    /// Tasks of fan-outs under way at once, over all runs of the runtime. What is beyond waits
    /// for its turn; it is no error. At least 1; the default is 1,024. A fan-out always has one
    /// task under way, even beyond the limit, so that nested ones cannot block each other.
    #[must_use]
    pub fn tasks_in_flight(mut self, tasks: usize) -> Self {
        self.tasks_in_flight = tasks;
        self
    }

    /// Bytes of one payload's JSON; more is [`ErrorKind::LimitExceeded`], with what can be said
    /// without reading on as `found`. The default is 8 MiB
    /// ([`DEFAULT_MAX_BYTES`](crate::budget::DEFAULT_MAX_BYTES)).
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn payload_bytes(mut self, bytes: usize) -> Self {
        self.payload_bytes = bytes;
        self
    }

    /// How long a run may take, from its first poll to its end, on tokio's clock. None by default.
    ///
    /// A run that is not done by then is stopped, and fails with [`ErrorKind::Deadline`], naming
    /// the agent that was at work; where several tasks were, none of them. What an agent comes to
    /// later, because something blocked the thread, is late all the same, be it a result or an error. With a deadline of
    /// zero nothing is started at all.
    ///
    /// A single run can be given a shorter one: [`Run::deadline`](crate::Run::deadline).
    ///
    /// [`ErrorKind::Deadline`]: crate::ErrorKind::Deadline
    #[must_use]
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = Some(time);
        self
    }

    /// Tokens that the models of one run may take: the sum of
    /// [`input_tokens`](crate::Usage::input_tokens) and
    /// [`output_tokens`](crate::Usage::output_tokens) over the [`Usage`](crate::Usage) of every
    /// [`Reply`](crate::Reply) in it, and over all that agents [`spend`](crate::Context::spend), in failed
    /// attempts too. None by default.
    ///
    /// These are the providers' own counts, not handoff's. A reply is counted when its agent returns it, before
    /// it is read, and what an agent spends when it says so: the first by which the sum exceeds the limit fails
    /// the run with [`ErrorKind::LimitExceeded`], naming its agent and its task, and everything else under way
    /// is stopped. So the limit can be overshot by what was being asked for at that moment, and by replies that
    /// never came back: of attempts that timed out, or were stopped. A reply that does not say its usage counts
    /// nothing, and leaves a warning where there is a limit, unless its agent has said what it spends.
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn model_tokens(mut self, tokens: u64) -> Self {
        self.model_tokens = Some(tokens);
        self
    }

    /// How often agents may be called in one run: every attempt counts, retries and rounds too. None by default.
    ///
    /// It is a bound for what a run may cost where nobody says what a call takes. Unlike
    /// [`model_tokens`](Self::model_tokens) it is never exceeded: so many calls are made, and the next one
    /// fails the run with [`ErrorKind::LimitExceeded`], naming the agent that was not called any more and its
    /// task, and everything else under way is stopped.
    ///
    /// [`ErrorKind::LimitExceeded`]: crate::ErrorKind::LimitExceeded
    #[must_use]
    pub fn agent_calls(mut self, calls: u64) -> Self {
        self.agent_calls = Some(calls);
        self
    }
}

impl Default for Limits {
    /// 1,024 tasks in flight, payloads of 8 MiB; as long, as many tokens, and as many calls as it takes.
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
