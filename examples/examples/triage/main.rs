//! Works through a file of support tickets: each is routed by a typed enum, answered, reviewed until nobody
//! objects, and counted. On a terminal, it shows how far it is. No model, no key, no network.
//!
//! ```text
//! cargo run --example triage
//! cargo run --example triage -- examples/data/tickets.jsonl
//! cargo run --example triage -- --diagram
//! cargo run --example triage -- --log run.jsonl
//! ```
//!
//! `--log` writes what happens to a file, which `handoff view` makes a page of, and `handoff show` a tree in the terminal.
//!
//! With the feature `otel` it sends its spans to where `OTEL_EXPORTER_OTLP_ENDPOINT` says.
//!
//! A ticket that the desk cannot answer is not lost and does not stop the others: `recover` makes a typed
//! result of it that says why, and it is counted as a person's.
//!
//! Exit codes: 0 done, 2 bad input, 3 the run failed.

mod desk;
mod review;
mod tickets;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use handoff::prelude::*;
#[cfg(feature = "otel")]
use handoff_examples::telemetry;
use handoff_examples::terminal::wrap;
use handoff_log::{Log, ProgressBars};

use desk::{Route, classify, discard, explain, forward, look_up, page, settle};
use review::{critique, revise};
use tickets::{Inbox, Ticket};

/// A choice with no lead over the next best is a person's to make.
const CLEAR_ENOUGH: f64 = 0.6;

/// What became of a ticket.
#[contract]
pub(crate) struct Resolution {
    /// Its number.
    pub id: String,
    /// Who answered it.
    pub desk: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What can become of a ticket.
#[contract]
pub(crate) enum Outcome {
    /// An answer that nobody objects to.
    Answered {
        /// What is sent.
        text: String,
        /// How often it was reviewed.
        rounds: u8,
    },
    /// No answer is wanted.
    Closed,
    /// A person has to look at it.
    Escalated {
        /// Why.
        reason: String,
    },
}

/// The day in numbers.
#[contract]
pub(crate) struct Report {
    /// What became of each ticket, in the order they came in.
    pub resolutions: Vec<Resolution>,
    /// Tickets for each desk.
    pub desks: BTreeMap<String, u32>,
    /// Drafts that went out.
    pub answered: u32,
    /// Tickets that need no answer.
    pub closed: u32,
    /// Tickets that need a person.
    pub escalated: u32,
}

pipeline! {
    /// Answers one ticket.
    pub(crate) resolve(Ticket) -> Resolution {
        classify
            => gate(confidence >= CLEAR_ENOUGH)
            => map(|triage| triage.route)
            => match {
                Route::Billing(ticket) => settle,
                Route::Outage(outage) if outage.severity >= 4 => page => explain,
                Route::Outage(outage) => explain,
                Route::HowTo(ticket) => look_up or forward,
                Route::Spam(ticket) => discard,
            }
            => repeat(max = 4, until = |draft| draft.objections.is_empty()) { revise => critique }
            => conclude
    }
}

pipeline! {
    /// Works through a day's tickets, some at a time, and counts.
    pub(crate) triage(Inbox) -> Report {
        open
            => fan_out(tickets, concurrency = 8, label = |ticket| ticket.id.clone(), recover = escalate) resolve
            => barrier(all)
            => count
    }
}

/// Opens the inbox.
#[agent(role = planner, timeout = "5s")]
async fn open(inbox: Inbox) -> Inbox {
    inbox
}

/// Files an answer.
#[agent(timeout = "5s")]
async fn conclude(draft: review::Draft) -> Resolution {
    let review::Draft { ticket, desk, text, rounds, .. } = draft;
    let outcome = if text.is_empty() { Outcome::Closed } else { Outcome::Answered { text, rounds } };
    Resolution { id: ticket.id, desk, outcome }
}

/// What the desk cannot do is a person's: a result like the others, with the reason in it.
fn escalate(ticket: &Ticket, failure: &TaskFailure) -> Resolution {
    let reason = failure.message.clone();
    Resolution { id: ticket.id.clone(), desk: "a person".into(), outcome: Outcome::Escalated { reason } }
}

/// Counts.
#[agent(role = aggregator, timeout = "5s")]
async fn count(resolutions: Vec<Resolution>) -> Report {
    let mut desks = BTreeMap::new();
    let (mut answered, mut closed, mut escalated) = (0, 0, 0);
    for resolution in &resolutions {
        *desks.entry(resolution.desk.clone()).or_insert(0) += 1;
        match resolution.outcome {
            Outcome::Answered { .. } => answered += 1,
            Outcome::Closed => closed += 1,
            Outcome::Escalated { .. } => escalated += 1,
        }
    }
    Report { resolutions, desks, answered, closed, escalated }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/data/tickets.jsonl");
    let (path, log) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--diagram"] => {
            println!("{}", triage.describe().mermaid());
            return ExitCode::SUCCESS;
        }
        [] => (here, None),
        ["--log", log] => (here, Some(log)),
        [path] if !path.starts_with('-') => (path, None),
        [path, "--log", log] if !path.starts_with('-') => (path, Some(log)),
        _ => return refuse("usage: triage [TICKETS.jsonl] [--log RUN.jsonl], or triage --diagram"),
    };
    let inbox = match tickets::read(Path::new(path)) {
        Ok(inbox) => inbox,
        Err(wrong) => return refuse(&wrong),
    };
    let log = match log.map(Log::create).transpose() {
        Ok(log) => log,
        Err(error) => return refuse(&error.to_string()),
    };
    let mut runtime = Runtime::builder().observer(ProgressBars::new());
    if let Some(log) = &log {
        runtime = runtime.observer(log.clone());
    }
    #[cfg(feature = "otel")]
    let (runtime, spans) = match telemetry::install() {
        Ok(spans) => (runtime.propagator(telemetry::Ids::default()), spans),
        Err(error) => return refuse(&error.to_string()),
    };
    let ended = runtime.build().run(triage, inbox).await;
    #[cfg(feature = "otel")]
    if let Err(error) = spans.shutdown() {
        eprintln!("{}", wrap("error: ", &error.to_string()));
    }
    if let Some(Err(error)) = log.map(|log| log.flush()) {
        eprintln!("{}", wrap("error: ", &error.to_string()));
    }
    match ended {
        Ok(report) => {
            print(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", wrap("error: ", &error.to_string()));
            ExitCode::from(3)
        }
    }
}

