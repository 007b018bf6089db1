//! What an agent sends along where it asks somebody outside of the run.

use super::{Context, Inner};
use crate::engine::idempotency::IdempotencyKey;
use crate::trace::TraceParent;

impl Context {
    /// Names this call of the agent to a service that is to act on it once, however often it is asked: a payment, a mail.
    ///
    /// It is the same in every attempt of the call. Where the run is durable it is the same after a crash, too: a call
    /// whose end had not been written down is made again, maybe by another process, with the key that it had. Every
    /// other call has another key: of the same agent in another task, in another round of a loop, in another run of
    /// the same input. So has what is part of an attempt, a tool that it calls or a run that it starts: in the next
    /// attempt that is another call. An agent that asks for several things adds to the key what tells them apart.
    ///
    /// It is made of the run's [trace id](Self::trace_id) and the place of the call, not of what was handed over.
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

    /// The W3C `traceparent` to send along with a call to the outside, so that it shows as part of
    /// this attempt: the run's trace, an id of this attempt's own (the field `span_id` of its
    /// `tracing` span), and the flags that the run was [given](crate::Run::traceparent), or none. Where the
    /// runtime has a `propagator` (feature `tracing`), it is the exported span of the attempt, with its flags.
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

    /// The operation elsewhere that the run is part of, if [`Run::traceparent`] said so; or the attempt of an
    /// agent that [started it](crate::Runtime#runs-in-agents). Where the runtime has a `propagator` (feature
    /// `tracing`), also the span that was around the run.
    ///
    /// [`Run::traceparent`]: crate::Run::traceparent
    #[must_use]
    pub fn parent(&self) -> Option<TraceParent> {
        self.inner.scope.parent()
    }
}
