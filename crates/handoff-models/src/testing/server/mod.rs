//! A server that speaks the APIs of OpenAI, Anthropic and Gemini and misbehaves, in plain TCP: a library would not break
//! off in the middle.

mod fault;
mod said;

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use handoff::Usage;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

pub use self::fault::Fault;
use self::said::{Api, USAGE, response};

/// A local server that speaks the APIs of OpenAI, Anthropic and Gemini, and misbehaves on demand.
///
/// It is for tests of a program with its [HTTP](crate::http), without a network or a key.
///
/// The path of a call selects the API: `/chat/completions` is OpenAI's (and compatible ones), `/messages` is
/// Anthropic's, and any other is Gemini's. Answers may be streamed. Each complete answer reports a usage of
/// 11 input tokens and 7 output tokens.
///
/// Time is real here: with tokio's paused clock, timeouts pass while the answer is on its way. Dropping the server closes it
/// and its connections.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::http::Http;
/// use handoff_models::testing::{Fault, FaultServer};
/// use handoff_models::{Model, Prompt};
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub steps: Vec<String>,
/// }
///
/// /// Split the goal into steps.
/// #[agent(retries = 2, backoff = "1ms..10ms", max_output_tokens = 2_000)]
/// async fn plan(goal: String) -> Prompt<Plan>;
///
/// pipeline! { pub planned(String) -> Plan { plan } }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     model: Model,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let answer = |_: &_| r#"{"steps": ["look", "leap"]}"#.to_owned();
/// let server = FaultServer::start(answer, |call| match call {
///     0 => Some(Fault::ServerError),
///     1 => Some(Fault::Text(r#"{"steps": []}"#.into())),
///     _ => None,
/// })
/// .await?;
/// let http = Http::openai_compatible(server.base_url(), "some-model").build()?;
/// let runtime = Runtime::builder().state(App { model: Model::new(http) }).build();
///
/// let plan = runtime.run(planned, "cross the river".to_owned()).await?;
/// assert_eq!((plan.payload.steps.len(), server.calls()), (2, 3));
/// # Ok(())
/// # }
/// ```
pub struct FaultServer {
    base_url: String,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

struct Shared {
    answer: Box<dyn Fn(&Value) -> String + Send + Sync>,
    fault: Box<dyn Fn(usize) -> Option<Fault> + Send + Sync>,
    completed: AtomicUsize,
    stalled: watch::Sender<usize>,
    given_up: watch::Sender<usize>,
    requests: Mutex<Vec<Value>>,
}

impl FaultServer {
    /// Starts a server on a free port of the loopback interface, in the current tokio runtime.
    ///
    /// `answer` returns the model's answer to the body of a request, in the [dialect](crate::Dialect) of the
    /// request. `fault` returns whether and how to misbehave at each call; the first call of the server has
    /// the number 0.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no free port.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime whose IO is enabled.
    pub async fn start(
        answer: impl Fn(&Value) -> String + Send + Sync + 'static,
        fault: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            fault: Box::new(fault),
            completed: AtomicUsize::new(0),
            stalled: watch::Sender::new(0),
            given_up: watch::Sender::new(0),
            requests: Mutex::default(),
        });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared))).abort_handle();
        Ok(Self { base_url, shared, serving })
    }

    /// Returns the base URL for a [provider](crate::http::HttpBuilder::base_url) of any of these APIs.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the number of calls that have arrived.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.shared.requests().len()
    }

    /// Returns the bodies of the calls, in the order in which they have arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.shared.requests().clone()
    }

    /// Returns the sum of the usage of the completions that had a usage and a finish reason.
    ///
    /// Wrong answers and refusals count, too: a caller that waits for its answers has counted the same.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let completed = self.shared.completed.load(Ordering::SeqCst) as u64;
        Usage::new(USAGE.input_tokens * completed, USAGE.output_tokens * completed)
    }

    /// Returns the number of calls that have stalled so far, including those whose client has gone.
    #[must_use]
    pub fn stalled(&self) -> usize {
        *self.shared.stalled.borrow()
    }

    /// Waits until this many calls have [stalled](Fault::Stall).
    pub async fn until_stalled(&self, calls: usize) {
        until(&self.shared.stalled, calls).await;
    }

    /// Waits until the clients of this many [stalled](Fault::Stall) calls have closed the connection.
    pub async fn until_given_up(&self, calls: usize) {
        until(&self.shared.given_up, calls).await;
    }
}

