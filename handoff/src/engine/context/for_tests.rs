//! Contexts of no run, for unit tests of agents.

use super::{Context, Inner};
use crate::agent::{AgentId, Role};
use crate::budget::Utf8Bytes;
use crate::contract::{Confidence, Contract};
use crate::engine::before::Before;
use crate::engine::builder::Builder;
use crate::engine::scope::Scope;
use crate::engine::task_guard::TaskGuard;
use crate::engine::waits::Waits;
use crate::envelope::{Head, Warnings};
use crate::error::ErrorKind;
use crate::trace::SpanId;
use std::any::TypeId;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Semaphore;

const AGENT: &AgentId = &AgentId::new("test", Role::Worker);

impl Context {
    /// The context of a first attempt that is part of no run, for a unit test that calls an agent's function itself. Its
    /// agent is called `test`; nothing bounds it, and nothing ends it.
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
    /// let cx = Context::for_tests();
    /// assert_eq!(plan("rest".to_owned(), cx.clone()).await.steps.len(), 0);
    /// let broken = Plan::parse(r#"{"steps":[]}"#).unwrap_err();
    /// let cx = cx.retried(ErrorKind::Contract(broken));
    /// assert_eq!(plan("rest".to_owned(), cx).await.steps.len(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn for_tests() -> Self {
        let scope = Scope::of_no_run(Builder::counting(Utf8Bytes).build().common);
        let head = Head {
            source: AgentId::CALLER,
            target: AGENT,
            trace_id: scope.trace_id(),
            confidence: Confidence::FULL,
            warnings: Warnings::default(),
            tokens: 0,
            contract: <()>::emitted(),
        };
        let (guard, _) = TaskGuard::of_run(scope.clone(), None);
        Self::of_no_run(head, 1, Before::default(), guard)
    }

    /// The context of the attempt that comes after this one has failed so, for a unit test of what an agent
    /// does then. What was [kept](Self::keep) is still there.
    #[must_use]
    pub fn retried(&self, error: ErrorKind) -> Self {
        let Inner { head, attempt, before, span_id, scope, .. } = &*self.inner;
        let mut before = before.clone();
        before.push(*span_id, error);
        let (guard, _) = TaskGuard::of_run(scope.clone(), None);
        Self::of_no_run(head.clone(), attempt + 1, before, guard)
    }

    fn of_no_run(head: Head, attempt: u32, before: Before, guard: TaskGuard) -> Self {
        let inner = Inner {
            agent: AGENT,
            head,
            envelope: OnceLock::new(),
            attempt,
            before,
            max_output_tokens: None,
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
