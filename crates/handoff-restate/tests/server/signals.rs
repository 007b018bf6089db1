//! Runs that wait for somebody outside.

use crate::hosts::restarted;
use crate::{server, until};
use handoff::prelude::*;
use handoff::{AnswerError, Event, Observer, PendingSignal, SignalId, TraceId};
use handoff_restate::{Client, ClientError, Endpoint};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

#[contract]
struct Draft {
    text: String,
}

#[contract]
struct Approval {
    approved: bool,
    #[check(len(1..=20))]
    reason: String,
    #[check(range(0..=10))]
    grade: u32,
}

#[agent]
async fn write(topic: String) -> Draft {
    Draft { text: topic }
}

#[agent(signal, timeout = "1h")]
async fn approval(draft: Draft) -> Approval;

#[agent(signal, timeout = "12s")]
async fn hurry(draft: Draft) -> Approval;

#[agent]
async fn tell(approval: Approval) -> String {
    approval.reason
}

#[agent]
async fn cut(text: String) -> Vec<Draft> {
    text.chars().map(|letter| Draft { text: letter.to_string() }).collect()
}

#[agent]
async fn join(approvals: Vec<Approval>) -> String {
    approvals.into_iter().map(|approval| approval.reason).collect()
}

pipeline! { article(String) -> String { write => approval => tell } }
#[contract]
struct Guess {
    text: String,
    #[confidence]
    sure: f64,
}

#[agent]
async fn guess(draft: Draft) -> Guess {
    Guess { text: draft.text, sure: 0.25 }
}

#[agent(signal, timeout = "none")]
async fn confirm(guess: Guess) -> Approval;

pipeline! { guesswork(String) -> Approval { write => guess => confirm } }
pipeline! { news(String) -> String { write => hurry => tell } }
pipeline! {
    volume(String) -> String { cut => fan_out(|drafts| drafts) approval => barrier(all) => join }
}

/// Without the signals: they need no host.
fn endpoint() -> Endpoint {
    Endpoint::new(Runtime::default())
        .agent::<write>()
        .agent::<tell>()
        .agent::<cut>()
        .agent::<join>()
        .pipeline(article)
        .pipeline(news)
        .pipeline(volume)
}

fn yes(reason: &str) -> Approval {
    Approval { approved: true, reason: reason.to_owned(), grade: 7 }
}

async fn waiting(client: &Client, id: &str) -> PendingSignal {
    let mut waiting = Vec::new();
    until("it waits", async || {
        waiting = client.signals(article, id).await.unwrap();
        waiting.len() == 1
    })
    .await;
    waiting.remove(0)
}

