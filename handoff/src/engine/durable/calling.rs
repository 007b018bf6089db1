//! A call of an agent, from its first attempt to its last, as the engine asks for it.

use super::scheduled::Shared;
use super::signals::timer_of;
use super::site::Attempt;
use super::{Call, InputHash, JournalError, Outcome, Spent};
use crate::agent::{AgentId, AgentSpec, Backoff, Target};
use crate::contract::{Contract, Fingerprint};
use crate::engine::before::Before;
use crate::engine::idempotency::CallId;
use crate::engine::observer::{Event, PartOutcome};
use crate::engine::scope::Scope;
use crate::engine::words::words;
use crate::engine::{IdempotencyKey, SignalId};
use crate::envelope::{Brief, Handed, Head, Warning, Warnings};
use crate::error::{CancelledBy, ErrorKind, PipelineError, Verdict};
use crate::text::one_line;
use crate::trace::SpanId;
use std::borrow::Cow;
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// The place of the pause after an attempt that has failed.
#[inline]
fn pause_after(place: &str, attempt: u32) -> String {
    format!("{place}#{attempt}")
}

/// Whether the timer of this place is such a pause.
#[inline]
pub(super) fn is_pause(place: &str) -> bool {
    place.contains('#')
}

/// What is to be known of the agent that is called.
pub(super) struct Spec {
    agent: &'static AgentId,
    address: &'static str,
    to: Target,
    place: String,
    timeout: Option<Duration>,
    retries: u32,
    backoff: Backoff,
    /// What it may be handed, and may hand on.
    budgets: (Option<u32>, Option<u32>),
}

impl Spec {
    /// At this place in the run.
    #[inline]
    pub(super) fn of<A: AgentSpec>(scope: &Scope, place: String, to: Target) -> Self {
        let settings = scope.settings();
        let options = settings.agents.calls::<A>();
        Self {
            agent: A::ID,
            address: A::ADDRESS,
            to,
            place,
            timeout: options.timeout(),
            retries: options.retries(),
            backoff: *options.backoff().unwrap_or(&settings.backoff),
            budgets: (A::INPUT_BUDGET, A::MAX_OUTPUT_TOKENS),
        }
    }
}

/// What has come of an attempt.
pub(super) enum Came {
    /// An output, as text.
    Output(String),
    /// It has failed, and there is another one.
    Failed,
}

/// A call of an agent. If it is dropped under way because the run is stopped, the run's error tells who it was, and what had
/// been noticed.
pub(super) struct Calling<'a> {
    scope: &'a Scope,
    shared: &'a Shared,
    spec: Spec,
    /// Of what came in; its warnings, and what is noticed in the call.
    head: Head,
    input: InputHash,
    /// What it is handed, as text, for agents in other processes,
    handed: Option<String>,
    /// and of which contract that is.
    contract: Cow<'static, str>,
    /// What is asked, if it is a signal.
    question: Option<String>,
    before: Before,
    key: IdempotencyKey,
    attempt: u32,
    span: SpanId,
    ended: bool,
}

impl<'a> Calling<'a> {
    #[inline]
    pub(super) fn new(
        scope: &'a Scope,
        shared: &'a Shared,
        spec: Spec,
        head: Head,
        input: InputHash,
    ) -> Self {
        // On another input it is another call.
        let place = [spec.place.as_bytes(), b" ", &input.to_bytes()].concat();
        let key = IdempotencyKey::of(scope.trace_id(), shared.span, place);
        let before = Before::of(CallId::Named(key));
        let before = if spec.retries > 0 { before.shared() } else { before };
        let span = scope.part();
        Self {
            scope,
            shared,
            spec,
            head,
            input,
            handed: None,
            contract: Cow::Borrowed(""),
            question: None,
            before,
            key,
            attempt: 0,
            span,
            ended: false,
        }
    }

    /// It is sent to another process, with this as its payload.
    #[inline]
    pub(super) fn send(&mut self, payload: &str, contract: Cow<'static, str>, schema: Fingerprint) {
        self.handed = Brief::text(&self.head, payload, None, schema);
        self.contract = contract;
    }

    /// It is answered from outside, and asks this.
    #[inline]
    pub(super) fn ask_outside(&mut self, question: String) {
        self.question = Some(question);
    }

    /// Whether there is no attempt after this one.
    #[inline]
    pub(super) fn is_last(&self) -> bool {
        self.attempt > self.spec.retries
    }

