//! What an agent says to its run, and to the attempts after its own.

use super::{Context, Inner};
use crate::agent::{FinishReason, Usage};
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Context {
    /// Keeps a value for later attempts of the same call, and replaces any other value of its type.
    ///
    /// Values are dropped with the call: the next task, round or run begins without them.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// /// How far the upload has come.
    /// #[derive(Clone, Copy, Default)]
    /// struct Sent(usize);
    ///
    /// # async fn send(_: &str) -> Result<(), &'static str> { Ok(()) }
    /// #[agent(retries = 5)]
    /// async fn upload(parts: Vec<String>, cx: Context) -> Result<usize, &'static str> {
    ///     let Sent(sent) = cx.kept().unwrap_or_default();
    ///     for (index, part) in parts.iter().enumerate().skip(sent) {
    ///         send(part).await?;
    ///         cx.keep(Sent(index + 1));
    ///     }
    ///     Ok(parts.len())
    /// }
    /// ```
    pub fn keep<T: Clone + Send + 'static>(&self, value: T) {
        self.inner.before.kept.get_or_init(Arc::default).set(value);
    }

    /// Returns a clone of the value of this type that an attempt of this call has last [kept](Self::keep).
    #[must_use]
    pub fn kept<T: Clone + Send + 'static>(&self) -> Option<T> {
        self.kept_so_far()?.get()
    }

    /// Adds tokens to the run's usage, and counts them against its [limit](crate::Limits::model_tokens).
    ///
    /// They count at once, even if the attempt fails later.
    ///
    /// The usage that a [`Reply`](crate::Reply) states is counted by itself; do not count it here again. If
    /// the limit is exceeded, the run is stopped, and the agent is dropped at its next await point.
    pub fn spend(&self, usage: Usage) {
        let Inner { agent, scope, span_id, spent, .. } = &*self.inner;
        spent.store(true, Ordering::Relaxed);
        scope.model_has_answered(*span_id, Some(usage), None, None);
        // Whoever drives the run hears of it.
        let _ = scope.spend(agent, usage);
    }

    /// Reports which model has answered, and why it stopped, to observers of the run.
    ///
    /// The last report of an attempt is shown by [`Event::AttemptEnded`](crate::Event::AttemptEnded). A
    /// [`Reply`](crate::Reply) reports both by itself.
    pub fn answered(&self, model: &str, finish: &FinishReason) {
        let Inner { scope, span_id, .. } = &*self.inner;
        scope.model_has_answered(*span_id, None, Some(model), Some(finish));
    }

    /// Returns the tokens that the models of the run have taken so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.inner.scope.usage()
    }

    /// Awaits a future without counting that time against the agent's timeouts.
    ///
    /// It is for resources that the agent shares with others: the queue of a rate limiter, a connection of a
    /// pool. Both `timeout` and `idle_timeout` are suspended, and [`time_left`](Self::time_left) does not
    /// shrink; the deadlines of the run and of a barrier go on. Waits that overlap count once.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use std::sync::Arc;
    /// use tokio::sync::Semaphore;
    ///
    /// # async fn fetch(url: &str) -> String { url.to_owned() }
    /// #[agent(timeout = "10s")]
    /// async fn read(url: String, State(connections): State<Arc<Semaphore>>, cx: Context) -> Result<String, BoxError> {
    ///     // However long the others take, this one has 10 seconds of its own.
    ///     let _connection = cx.waiting(connections.acquire()).await?;
    ///     Ok(fetch(&url).await)
    /// }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// This method is as cancel safe as the future. Dropping it ends the wait.
    pub async fn waiting<F: Future>(&self, future: F) -> F::Output {
        let waiting = self.inner.waits.begin();
        let output = future.await;
        // Whoever has waited is not idle.
        self.heartbeat();
        drop(waiting);
        output
    }

    /// Reports the agent's progress to observers of the run, as [`Event::Progress`](crate::Event::Progress).
    ///
    /// `done` is the amount that is done, in a unit of the agent's choice. `text` is what was added, and is
    /// shown only to an observer that [wants payloads](crate::Observer::wants_payloads). Progress is a
    /// [`heartbeat`](Self::heartbeat), too.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # struct Model;
    /// # impl Model { async fn next(&mut self) -> Option<String> { None } }
    /// # fn stream(_: &str) -> Model { Model }
    /// #[agent]
    /// async fn write(title: String, cx: Context) -> String {
    ///     let (mut text, mut model, mut pieces) = (String::new(), stream(&title), 0);
    ///     while let Some(piece) = model.next().await {
    ///         pieces += 1;
    ///         cx.progress(pieces, &piece);
    ///         text.push_str(&piece);
    ///     }
    ///     text
    /// }
    /// ```
    pub fn progress(&self, done: u64, text: &str) {
        self.heartbeat();
        let Inner { agent, attempt, scope, .. } = &*self.inner;
        if self.is_heard() {
            scope.observe_progress(agent, *attempt, done, text);
        }
    }
}
