//! Continuing a trace from elsewhere.

use super::support::on_both;
use handoff::prelude::*;
use std::time::Duration;

#[agent(retries = 1)]
async fn header((): (), cx: Context) -> Result<String, String> {
    assert_eq!(cx.traceparent(), cx.clone().traceparent());
    let parent = cx.parent().map_or_else(|| "none".to_owned(), |parent| parent.parent_id().to_string());
    if cx.attempt() == 1 {
        Err(cx.traceparent().to_string())
    } else {
        Ok(format!("{} {parent}", cx.traceparent()))
    }
}

pipeline! { pub headers(()) -> String { header } }

#[test]
fn a_trace_goes_on_through_a_run() {
    on_both(|| async {
        let runtime = Runtime::builder().backoff(Backoff::new(Duration::ZERO, Duration::ZERO)).build();
        let incoming = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let run = runtime.run(headers, ()).traceparent(incoming.parse().expect("a header"));
        assert_eq!(run.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let result = run.await.expect("all is well");
        assert_eq!(result.trace_id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let (outgoing, parent) = result.payload.split_once(' ').expect("two words");
        assert_eq!(parent, "00f067aa0ba902b7");
        let outgoing: TraceParent = outgoing.parse().expect("what we write can be read");
        assert!(outgoing.is_sampled());
        assert_eq!(outgoing.trace_id(), result.trace_id);
        assert_ne!(outgoing.parent_id().to_string(), parent, "the attempt's own");
        let warned = result.warnings[0].to_string();
        assert!(!warned.contains(&outgoing.parent_id().to_string()), "each attempt has its own: {warned}");

        let result = runtime.run(headers, ()).await.expect("all is well");
        let (outgoing, parent) = result.payload.split_once(' ').expect("two words");
        assert_eq!((parent, outgoing.parse::<TraceParent>().map(|own| own.flags())), ("none", Ok(0)));
    });
}