async fn until(count: &watch::Sender<usize>, least: usize) {
    // The sender is borrowed, so it is there.
    let _ = count.subscribe().wait_for(|count| *count >= least).await;
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for FaultServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (base_url, calls) = (&self.base_url, self.calls());
        f.debug_struct("FaultServer")
            .field("base_url", base_url)
            .field("calls", &calls)
            .finish_non_exhaustive()
    }
}

/// Serves until it is dropped, and its connections with it.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        // One that cannot be accepted has gone already, or there are too many: the next may do better.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let shared = Arc::clone(&shared);
        // What is broken off is meant to be.
        connections.spawn(async move { shared.serve(stream).await.ok() });
    }
}

impl Shared {
    fn requests(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut buffer = Vec::new();
        while let Some((head, body)) = request(&mut stream, &mut buffer).await? {
            let (api, streaming, key) = called(&head, &body);
            let answer = (self.answer)(&body);
            let call = {
                let mut requests = self.requests();
                requests.push(body);
                requests.len() - 1
            };
            let fault = (self.fault)(call);
            let response = response(fault.as_ref(), &answer, api, streaming, key);
            if fault.as_ref().is_none_or(Fault::completes) {
                // Before it is sent: whoever has read it finds it counted.
                self.completed.fetch_add(1, Ordering::SeqCst);
            }
            let most = &response.as_bytes()[..response.len() - response.len() / 4];
            match fault {
                Some(Fault::Stall) => return self.stall(stream).await,
                Some(Fault::StallHalfway) => {
                    stream.write_all(most).await?;
                    return self.stall(stream).await;
                }
                Some(Fault::Close) => return Ok(()),
                Some(Fault::CloseHalfway) => return stream.write_all(most).await,
                _ => stream.write_all(response.as_bytes()).await?,
            }
            if streaming {
                // The end of the connection is the end of the stream.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Says nothing more, until nobody listens.
    async fn stall(&self, mut stream: TcpStream) -> io::Result<()> {
        self.stalled.send_modify(|stalled| *stalled += 1);
        // A connection that is reset is closed, too.
        let _ = stream.read(&mut [0]).await;
        self.given_up.send_modify(|given_up| *given_up += 1);
        Ok(())
    }
}

/// Whose API a call is of, whether its answer is to be a stream, and its key.
fn called<'a>(head: &'a str, body: &Value) -> (Api, bool, &'a str) {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (api, name, scheme) = if path.ends_with("/chat/completions") {
        (Api::OpenAi, "authorization", "Bearer ")
    } else if path.ends_with("/messages") {
        (Api::Anthropic, "x-api-key", "")
    } else {
        (Api::Gemini, "x-goog-api-key", "")
    };
    let key = header(head, name).and_then(|value| value.strip_prefix(scheme));
    (api, body["stream"] == true || path.contains(":streamGenerateContent"), key.unwrap_or_default())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The next request of a connection: its head and its body.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<(String, Value)>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = header(&head, "content-length").and_then(|length| length.parse().ok());
            let body = end + 4..end + 4 + length.unwrap_or(0);
            if buffer.len() >= body.end {
                let json = serde_json::from_slice(&buffer[body.clone()])?;
                buffer.drain(..body.end);
                return Ok(Some((head, json)));
            }
        }
        let mut bytes = [0; 8_192];
        match stream.read(&mut bytes).await? {
            0 => return Ok(None),
            read => buffer.extend_from_slice(&bytes[..read]),
        }
    }
}
