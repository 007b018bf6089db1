//! A run that waits for a person: nothing is published before somebody at the terminal has said yes.
//!
//! ```text
//! cargo run --example approval -- "the tides"
//! ```
//!
//! Where nobody is at the terminal, as in a script, the answer is no.

use handoff::prelude::*;
use handoff::{AnswerError, SignalId};
use handoff_examples::terminal::wrap;
use std::io::{IsTerminal as _, Write as _, stdin, stdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

#[contract]
struct Draft {
    text: String,
}

#[contract]
struct Approval {
    approved: bool,
    #[check(len(1..=200))]
    reason: String,
}

/// Stands for an agent that asks a model.
#[agent]
async fn write(topic: String) -> Draft {
    Draft { text: format!("All that is to be said of {topic} has been said. This says it again.") }
}

/// May this go out?
#[agent(signal, timeout = "3d")]
async fn approval(draft: Draft) -> Approval;

pipeline! {
    /// Writes, and publishes what somebody has approved.
    article(String) -> String {
        write as draft => approval => map(|approval| outcome(&draft, &approval))
    }
}

fn outcome(draft: &Draft, Approval { approved, reason }: &Approval) -> String {
    if *approved { format!("Published: {}", draft.text) } else { format!("Dropped: {reason}") }
}

/// Rings at the desk when something waits there.
struct Bell(Sender<SignalId>);

impl Observer for Bell {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::SignalWaits { id, .. } = event {
            // Where nobody is at the desk, nobody hears.
            let _ = self.0.send(*id);
        }
    }
}

/// Shows what waits, and answers it with the lines that come.
fn answer_all(runtime: &Runtime, waiting: &Receiver<SignalId>, mut lines: impl Iterator<Item = String>) {
    for id in waiting {
        let Some(signal) = runtime.signals().into_iter().find(|signal| signal.id() == id) else { continue };
        match signal.question::<Draft>() {
            Ok(Draft { text }) => println!("{}", wrap("draft: ", &text)),
            Err(broken) => println!("{broken}"),
        }
        loop {
            print!("May this go out? `yes` or `no`, and why: ");
            let _ = stdout().flush();
            let approval = lines.next().map_or_else(nobody, |line| read(&line));
            match runtime.answer::<approval>(id, approval) {
                Ok(()) => break,
                // The run still waits.
                Err(AnswerError::Refused(why)) => println!("{why}"),
                Err(too_late) => {
                    println!("{too_late}");
                    break;
                }
            }
        }
    }
}

/// `yes, it is short`.
fn read(line: &str) -> Approval {
    let (word, reason) = line.trim().split_once([',', ' ']).unwrap_or((line.trim(), ""));
    Approval { approved: word.eq_ignore_ascii_case("yes"), reason: reason.trim().to_owned() }
}

fn nobody() -> Approval {
    println!();
    Approval { approved: false, reason: "nobody is at the terminal".to_owned() }
}

/// A runtime whose signals are answered with these lines.
fn runtime(lines: impl Iterator<Item = String> + Send + 'static) -> Runtime {
    let (bell, waiting) = channel();
    let runtime = Runtime::builder().observer(Bell(bell)).build();
    let at_the_desk = runtime.clone();
    thread::spawn(move || answer_all(&at_the_desk, &waiting, lines));
    runtime
}

#[tokio::main]
async fn main() -> Result<(), PipelineError> {
    let topic = std::env::args().nth(1).unwrap_or_else(|| "the tides".to_owned());
    let is_seen = stdin().is_terminal();
    let lines = std::iter::from_fn(move || if is_seen { stdin().lines().next()?.ok() } else { None });
    let done = runtime(lines).run(article, topic).await?;
    println!("{}", wrap("", &done.payload));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{article, runtime};

    async fn outcome(lines: &'static [&str]) -> String {
        let runtime = runtime(lines.iter().map(|line| (*line).to_owned()));
        runtime.run(article, "tides".to_owned()).await.expect("somebody answers").payload
    }

    #[tokio::test]
    async fn whoever_gives_no_reason_is_asked_again() {
        assert!(outcome(&["", "yes", "yes, it is short"]).await.starts_with("Published: All that"));
        assert_eq!(outcome(&["no", "no it says nothing"]).await, "Dropped: it says nothing");
    }

    #[tokio::test]
    async fn nobody_publishes_nothing() {
        assert_eq!(outcome(&[]).await, "Dropped: nobody is at the terminal");
    }
}
