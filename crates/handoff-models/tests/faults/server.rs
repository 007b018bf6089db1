//! A server that speaks OpenAI's chat completions and misbehaves, in plain TCP: a library would not break off in the middle.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

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

/// The tokens that the server says a call took.
pub(crate) const INPUT: u64 = 11;
pub(crate) const OUTPUT: u64 = 7;

const GOOD: &str = r#"{"steps":["look","leap"],"confidence":0.8}"#;

pub(crate) struct Server {
    pub(crate) base: String,
    shared: Arc<Shared>,
}

struct Shared {
    choose: Box<dyn Fn(usize) -> Fault + Send + Sync>,
    calls: AtomicUsize,
    bodies: Mutex<Vec<Value>>,
}

impl Server {
    /// Starts a server that is told what to do with its n-th call. It ends with the runtime.
    pub(crate) async fn start(choose: impl Fn(usize) -> Fault + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let (calls, bodies) = (AtomicUsize::new(0), Mutex::default());
        let shared = Arc::new(Shared { choose: Box::new(choose), calls, bodies });
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

    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.shared.bodies.lock().expect("a lock").clone()
    }
}

impl Shared {
    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut buffer = Vec::new();
        while let Some((head, body)) = request(&mut stream, &mut buffer).await? {
            let fault = (self.choose)(self.calls.fetch_add(1, Ordering::SeqCst));
            let streaming = body["stream"] == true;
            self.bodies.lock().expect("a lock").push(body);
            let key = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
            let answer = answer(fault, streaming, key.unwrap_or_default());
            let half = &answer[..answer.len() - answer.len() / 4];
            match fault {
                Fault::Stall => return std::future::pending().await,
                Fault::Close => return Ok(()),
                Fault::StallHalf => {
                    stream.write_all(half.as_bytes()).await?;
                    return std::future::pending().await;
                }
                Fault::CloseHalf => return stream.write_all(half.as_bytes()).await,
                _ => stream.write_all(answer.as_bytes()).await?,
            }
            if streaming {
                // The end of the connection is the end of the stream.
                return Ok(());
            }
        }
        Ok(())
    }
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

/// What is sent, head and body.
fn answer(fault: Fault, streaming: bool, key: &str) -> String {
    let said = |content: Value, reason: &str| {
        let message = json!({"role": "assistant", "content": content});
        chat(streaming, &message, &json!(reason))
    };
    let error = |status: u16, headers: &str, message: &str| {
        http(status, headers, &json!({"error": {"message": message, "type": "some_error"}}).to_string())
    };
    match fault {
        Fault::None | Fault::Stall | Fault::StallHalf | Fault::Close | Fault::CloseHalf => {
            said(json!(GOOD), "stop")
        }
        Fault::Busy => error(429, "retry-after-ms: 20\r\nx-request-id: req_7\r\n", "Rate limit reached"),
        Fault::BusyBare => error(429, "", "Rate limit reached"),
        Fault::Server => error(500, "", "The server had an error"),
        Fault::Html => http(502, "content-type: text/html\r\n", "<html><body>Bad gateway</body></html>"),
        Fault::Cut => said(json!(GOOD[..GOOD.len() / 2]), "length"),
        Fault::CutWhole => said(json!(GOOD), "length"),
        Fault::Fenced => said(json!(format!("Here you are:\n```json\n{GOOD}\n```")), "stop"),
        Fault::Broken => said(json!(r#"{"steps":[],"confidence":0.8}"#), "stop"),
        Fault::Refusal => {
            let message = json!({"role": "assistant", "content": null, "refusal": "I'm sorry, I can't help with that."});
            chat(streaming, &message, &json!("stop"))
        }
        Fault::Filter => said(json!(""), "content_filter"),
        Fault::Empty => said(json!(""), "stop"),
        Fault::NullContent => said(Value::Null, "stop"),
        Fault::NoChoices => http(200, "", &json!({"choices": [], "usage": null}).to_string()),
        Fault::NoReason => chat(streaming, &json!({"role": "assistant", "content": GOOD}), &Value::Null),
        Fault::NoJson => http(200, "", "upstream connect error"),
        Fault::Unauthorized => error(401, "", &format!("Incorrect API key provided: {key}")),
        Fault::Error200 => {
            http(200, "", &json!({"error": {"message": "Provider returned error", "code": 502}}).to_string())
        }
        Fault::TwoObjects => said(json!(format!("{GOOD}\n{GOOD}")), "stop"),
        Fault::Redirect => http(302, "location: http://127.0.0.1:1/elsewhere\r\n", ""),
    }
}

fn http(status: u16, headers: &str, body: &str) -> String {
    let kind = if headers.contains("content-type") { "" } else { "content-type: application/json\r\n" };
    let length = body.len();
    format!("HTTP/1.1 {status} Status\r\n{kind}{headers}content-length: {length}\r\n\r\n{body}")
}

/// A chat completion: at once, or in three events, the text in two of them.
fn chat(streaming: bool, message: &Value, reason: &Value) -> String {
    let usage = json!({"prompt_tokens": INPUT, "completion_tokens": OUTPUT});
    if !streaming {
        let choice = json!({"index": 0, "message": message, "finish_reason": reason});
        return http(200, "", &json!({"choices": [choice], "usage": usage}).to_string());
    }
    let mut deltas = vec![message.clone()];
    if let Some(text) = message["content"].as_str() {
        let (first, second) = text.split_at(text.len() / 2);
        deltas = vec![json!({"role": "assistant", "content": first}), json!({"content": second})];
    }
    let mut body =
        String::from("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    let mut event = |data: &Value| {
        body.push_str(": a comment\r\ndata: ");
        body.push_str(&data.to_string());
        body.push_str("\r\n\r\n");
    };
    for delta in deltas {
        event(&json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]}));
    }
    event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}));
    event(&json!({"choices": [], "usage": usage}));
    body.push_str("data: [DONE]\n\n");
    body
}

/// Longer than any run here takes, on whatever machine.
pub(crate) const NEVER: Duration = Duration::from_mins(5);
