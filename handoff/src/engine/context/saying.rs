//! What an agent says to its run, and to the attempts after its own.

use super::{Context, Inner};
use crate::agent::{FinishReason, Usage};
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Context {
    /// Keeps a value for the later attempts of the same call, in the place of another of its type. It is gone with the
    /// call: the next task, round or run begins with nothing.
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

    /// What an attempt of this call, or this one, has last [kept](Self::keep) of this type. It stays kept.
    #[must_use]
    pub fn kept<T: Clone + Send + 'static>(&self) -> Option<T> {
        self.kept_so_far()?.get()
    }

    /// Counts what a call of a model has taken, in the run's usage and against its
    /// [limit](crate::Limits::model_tokens), at once and whatever becomes of the attempt.
    ///
    /// A [`Reply`](crate::Reply) that says its own usage is counted by itself, and not to be counted here, too. Where the
    /// limit is exceeded, the run is stopped and the agent dropped where it next waits.
    pub fn spend(&self, usage: Usage) {
        let Inner { agent, scope, span_id, spent, .. } = &*self.inner;
        spent.store(true, Ordering::Relaxed);
        scope.model_has_answered(*span_id, Some(usage), None, None);
        // Whoever drives the run hears of it.
        let _ = scope.spend(agent, usage);
    }

    /// Tells whoever watches the run which model has answered, and why it stopped: the last of an attempt is in
    /// [`Event::AttemptEnded`](crate::Event::AttemptEnded). A [`Reply`](crate::Reply) says both by itself.
    pub fn answered(&self, model: &str, finish: &FinishReason) {
        let Inner { scope, span_id, .. } = &*self.inner;
        scope.model_has_answered(*span_id, None, Some(model), Some(finish));
    }

    /// What the models of the run have taken so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.inner.scope.usage()
    }

    /// Waits for the agent's turn at something that it shares with others: the queue of a rate limiter, a connection of a
    /// pool. That time runs neither its `timeout` nor its `idle_timeout`, and [`time_left`](Self::time_left) stays as it
    /// is; the deadlines of the run and of a barrier go on. Waits that overlap count once.
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
    /// That of the future. The wait ends where it is dropped.
    pub async fn waiting<F: Future>(&self, future: F) -> F::Output {
        let waiting = self.inner.waits.begin();
        let output = future.await;
        // Whoever has waited is not idle.
        self.heartbeat();
        drop(waiting);
        output
    }

    /// Tells whoever observes the run how far the agent is, as [`Event::Progress`](crate::Event::Progress): how much is
    /// done, in whatever it counts, and what has come in addition, which shows only to an observer that [wants
    /// payloads](crate::Observer::wants_payloads). It is a [`heartbeat`](Self::heartbeat), too.
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