fn refuse(wrong: &str) -> ExitCode {
    for line in wrong.lines() {
        eprintln!("{}", wrap("error: ", line));
    }
    ExitCode::from(2)
}

fn print(report: &Envelope<Report>) {
    let Report { resolutions, desks, answered, closed, escalated } = &report.payload;
    for Resolution { id, desk, outcome } in resolutions {
        let what = match outcome {
            Outcome::Answered { rounds, .. } => format!("answered after {rounds} reviews"),
            Outcome::Closed => "closed without an answer".to_owned(),
            Outcome::Escalated { reason } => reason.clone(),
        };
        println!("{}", wrap(&format!("  {id}  {desk:<9} "), &what));
    }
    let by_desk: Vec<_> = desks.iter().map(|(desk, tickets)| format!("{desk} {tickets}")).collect();
    println!("\n  {}", by_desk.join(" · "));
    println!("  {answered} answered, {closed} closed, {escalated} for a person, of {}", resolutions.len());
    if !report.warnings.is_empty() {
        println!();
    }
    for warning in &report.warnings {
        println!("{}", wrap("  warning: ", &warning.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox() -> Inbox {
        tickets::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/tickets.jsonl"))).unwrap()
    }

    async fn report() -> Envelope<Report> {
        Runtime::default().run(triage, inbox()).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn every_ticket_is_accounted_for_in_order() {
        let report = report().await;
        let Report { resolutions, desks, answered, closed, escalated } = report.payload;
        let ids: Vec<_> = resolutions.iter().map(|resolution| resolution.id.clone()).collect();
        let came: Vec<_> = inbox().tickets.into_iter().map(|ticket| ticket.id).collect();
        assert_eq!(ids, came);
        assert_eq!(desks.values().sum::<u32>() as usize, ids.len());
        assert_eq!((answered + closed + escalated) as usize, ids.len());
        assert_eq!(closed, 2);
        assert!(escalated > 0 && answered > escalated, "{answered} answered, {escalated} escalated");
    }

    #[tokio::test(start_paused = true)]
    async fn no_answer_promises_what_nobody_can_promise() {
        for resolution in report().await.payload.resolutions {
            if let Outcome::Answered { text, rounds } = resolution.outcome {
                assert!(text.starts_with("Dear ") && text.contains(&resolution.id), "{text}");
                assert!(!text.contains("guarantee") && !text.contains("promise"), "{text}");
                assert!(rounds > 1);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_unclear_goes_to_a_person_with_the_reason() {
        let report = report().await;
        let unclear = report.payload.resolutions.iter().find(|resolution| resolution.id == "T-1050").unwrap();
        let Outcome::Escalated { reason } = &unclear.outcome else { panic!("{unclear:?}") };
        assert!(reason.contains("confidence"), "{reason}");
    }

    #[tokio::test(start_paused = true)]
    async fn outages_page_somebody_and_say_so() {
        let report = report().await;
        let paged = report.warnings.iter().filter(|warning| warning.to_string().contains("paged"));
        assert!(paged.count() > 0, "{:?}", report.warnings);
    }

    #[test]
    fn a_file_with_bad_lines_is_refused_whole() {
        let path = std::env::temp_dir().join(format!("tickets-{}.jsonl", std::process::id()));
        std::fs::write(&path, "{\"id\":\"\",\"from\":\"A\"}\n\nnot json\n").unwrap();
        let wrong = tickets::read(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert!(wrong.contains(":1: ") && wrong.contains(":3: "), "{wrong}");
    }

    #[test]
    fn the_diagram_names_every_agent() {
        let diagram = triage.describe().mermaid();
        for agent in [
            "open", "classify", "settle", "page", "explain", "look_up", "forward", "discard", "critique",
            "count",
        ] {
            assert!(diagram.contains(agent), "{agent} is missing in {diagram}");
        }
    }
}
