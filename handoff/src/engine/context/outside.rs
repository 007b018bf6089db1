//! What an agent sends along where it asks somebody outside of the run.

use super::{Context, Inner};
use crate::engine::idempotency::IdempotencyKey;
use crate::trace::TraceParent;

impl Context {
    /// Returns a key for this call, for a service that is to act once, such as a payment or a mail.
    ///
    /// The key is the same in every attempt of the call. In a durable run it is the same after a crash, too:
    /// a call whose end was not recorded is made again, maybe by another process, with the same key. Every
    /// other call has another key: of the same agent in another task, in another round of a loop, or in
    /// another run on the same input. Tools that an attempt calls, and runs that it starts, have keys of
    /// their own, which differ in the next attempt. An agent that makes several requests must add to the key
    /// what tells them apart.
    ///
    /// The key is derived from the run's [trace id](Self::trace_id) and the place of the call, not from the
    /// input.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// # #[contract] pub struct Order { pub cents: u64 }
    /// # struct Request; impl Request {
    /// #     fn header(self, name: &str, value: String) -> Self { assert_eq!(value.len(), 32, "{name}"); self }
    /// #     async fn send(self) -> Result<String, &'static str> { Ok("paid".to_owned()) }
    /// # }
    /// # fn post(_: &str) -> Request { Request }
    /// #[agent(retries = 3)]
    /// async fn pay(order: Order, cx: Context) -> Result<String, &'static str> {
    ///     let request = post("https://payments.example/charges");
    ///     request.header("Idempotency-Key", cx.idempotency_key().to_string()).send().await
    /// }
    /// # pipeline! { pub shop(Order) -> String { pay } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// #     let run = Runtime::builder().build().run(shop, Order { cents: 1 });
    /// #     assert_eq!(run.await.unwrap().payload, "paid");
    /// # }
    /// ```
    #[must_use]
    pub fn idempotency_key(&self) -> IdempotencyKey {
        let Inner { before, span_id, .. } = &*self.inner;
        before.call(*span_id).key(self.trace_id())
    }

    /// Returns the W3C `traceparent` to send with a request, so that it is traced as part of this attempt.
    ///
    /// It has the run's trace id, an id of this attempt (the field `span_id` of its `tracing` span), and the
    /// flags that the run was [given](crate::Run::traceparent), or none. If the runtime has a `propagator`
    /// (feature `tracing`), it names the exported span of the attempt, with its flags.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// #[agent]
    /// async fn look_up(word: String, cx: Context) -> String {
    ///     // As in `client.get(url).header("traceparent", …)`.
    ///     format!("{word}, asked for by {}", cx.traceparent())
    /// }
    /// ```
    #[must_use]
    pub fn traceparent(&self) -> TraceParent {
        self.inner.scope.traceparent(self.inner.span_id)
    }

    /// Returns the operation elsewhere that the run is part of, if there is one.
    ///
    /// It is the one that [`Run::traceparent`] was given, or the attempt of an agent that
    /// [started](crate::Runtime#runs-in-agents) the run. If the runtime has a `propagator` (feature
    /// `tracing`), it may also be the span that surrounds the run.
    ///
    /// [`Run::traceparent`]: crate::Run::traceparent
    #[must_use]
    pub fn parent(&self) -> Option<TraceParent> {
        self.inner.scope.parent()
    }
}
