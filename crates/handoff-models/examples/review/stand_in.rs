//! A stand-in for a provider: a server on this machine that speaks OpenAI's protocol, and in place of a model a few rules.

use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What each reviewer knows: the sign of a mistake in an added line, how bad it is, what to say.
const RULES: [(&str, &str, &str, &str); 8] = [
    ("security", "Box<dyn Any", "Problem", "What is in an `Any` nobody checks: name the type."),
    (
        "security",
        "unwrap_or_else(PoisonError::into_inner)",
        "Nit",
        "Say why a poisoned lock is still in order.",
    ),
    ("security", ".to_string()", "Nit", "Make sure that no secret is shown here."),
    ("correctness", "mem::take", "Nit", "A second call finds nothing: say so where it is called."),
    ("correctness", "dedup()", "Problem", "`dedup` sees neighbours alone: sort before it."),
    ("correctness", "expect(", "Problem", "Return an error in place of the panic."),
    ("style", "bool,", "Nit", "A `bool` says nothing where it is passed: take an enum of two."),
    ("style", "std::mem::", "Nit", "Import `mem`: a path in the middle of a line is hard to read."),
];

/// Serves as long as the runtime lives, and says where.
pub(crate) async fn serve() -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/v1", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(url)
}

/// One request, one answer.
async fn answer(stream: TcpStream) -> io::Result<()> {
    let (mut stream, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let reply = complete(&serde_json::from_slice(&body)?).unwrap_or_default().to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
    stream.write_all(format!("{head} {}\r\n\r\n{reply}", reply.len()).as_bytes()).await?;
    stream.shutdown().await
}

/// The reply to a request, of which only what a model reads is looked at.
fn complete(request: &Value) -> Option<Value> {
    let prompt = request["messages"].as_array()?.last()?["content"].as_str()?;
    let (task, hunk) = prompt.split_once("<Hunk>")?;
    let hunk: Value = serde_json::from_str(hunk.split_once("</Hunk>")?.0).ok()?;
    let mut findings = Vec::new();
    for line in hunk["text"].as_str()?.lines() {
        let (number, line) = line.split_at_checked(6)?;
        let rules =
            RULES.iter().filter(|(reviewer, sign, ..)| task.contains(reviewer) && line.contains(sign));
        for (_, _, severity, text) in rules.filter(|_| line.starts_with('+')) {
            findings.push(
                json!({"line": number.trim().parse::<u32>().ok()?, "severity": severity, "text": text}),
            );
        }
    }
    findings.truncate(5);
    let answer = json!({ "findings": findings }).to_string();
    let usage = json!({"prompt_tokens": prompt.len() / 4, "completion_tokens": answer.len() / 4});
    let message = json!({"role": "assistant", "content": answer});
    Some(json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}))
}
