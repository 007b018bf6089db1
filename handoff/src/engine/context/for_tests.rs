//! Contexts of no run, for unit tests of agents.

use super::{Context, Inner};
use crate::agent::{AgentId, Role};
use crate::budget::Utf8Bytes;
use crate::contract::{Confidence, Contract, ContractViolation};
use crate::engine::before::Before;
use crate::engine::builder::Builder;
use crate::engine::scope::Scope;
use crate::engine::task_guard::TaskGuard;
use crate::engine::waits::Waits;
use crate::envelope::{Envelope, Head, Warnings};
use crate::error::ErrorKind;
use crate::trace::SpanId;
use std::any::TypeId;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Semaphore;

const AGENT: &AgentId = &AgentId::new("test", Role::Worker);

impl Context {
    /// Starts to build a context for a unit test that calls an agent's function itself.
    ///
    /// The context is not part of a run. By default it is that of a first attempt of an agent called `test`,
    /// without timeouts or limits, and it is never cancelled.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[contract] pub struct Plan { #[check(len(1..))] pub steps: Vec<String> }
    /// #[agent(retries = 1)]
    /// async fn plan(goal: String, cx: Context) -> Plan {
    ///     let least = if cx.violations().is_empty() { 0 } else { 1 };
    ///     Plan { steps: vec![goal; least] }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let cx = Context::test().build();
    /// assert_eq!(plan("rest".to_owned(), cx).await.steps.len(), 0);
    ///
    /// let broken = Plan::parse(r#"{"steps":[]}"#).unwrap_err();
    /// let cx = Context::test().violations(broken).build();
    /// assert_eq!(cx.attempt(), 2);
    /// assert_eq!(plan("rest".to_owned(), cx).await.steps.len(), 1);
    /// # }
    /// ```
    pub fn test() -> TestContext {
        TestContext { attempt: None, failed: Vec::new(), came: None, max_output_tokens: None }
    }

    /// Creates the context of a first attempt, for a unit test. It is short for [`Context::test`] without
    /// options.
    #[must_use]
    pub fn for_tests() -> Self {
        Self::test().build()
    }

    /// Creates the context of the attempt after this one, which failed with `error`, for a unit test.
    ///
    /// Values that were [kept](Self::keep) are still there.
    #[must_use]
    pub fn retried(&self, error: ErrorKind) -> Self {
        let Inner { head, attempt, before, span_id, scope, max_output_tokens, .. } = &*self.inner;
        let mut before = before.clone();
        before.push(*span_id, error);
        let (guard, _) = TaskGuard::of_run(scope.clone(), None);
        let envelope = Some(self.envelope().clone());
        let said = Said {
            head: head.clone(),
            envelope,
            attempt: attempt + 1,
            max_output_tokens: *max_output_tokens,
        };
        Self::of_no_run(said, before, guard)
    }

    fn of_no_run(said: Said, before: Before, guard: TaskGuard) -> Self {
        let Said { head, envelope, attempt, max_output_tokens } = said;
        let inner = Inner {
            agent: AGENT,
            head,
            envelope: envelope.map_or_else(OnceLock::new, OnceLock::from),
            attempt,
            before,
            max_output_tokens,
            span_id: SpanId::random(),
            warnings: Mutex::default(),
            spent: AtomicBool::new(false),
            stopped: Semaphore::new(0),
            started: OnceLock::new(),
            returned: AtomicBool::new(false),
            until: None,
            waits: Waits::default(),
            heart: None,
            orders: None,
            kind: TypeId::of::<()>(),
            scope: guard.scope().clone(),
            guard: guard.downgrade(),
            _of_no_run: Some(guard),
        };
        Self { inner: Arc::new(inner) }
    }
}

/// What there is to say of a context of no run.
struct Said {
    head: Head,
    envelope: Option<Envelope<()>>,
    attempt: u32,
    max_output_tokens: Option<u32>,
}

/// A builder of a [`Context`] for a unit test: see [`Context::test`].
#[derive(Debug)]
#[must_use = "it is a context once it is built"]
pub struct TestContext {
    attempt: Option<u32>,
    /// The earliest first.
    failed: Vec<ErrorKind>,
    came: Option<(Head, Envelope<()>)>,
    max_output_tokens: Option<u32>,
}

impl TestContext {
    /// Sets the number of the attempt. By default it follows those that have [failed](Self::after).
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = Some(attempt);
        self
    }

    /// Adds an earlier attempt that failed with this error, after those that were added before.
    pub fn after(mut self, error: ErrorKind) -> Self {
        self.failed.push(error);
        self
    }

    /// Adds an earlier attempt whose output broke its contract.
    ///
    /// [`Context::violations`] and [`Context::contract_violation`] return its violations.
    pub fn violations(self, broken: ContractViolation) -> Self {
        self.after(ErrorKind::Contract(broken))
    }

    /// Sets what [`Context::envelope`] returns: sender, trace, confidence, warnings and tokens.
    pub fn envelope<T: Contract>(mut self, envelope: &Envelope<T>) -> Self {
        let Envelope { source, target: _, trace_id, confidence, warnings, tokens, schema, payload: _ } =
            envelope;
        let head = Head {
            source: source.clone().known(),
            target: AGENT,
            trace_id: *trace_id,
            confidence: *confidence,
            warnings: warnings.clone(),
            tokens: tokens.count,
            contract: T::emitted(),
        };
        let envelope = Envelope {
            source: source.clone(),
            target: AGENT.clone(),
            trace_id: *trace_id,
            confidence: *confidence,
            warnings: warnings.clone(),
            tokens: tokens.clone(),
            schema: *schema,
            payload: (),
        };
        self.came = Some((head, envelope));
        self
    }

    /// Sets what [`Context::max_output_tokens`] returns. Nothing enforces it in a test.
    pub fn max_output_tokens(mut self, most: u32) -> Self {
        self.max_output_tokens = Some(most);
        self
    }

    /// Builds the context.
    #[must_use]
    pub fn build(self) -> Context {
        let Self { attempt, failed, came, max_output_tokens } = self;
        let scope = Scope::of_no_run(Builder::counting(Utf8Bytes).build().common);
        let (head, envelope) = came.unzip();
        let head = head.unwrap_or_else(|| Head {
            source: AgentId::CALLER,
            target: AGENT,
            trace_id: scope.trace_id(),
            confidence: Confidence::FULL,
            warnings: Warnings::default(),
            tokens: 0,
            contract: <()>::emitted(),
        });
        let (guard, _) = TaskGuard::of_run(scope, None);
        let attempts_before = u32::try_from(failed.len()).unwrap_or(u32::MAX - 1);
        let attempt = attempt.unwrap_or(attempts_before + 1);
        let mut before = Before::default();
        for error in failed {
            before.push(SpanId::random(), error);
        }
        Context::of_no_run(Said { head, envelope, attempt, max_output_tokens }, before, guard)
    }
}
