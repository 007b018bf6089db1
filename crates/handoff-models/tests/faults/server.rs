//! A server that speaks the APIs of OpenAI, Anthropic and Gemini and misbehaves, in plain TCP: a library would not break
//! off in the middle.

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::answers::{Api, INPUT, OUTPUT, answer, is_counted};
use crate::calls::Form;

/// What the server does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Busy,
    BusyBare,
    Server,
    Html,
    Stall,
    StallHalf,
    Close,
    CloseHalf,
    Cut,
    CutWhole,
    Fenced,
    Broken,
    Refusal,
    Filter,
    Empty,
    NullContent,
    NoChoices,
    NoReason,
    NoJson,
    Unauthorized,
    Error200,
    TwoObjects,
    Redirect,
    /// A good answer with a body of so many bytes.
    Padded(usize),
    /// Calls of a tool, by OpenAI's chat completions.
    Calls(Form),
}

pub(crate) const FAULTS: [Fault; 23] = [
    Fault::Busy,
    Fault::BusyBare,
    Fault::Server,
    Fault::Html,
    Fault::Stall,
    Fault::StallHalf,
    Fault::Close,
    Fault::CloseHalf,
    Fault::Cut,
    Fault::CutWhole,
    Fault::Fenced,
    Fault::Broken,
    Fault::Refusal,
    Fault::Filter,
    Fault::Empty,
    Fault::NullContent,
    Fault::NoChoices,
    Fault::NoReason,
    Fault::NoJson,
    Fault::Unauthorized,
    Fault::Error200,
    Fault::TwoObjects,
    Fault::Redirect,
];

pub(crate) struct Server {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

struct Shared {
    choose: Box<dyn Fn(usize) -> Fault + Send + Sync>,
    calls: AtomicUsize,
    /// What the answers took that were sent as a whole.
    tokens: AtomicU64,
    /// How many calls have stalled.
    stalled: watch::Sender<usize>,
    /// How many of them were given up.
    given_up: watch::Sender<usize>,
    bodies: Mutex<Vec<Value>>,
}

impl Server {
    /// Starts a server that is told what to do with its n-th call. It ends with the runtime.
    pub(crate) async fn start(choose: impl Fn(usize) -> Fault + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            choose: Box::new(choose),
            calls: AtomicUsize::new(0),
            tokens: AtomicU64::new(0),
            stalled: watch::Sender::new(0),
            given_up: watch::Sender::new(0),
            bodies: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                // What is broken off is meant to be.
                tokio::spawn(async move { shared.serve(stream).await.ok() });
            }
        });
        Self { base, shared }
    }

    pub(crate) fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn tokens(&self) -> u64 {
        self.shared.tokens.load(Ordering::SeqCst)
    }

    pub(crate) fn stalled(&self) -> usize {
        *self.shared.stalled.borrow()
    }

    /// Waits until a call stalls.
    pub(crate) async fn stalls(&self) {
        self.shared.stalled.subscribe().wait_for(|stalled| *stalled > 0).await.expect("the server is there");
    }

    /// Waits until so many of the calls that stall have been given up: their connections are closed.
    pub(crate) async fn given_up(&self, calls: usize) {
        let mut given_up = self.shared.given_up.subscribe();
        given_up.wait_for(|given_up| *given_up >= calls).await.expect("the server is there");
    }

    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.shared.bodies.lock().expect("a lock").clone()
    }
}

impl Shared {
    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut buffer = Vec::new();
        while let Some((head, body)) = request(&mut stream, &mut buffer).await? {
            let fault = (self.choose)(self.calls.fetch_add(1, Ordering::SeqCst));
            let (api, streaming, key) = asked(&head, &body);
            self.bodies.lock().expect("a lock").push(body);
            let answer = answer(fault, api, streaming, key);
            let half = &answer[..answer.len() - answer.len() / 4];
            match fault {
                Fault::Stall => return self.stall(stream).await,
                Fault::Close => return Ok(()),
                Fault::StallHalf => {
                    stream.write_all(half.as_bytes()).await?;
                    return self.stall(stream).await;
                }
                Fault::CloseHalf => return stream.write_all(half.as_bytes()).await,
                _ => stream.write_all(answer.as_bytes()).await?,
            }
            if is_counted(fault) {
                self.tokens.fetch_add(INPUT + OUTPUT, Ordering::SeqCst);
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
fn asked<'a>(head: &'a str, body: &Value) -> (Api, bool, &'a str) {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (api, header) = if path.ends_with("/chat/completions") {
        (Api::OpenAi, "authorization: Bearer ")
    } else if path.ends_with("/messages") {
        (Api::Anthropic, "x-api-key: ")
    } else {
        (Api::Gemini, "x-goog-api-key: ")
    };
    let key = head.lines().find_map(|line| line.strip_prefix(header));
    (api, body["stream"] == true || path.contains(":streamGenerateContent"), key.unwrap_or_default())
}

/// The next request of a connection: its head and its body.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<(String, Value)>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
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

/// Longer than any run here takes, on whatever machine.
pub(crate) const NEVER: Duration = Duration::from_mins(5);
