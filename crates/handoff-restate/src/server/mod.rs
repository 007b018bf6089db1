//! The HTTP side of a host.

mod replay;
mod turn;

use self::replay::Replay;
use self::turn::last;
use crate::manifest::CALL;
use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::GracefulShutdown;
use restate_sdk::endpoint::{Endpoint, HandleOptions, ProtocolMode, ResponseBody};
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

/// How long what is under way may take once the host is to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` resolves, and then what is under way.
pub(crate) async fn serve(endpoint: Endpoint, listener: TcpListener, stop: impl Future) {
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // As when there are too many files: it gets better, or not.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let endpoint = endpoint.clone();
        let service = service_fn(move |request| {
            let endpoint = endpoint.clone();
            async move { Ok::<_, Infallible>(answer(&endpoint, request).await) }
        });
        let connection =
            http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
        tokio::spawn(last(connections.watch(connection)));
    }
    let _ = timeout(GRACE, connections.shutdown()).await;
}

type Answer = Response<Either<ResponseBody, Full<Bytes>>>;

async fn answer(endpoint: &Endpoint, request: Request<Incoming>) -> Answer {
    let options = HandleOptions { protocol_mode: ProtocolMode::BidiStream };
    let calls_an_agent = request.uri().path().rsplit('/').next() == Some(CALL);
    if !calls_an_agent {
        return endpoint.handle_with_options(request, options).map(Either::Left);
    }
    let (head, body) = request.into_parts();
    let replay = Replay::read(body).await;
    if !replay.has_output() {
        return endpoint.handle_with_options(Request::from_parts(head, replay), options).map(Either::Left);
    }
    // An agent's work is not in the journal of its call, whose only entry would be what it came to. A server that was killed
    // as it took down the end of a call may have that entry and not the end, and calls again. The agent would come to something
    // else, which the SDK refuses, each time. So it is not asked: what is missing is the end.
    let mut answer = Response::new(Either::Right(Full::new(Bytes::from_static(&replay::END))));
    if let Some(version) = head.headers.get(header::CONTENT_TYPE) {
        answer.headers_mut().insert(header::CONTENT_TYPE, version.clone());
    }
    // A request whose body nobody reads is reset.
    tokio::spawn(replay.collect());
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff::prelude::*;
    use hyper::client::conn::http2::handshake;
    use tokio::net::TcpStream;

    #[agent]
    async fn work(_: String) -> String {
        unreachable!("it has been called before")
    }

    #[tokio::test]
    async fn a_call_whose_end_alone_is_missing_is_ended_and_not_made_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoint = crate::Endpoint::new(Runtime::default()).agent::<work>().build().unwrap();
        tokio::spawn(serve(endpoint, listener, std::future::pending::<()>()));

        let stream = TcpStream::connect(address).await.unwrap();
        let (mut client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::post(format!("http://{address}/invoke/work/call"))
            .header(header::CONTENT_TYPE, "application/vnd.restate.invocation.v5")
            .body(Full::new(Bytes::from(replay::tests::half_ended())))
            .unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/vnd.restate.invocation.v5");
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), &replay::END[..]);
    }
}