    /// The next attempt begins.
    ///
    /// # Errors
    ///
    /// Why it does not.
    #[inline]
    pub(super) fn begin(&mut self) -> Result<(Box<Call>, Attempt), PipelineError> {
        let Self { scope, shared, spec, .. } = self;
        if let Some(kind) = scope.halted() {
            return Err(self.fail(kind));
        }
        let (usage, calls) = (scope.usage(), scope.calls());
        if let Err(kind) = scope.count_call(spec.agent) {
            return Err(self.fail(kind));
        }
        let parent = scope.part();
        self.attempt += 1;
        self.span = scope.next_span();
        let Self { attempt: number, span, .. } = *self;
        let of = (number, spec.retries.saturating_add(1));
        scope.begin_attempt(span, spec.agent, &self.head, of, spec.budgets);
        if self.handed.is_some()
            && let Some(question) = &self.question
            && let Some((turn, at)) = &scope.here()
        {
            // No attempt in this process says so.
            let (agent, id) = (&scope.tell(spec.agent), SignalId::new(scope.trace_id(), span));
            turn.tell(&Event::SignalWaits { at, agent, id, question: Some(question) });
        }
        let call = Call {
            place: spec.place.clone(),
            agent: spec.agent,
            address: spec.address,
            attempt: number,
            input: self.input,
            handed: self.handed.clone(),
            before: if self.handed.is_some() { self.before.to_json() } else { None },
            to: spec.to,
            task_path: scope.task_path().cloned(),
            timeout: spec.timeout,
            span,
            usage,
            calls,
            parent: scope.parent(),
            key: self.key,
            signal: self.question.clone(),
            trace_id: scope.trace_id(),
            source: self.head.source,
            until: shared.until.elsewhere,
            work: None,
        };
        let before = self.before.clone();
        Ok((Box::new(call), Attempt { number, before, span, parent, usage, calls, until: shared.until.here }))
    }

