//! Whose turn it is: a connection comes after all that may have something to say over it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Drives a connection, and lets all other tasks that can go on do so first, whenever it is woken.
///
/// A server makes many calls over one connection. Tokio polls what a task has woken right after that task, and so each call
/// that has something to say would have it written to the socket by itself, and read by itself at the other end.
pub(super) async fn last<F: Future>(connection: F) -> F::Output {
    let (mut connection, mut has_waited) = (pin!(connection), false);
    poll_fn(move |cx| {
        has_waited = !has_waited;
        if has_waited {
            // What wakes itself goes to the end of the queue.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        connection.as_mut().poll(cx)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    /// Who goes on first: a connection that is woken, or a call that can go on as well.
    async fn order(is_last: bool) -> Vec<&'static str> {
        let order = Arc::new(Mutex::new(Vec::new()));
        let goes_on = |who| {
            let order = Arc::clone(&order);
            move || order.lock().unwrap().push(who)
        };
        let ((wake, woken), writes) = (oneshot::channel(), goes_on("connection"));
        let connection = async move {
            woken.await.unwrap();
            writes();
        };
        let connection =
            tokio::spawn(async move { if is_last { last(connection).await } else { connection.await } });
        // Until it waits.
        yield_now().await;
        yield_now().await;
        wake.send(()).unwrap();
        let says = goes_on("call");
        tokio::spawn(async move { says() }).await.unwrap();
        connection.await.unwrap();
        std::mem::take(&mut *order.lock().unwrap())
    }

    #[tokio::test]
    async fn a_connection_that_is_woken_comes_after_the_calls_that_can_go_on() {
        assert_eq!(order(false).await, ["connection", "call"]);
        assert_eq!(order(true).await, ["call", "connection"]);
    }
}
