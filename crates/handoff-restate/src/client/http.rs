//! Requests to a server: plain HTTP, a connection each.

use super::ClientError;
use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How long a server may take to answer what has nothing to wait for.
const ANSWER: Duration = Duration::from_mins(1);

/// A connection that is silent for so long is asked whether the server is still there: an answer may take days.
const SILENT: Duration = Duration::from_secs(30);

/// Where a server listens: `http://127.0.0.1:8080`.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// For whoever reads an error.
    url: String,
    authority: String,
    /// Where to connect to.
    peer: String,
}

/// What a server has said.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) text: String,
}

/// Ends the connection with the request, also one that is dropped.
struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Address {
    pub(super) fn read(url: &str) -> Result<Self, ClientError> {
        let invalid = || ClientError::Address(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| invalid())?;
        let authority = uri.authority().ok_or_else(invalid)?;
        if uri.scheme_str() != Some("http") || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(invalid());
        }
        let peer = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
        Ok(Self { url: url.trim_end_matches('/').to_owned(), authority: authority.to_string(), peer })
    }

    /// Asks what is answered at once.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: String,
    ) -> Result<Answer, ClientError> {
        let answer = timeout(ANSWER, self.wait(method, path, headers, body)).await;
        answer.unwrap_or_else(|elapsed| Err(self.unreachable(elapsed.into())))
    }

    /// Asks, and waits for the whole answer, however long it takes.
    pub(super) async fn wait(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: String,
    ) -> Result<Answer, ClientError> {
        let unreachable = |source: hyper::Error| self.unreachable(source.into());
        let connected = timeout(CONNECT, TcpStream::connect(&self.peer)).await;
        let stream = connected.unwrap_or_else(|elapsed| Err(elapsed.into()));
        let stream = stream.map_err(|source| self.unreachable(source.into()))?;
        let keepalive = TcpKeepalive::new().with_time(SILENT).with_interval(SILENT);
        let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
        // A request is one segment or more: there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
        let _connection = Connection(tokio::spawn(async move { drop(connection.await) }).abort_handle());

        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.authority);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request =
            request.body(Full::new(Bytes::from(body))).map_err(|source| self.unreachable(source.into()))?;
        let response = sender.send_request(request).await.map_err(unreachable)?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(unreachable)?.to_bytes();
        Ok(Answer { status, text: String::from_utf8_lossy(&body).into_owned() })
    }

    fn unreachable(&self, source: handoff::BoxError) -> ClientError {
        ClientError::Unreachable { address: self.url.clone(), source }
    }
}

/// An id as a segment of a path.
pub(super) fn segment(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(byte.into()),
            _ => {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment_whatever_is_in_it() {
        assert_eq!(segment("order-17_a.b~c"), "order-17_a.b~c");
        assert_eq!(segment("2026/11 ü?"), "2026%2F11%20%C3%BC%3F");
    }

    #[test]
    fn an_address_is_of_plain_http_and_nothing_more() {
        let address = Address::read("http://restate.example/").unwrap();
        assert_eq!(
            (address.peer.as_str(), address.url.as_str()),
            ("restate.example:80", "http://restate.example")
        );
        assert_eq!(Address::read("http://127.0.0.1:8080").unwrap().peer, "127.0.0.1:8080");
        for wrong in ["127.0.0.1:8080", "https://a", "http://a/b", "http://a?b", "", "http://"] {
            let said = Address::read(wrong).unwrap_err().to_string();
            assert!(said.contains(&format!("`{wrong}`")), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_waited_for_only_where_there_is_something_to_wait_for() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::read(&format!("http://{}", silent.local_addr().unwrap())).unwrap();
        let refused = address.ask(Method::GET, "/", &[], String::new()).await.err();
        assert!(matches!(refused, Some(ClientError::Unreachable { .. })), "{refused:?}");
        let wait = address.wait(Method::GET, "/", &[], String::new());
        assert!(timeout(Duration::from_hours(1), wait).await.is_err());
    }
}