    /// Waits for the end of the attempt; and where there is another one, for its turn.
    ///
    /// # Errors
    ///
    /// Why there is none.
    #[inline]
    pub(super) async fn ask(&mut self, call: Box<Call>) -> Result<Came, PipelineError> {
        let timeout = self.spec.timeout.filter(|_| self.question.is_some());
        let outcome = match timeout {
            Some(timeout) => self.in_time(call, timeout).await.ok_or(timeout),
            None => Ok(self.shared.queue.call(call).await),
        };
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(after) => {
                let error = self.scope.error(ErrorKind::TimedOut { after }, self.spec.agent);
                return self.failed(error).await;
            }
        };
        match outcome {
            Outcome::Done { output, spent } => match self.spend(&spent) {
                Ok(()) => Ok(Came::Output(output)),
                Err(kind) => self.failed(self.scope.error(kind, self.spec.agent)).await,
            },
            Outcome::Failed { error, spent } => {
                let mut error = match PipelineError::from_json(&error) {
                    Ok(error) => error,
                    Err(unreadable) => {
                        let error = JournalError::elsewhere(one_line(&unreadable));
                        return self.give_up(ErrorKind::Journal(Box::new(error))).await;
                    }
                };
                if let Some(drift) = error.drift_mut() {
                    // Between the builds of two processes, and no failure of the agent.
                    drift.sent_contract.get_or_insert_with(|| self.contract.to_string());
                    return self.give_up(error.into_kind()).await;
                }
                let exceeded = self.spend(&spent).err().filter(|_| !error.kind().ends_the_run());
                let mut error = error.told(|agent| self.tell(agent));
                self.notice(error.take_warnings());
                if let Some(kind) = exceeded {
                    error = self.scope.error(kind, self.spec.agent);
                }
                self.failed(error).await
            }
            Outcome::Refused(reason) => {
                let kind = ErrorKind::from(JournalError::Refused { reason });
                self.failed(self.scope.error(kind, self.spec.agent)).await
            }
            // Unreachable: a call is no timer, and whoever drives the run does not hand on that it is gone.
            Outcome::Fired | Outcome::Gone => Err(self.fail(ErrorKind::Cancelled { by: CancelledBy::Tokio })),
        }
    }

    /// Waits for a signal, for so long at most. The time of an agent that is called is for whoever calls it to look at.
    #[inline]
    async fn in_time(&self, call: Box<Call>, timeout: Duration) -> Option<Outcome> {
        let queue = &self.shared.queue;
        let place = timer_of(&self.spec.place, self.attempt);
        let (mut answer, mut timer) = (queue.call(call), queue.sleep(place, timeout));
        poll_fn(|cx| {
            if let Poll::Ready(outcome) = Pin::new(&mut answer).poll(cx) {
                return Poll::Ready(Some(outcome));
            }
            Pin::new(&mut timer).poll(cx).map(|_| None)
        })
        .await
    }

    /// Counts what an attempt has taken.
    ///
    /// # Errors
    ///
    /// It was too much for the run.
    #[inline]
    fn spend(&self, spent: &Spent) -> Result<(), ErrorKind> {
        let Self { scope, spec: Spec { agent, .. }, span, .. } = self;
        let Spent { usage, calls, model, finish_reason, .. } = spent;
        scope.model_has_answered(*span, *usage, model.as_deref(), finish_reason.as_ref());
        scope.count_calls(agent, *calls)?;
        scope.spend(agent, spent.tokens())
    }

    /// The attempt has failed.
    #[inline]
    async fn failed(&mut self, error: PipelineError) -> Result<Came, PipelineError> {
        let Self { scope, attempt, span, .. } = *self;
        if scope.is_over() && !error.kind().ends_the_run() {
            // It may have failed because of that, and is stopped like any other.
            scope.end(span, PartOutcome::Stopped);
            return Err(error);
        }
        let again = !self.is_last() && error.kind().is_retryable();
        let retry_in = again.then(|| self.pause_after(error.kind()));
        scope.fail_attempt(span, &error, retry_in);
        let Some(retry_in) = retry_in else {
            return Err(error.after(self.end()));
        };
        let message = format!("attempt {attempt} failed: {}", one_line(&words(error.kind())));
        self.notice([scope.warning(self.spec.agent, message)]);
        self.before.push(span, error.into_kind());
        self.shared.queue.sleep(pause_after(&self.spec.place, attempt), retry_in).await;
        Ok(Came::Failed)
    }

    /// How long to wait after an attempt that failed so: the same wherever the run is gone on with.
    #[allow(clippy::cast_precision_loss)] // 53 bits are as exact as it gets
    #[inline]
    fn pause_after(&self, error: &ErrorKind) -> Duration {
        let fraction = (self.span.to_bits() >> 11) as f64 / (1_u64 << 53) as f64;
        let backoff = self.spec.backoff.pause(self.attempt, fraction);
        match error.retry_after() {
            Some(asked) => asked.min(self.shared.deadline.unwrap_or(Verdict::LONGEST_PAUSE)).max(backoff),
            None => backoff,
        }
    }

    /// Whether it is answered from outside, and there is no attempt in this process.
    #[inline]
    fn is_outside(&self) -> bool {
        self.question.is_some() && self.handed.is_some()
    }

    /// Its output, with all that has been noticed in the call.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    #[inline]
    pub(super) fn output<T: Contract>(&mut self, text: &str) -> Result<Handed<T>, ErrorKind> {
        let unreadable = |error| ErrorKind::Journal(Box::new(JournalError::elsewhere(one_line(&error))));
        let read = Brief::read(text).map_err(unreadable)?;
        let payload: T = read.payload(self.spec.agent, self.spec.to.id)?;
        let Brief { mut confidence, warnings, tokens, .. } = read;
        if self.is_outside() {
            // Whoever gives an answer does not know how sure the question was.
            confidence = payload.confidence().unwrap_or(self.head.confidence);
        }
        self.notice(warnings.into_owned());
        if self.scope.settings().watch.is_some() {
            // It has been held against the baseline where it was made.
            self.scope.is_first_output(self.spec.agent, T::fingerprint());
        }
        let head = Head {
            source: self.spec.agent,
            target: self.spec.to.id,
            trace_id: self.scope.trace_id(),
            confidence,
            warnings: self.end(),
            tokens,
            contract: T::emitted(),
        };
        Ok(Handed::new(payload, head))
    }

    /// The attempt has succeeded, and its output has been handed on.
    #[inline]
    pub(super) fn succeed(&self) {
        self.scope.end(self.span, PartOutcome::Succeeded);
    }

    /// The call comes to nothing.
    #[inline]
    pub(super) fn fail(&mut self, kind: ErrorKind) -> PipelineError {
        self.scope.error(kind, self.spec.agent).after(self.end())
    }

    /// The run cannot go on here.
    #[inline]
    pub(super) async fn give_up<T>(&self, kind: ErrorKind) -> T {
        let error = self.scope.error(kind, self.spec.agent);
        let error = match self.scope.task_path() {
            Some(path) => error.in_task(path, None),
            None => error,
        };
        self.shared.queue.give_up(error).await
    }

    #[inline]
    fn notice(&mut self, warnings: impl IntoIterator<Item = Warning>) {
        for mut warning in warnings {
            warning.agent = self.tell(&warning.agent);
            self.scope.observe_warning(&warning);
            self.head.warnings.push(warning);
        }
    }

    /// The agent that is called, told apart from others of its name. Those that it has called itself are known where it
    /// was.
    #[inline]
    fn tell(&self, agent: &AgentId) -> AgentId {
        if agent == self.spec.agent { self.scope.tell(self.spec.agent) } else { agent.clone() }
    }

    /// It has ended by itself; what was noticed goes with what has come of it.
    #[inline]
    fn end(&mut self) -> Warnings {
        self.ended = true;
        std::mem::take(&mut self.head.warnings)
    }
}

impl Drop for Calling<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            let Self { scope, spec: Spec { agent, .. }, .. } = *self;
            scope.interrupted(agent, || std::mem::take(&mut self.head.warnings));
        }
    }
}