fn refused(answered: Result<(), ClientError>) -> AnswerError {
    match answered {
        Err(ClientError::Answer(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_run_waits_without_its_host_and_goes_on_with_a_right_answer() {
    let Some(server) = server() else { return };
    let host = server.host(endpoint()).await.unwrap();
    let (client, address) = (server.client(), host.address());
    let began = SystemTime::now() - Duration::from_secs(1);
    client.start(article, "1", &"tides".to_owned()).await.unwrap();
    let signal = waiting(&client, "1").await;
    assert_eq!(signal.question::<Draft>().unwrap().text, "tides");
    assert_eq!((&*signal.agent().name, signal.pipeline()), ("approval", "article"));
    assert!(signal.since() > began, "{signal:?}");
    assert_eq!(signal.until().unwrap().duration_since(signal.since()).unwrap(), Duration::from_hours(1));
    let id = signal.id();

    // All that is wrong is said, and nothing has happened.
    let wrong =
        refused(client.answer_json(article, "1", id, r#"{"approved":true,"reason":"","grade":11}"#).await);
    let violation = wrong.contract_violation().unwrap();
    assert_eq!(violation.violations().len(), 2, "{violation}");
    let wrong = Approval { grade: 12, ..yes("well said") };
    let wrong = refused(client.answer::<approval>(article, "1", id, &wrong).await).to_string();
    assert!(wrong.contains("/grade: not in 0..=10"), "{wrong}");
    let another = client.answer::<hurry>(article, "1", id, &yes("well said")).await.unwrap_err();
    assert!(another.to_string().contains("belongs to agent `approval`, not to `hurry`"), "{another}");
    assert!(client.result(article, "1").await.unwrap().is_none());
    assert_eq!(waiting(&client, "1").await.id(), id);

    drop(host);
    let host = restarted(address, endpoint);
    assert_eq!(waiting(&client, "1").await.since(), signal.since());
    client.answer::<approval>(article, "1", id, &yes("well said")).await.unwrap();
    assert_eq!(client.attach(article, "1").await.unwrap().payload, "well said");
    assert!(client.signals(article, "1").await.unwrap().is_empty());
    let late = refused(client.answer::<approval>(article, "1", id, &yes("too late")).await);
    assert!(matches!(late, AnswerError::Answered(answered) if answered == id), "{late}");
    drop(host);
}

#[tokio::test]
async fn of_two_answers_one_is_taken() {
    let Some(server) = server() else { return };
    let _host = server.host(endpoint()).await.unwrap();
    let client = server.client();
    for run in ["1", "2", "3"] {
        client.start(article, run, &"tides".to_owned()).await.unwrap();
        let id = waiting(&client, run).await.id();
        // Of the same words.
        let answer = yes("well said");
        let give = || client.answer::<approval>(article, run, id, &answer);
        let (first, second) = tokio::join!(give(), give());
        let refusal = match (first, second) {
            (Ok(()), other) | (other, Ok(())) => refused(other),
            both => panic!("{both:?}"),
        };
        assert!(matches!(refusal, AnswerError::Answered(_)), "{refusal}");
        assert_eq!(client.attach(article, run).await.unwrap().payload, "well said");
    }
}

/// Hears of what waits.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<SignalId>>>);

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::SignalWaits { id, .. } = event {
            self.0.lock().unwrap().push(*id);
        }
    }
}

#[tokio::test]
async fn an_answer_is_as_sure_as_the_question_and_observers_hear_of_that_once() {
    let Some(server) = server() else { return };
    let heard = Heard::default();
    let endpoint = || {
        let runtime = Runtime::builder().observer(heard.clone()).build();
        Endpoint::new(runtime).agent::<write>().agent::<guess>().pipeline(guesswork)
    };
    let host = server.host(endpoint()).await.unwrap();
    let (client, address) = (server.client(), host.address());
    client.start(guesswork, "1", &"tides".to_owned()).await.unwrap();
    let mut signals = Vec::new();
    until("it waits", async || {
        signals = client.signals(guesswork, "1").await.unwrap();
        signals.len() == 1
    })
    .await;
    let id = signals[0].id();
    assert_eq!(signals[0].until(), None);
    drop(host);
    let _host = restarted(address, endpoint);
    client.answer::<confirm>(guesswork, "1", id, &yes("so it is")).await.unwrap();
    let approved = client.attach(guesswork, "1").await.unwrap();
    assert_eq!(approved.confidence.to_string(), "0.25");
    assert_eq!(*heard.0.lock().unwrap(), [id]);
}

#[tokio::test]
async fn a_signal_has_its_time() {
    let Some(server) = server() else { return };
    let _host = server.host(endpoint()).await.unwrap();
    let client = server.client();
    client.start(news, "1", &"tides".to_owned()).await.unwrap();
    let mut id = None;
    until("it waits", async || {
        id = client.signals(news, "1").await.unwrap().first().map(PendingSignal::id);
        id.is_some()
    })
    .await;
    let ClientError::Run(error) = client.attach(news, "1").await.unwrap_err() else {
        panic!("not the run's")
    };
    assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
    assert!(client.signals(news, "1").await.unwrap().is_empty());
    let late = refused(client.answer::<hurry>(news, "1", id.unwrap(), &yes("too late")).await);
    assert!(matches!(late, AnswerError::Ended(_)), "{late}");
}

#[tokio::test]
async fn each_task_of_a_fan_out_waits_for_itself() {
    let Some(server) = server() else { return };
    let host = server.host(endpoint()).await.unwrap();
    let (client, address) = (server.client(), host.address());
    client.start(volume, "1", &"abc".to_owned()).await.unwrap();
    let mut all = Vec::new();
    until("all wait", async || {
        all = client.signals(volume, "1").await.unwrap();
        all.len() == 3
    })
    .await;
    all.sort_by_key(|signal| signal.task_path().map(ToString::to_string));
    let answer = async |signal: &PendingSignal| {
        let Draft { text } = signal.question().unwrap();
        client.answer::<approval>(volume, "1", signal.id(), &yes(&text.to_uppercase())).await.unwrap();
    };
    answer(&all[1]).await;
    until("it has its answer", async || client.signals(volume, "1").await.unwrap().len() == 2).await;
    drop(host);
    let _host = restarted(address, endpoint);
    answer(&all[2]).await;
    answer(&all[0]).await;
    assert_eq!(client.attach(volume, "1").await.unwrap().payload, "ABC");
}

#[tokio::test]
async fn a_run_that_is_cancelled_waits_no_more_and_no_other_signal_is_known() {
    let Some(server) = server() else { return };
    let _host = server.host(endpoint()).await.unwrap();
    let client = server.client();
    client.start(article, "1", &"tides".to_owned()).await.unwrap();
    let id = waiting(&client, "1").await.id();
    let nobodys: SignalId = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7".parse().unwrap();
    for (run, signal) in [("1", nobodys), ("2", id)] {
        let unknown = refused(client.answer::<approval>(article, run, signal, &yes("well said")).await);
        assert!(matches!(unknown, AnswerError::Unknown(_)), "{unknown}");
    }
    assert!(client.signals(article, "2").await.unwrap().is_empty());
    client.cancel(article, "1").await.unwrap();
    let ClientError::Run(error) = client.attach(article, "1").await.unwrap_err() else {
        panic!("not the run's")
    };
    assert!(matches!(error.kind(), ErrorKind::Cancelled { .. }), "{error}");
    assert!(client.signals(article, "1").await.unwrap().is_empty());
    let late = refused(client.answer::<approval>(article, "1", id, &yes("well said")).await);
    assert!(matches!(late, AnswerError::Ended(_)), "{late}");
}
