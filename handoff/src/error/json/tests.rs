use super::*;
use crate::agent::{FinishReason, Role};
use crate::contract::{Breaks, Change, Contract, ContractViolation, Fingerprint, Violations};
use crate::engine::durable::{JournalError, Mismatch};
use crate::envelope::SchemaDrift;
use crate::error::{BoxError, BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Limit, Verdict};
use std::collections::BTreeMap;
use std::time::Duration;

const REVIEW: &AgentId = &AgentId::new("review", Role::PIPELINE);
const WORK: AgentId = AgentId::new("work", Role::Worker).in_module(&"app::legal");

fn broken() -> ContractViolation {
    let mut violations = Violations::new();
    BTreeMap::<String, u8>::parse(r#"{"secret": 300, "other": "x"}"#)
        .unwrap_err()
        .violations()
        .iter()
        .for_each(|violation| violations.append(&Violations::read(vec![violation.clone()], 0)));
    violations.at("note", |violations| violations.report("house_rule", "expected something nicer"));
    violations.at(7, |violations| violations.report_found("const", "expected `a`", &"b"));
    ContractViolation::named("Plan".into(), Violations::read(violations.as_slice().to_vec(), 5))
}

fn drift() -> SchemaDrift {
    SchemaDrift {
        source: Some(AgentId::new("plan", Role::Planner)),
        target: None,
        sent_contract: Some("Plan".to_owned()),
        sent: Fingerprint::of_text("old"),
        contract: "Plan".into(),
        expected: Fingerprint::of_text("new"),
        changes: vec![
            Change { pointer: "/a".into(), message: "added, required".into(), breaks: Breaks::Both },
            Change { pointer: "/b".into(), message: "wider".into(), breaks: Breaks::Receivers },
        ],
    }
}

fn kinds() -> Vec<ErrorKind> {
    let second = Duration::from_secs(1);
    let confidence = |value| Confidence::new(value).unwrap();
    let mut kinds = vec![
        ErrorKind::Contract(broken()),
        ErrorKind::LowConfidence {
            confidence: confidence(0.25),
            threshold: confidence(0.5),
            raised_from: Some(confidence(0.125)),
        },
        ErrorKind::EmptyFanOut { of: "parts".into() },
        ErrorKind::FanOutTooWide { of: "|plan| plan.parts".into(), width: 9, max: 8 },
        ErrorKind::Barrier {
            succeeded: 1,
            needed: 3,
            total: 5,
            failed: 4,
            failures: vec!["a".into(), "b".into()],
        },
        ErrorKind::Race { failures: vec!["one".into(), "other".into()] },
        ErrorKind::TimedOut { after: Duration::new(1, 7) },
        ErrorKind::Panicked { message: "at \u{1b}[31mlast".into() },
        ErrorKind::SchemaDrift(Box::new(drift())),
        ErrorKind::NotConverged { rounds: 3 },
        ErrorKind::ShuttingDown,
        ErrorKind::NoRuntime { reason: "no tokio".into() },
        ErrorKind::Journal(Box::new(JournalError::UnderWay { id: "order-17".into() })),
        JournalError::store("write the entries", "No space left on device").into(),
        ErrorKind::Journal(Box::new(JournalError::Refused { reason: "killed".into() })),
        ErrorKind::Journal(Box::new(JournalError::Mismatch(Box::new(Mismatch {
            id: "order-17".into(),
            place: "1.3/0".into(),
            recorded: Some("plan".into()),
            found: None,
            source: None,
            changed: Some(false),
        })))),
    ];
    for limit in [BudgetLimit::MaxOutputTokens, BudgetLimit::InputBudget, BudgetLimit::MaxTokens] {
        let (source, target) = (AgentId::new("plan", Role::Planner).into(), AgentId::CALLER.clone().into());
        let encoding = "o200k_base".into();
        kinds.push(ErrorKind::OverBudget {
            tokens: 9,
            budget: 8,
            limit,
            exact: false,
            encoding,
            source,
            target,
        });
    }
    let limits = [Limit::PayloadBytes, Limit::ModelTokens, Limit::AgentCalls];
    kinds.extend(limits.map(|limit| ErrorKind::LimitExceeded { limit, allowed: 1, found: u64::MAX }));
    kinds.extend(
        [DeadlineOf::Barrier, DeadlineOf::Run].map(|whose| ErrorKind::Deadline { whose, after: second }),
    );
    let by = [CancelledBy::Handle, CancelledBy::Shutdown, CancelledBy::Outer, CancelledBy::Tokio];
    kinds.extend(by.map(|by| ErrorKind::Cancelled { by }));
    let reasons = [
        FinishReason::Stop,
        FinishReason::Length,
        FinishReason::ContentFilter,
        FinishReason::Other("tool".into()),
    ];
    kinds.extend(reasons.map(|finish| ErrorKind::Truncated { finish }));
    kinds
}

fn error(kind: ErrorKind) -> PipelineError {
    let trace_id = TraceId::from_bytes([7; 16]).unwrap();
    PipelineError::new(kind, WORK.clone(), trace_id)
}

fn there_and_back(error: &PipelineError) -> PipelineError {
    PipelineError::from_json(&error.to_json()).unwrap()
}

#[test]
fn every_kind_comes_back_as_it_was() {
    for kind in kinds() {
        let error = error(kind);
        let read = there_and_back(&error);
        let expected = format!("{:?}", error.kind()).replace("\"house_rule\"", "\"other\"");
        assert_eq!(format!("{:?}", read.kind()), expected);
        assert_eq!(read.to_string(), error.to_string());
        assert_eq!(read.kind().is_retryable(), error.kind().is_retryable(), "{error}");
        assert_eq!(read.to_json(), there_and_back(&read).to_json());
    }
}

#[test]
fn values_and_keys_are_told_apart_from_names_still() {
    let (error, broken) = (error(ErrorKind::Contract(broken())), broken());
    let read = there_and_back(&error);
    let ErrorKind::Contract(read) = read.kind() else { panic!("{read:?}") };
    assert_eq!(read.with_values().to_string(), broken.with_values().to_string());
    assert_eq!(read.for_model().to_string(), broken.for_model().to_string());
    assert_eq!(read.total(), broken.total());
    assert!(!read.to_string().contains("secret") && read.with_values().to_string().contains("secret"));
}

#[test]
fn an_agents_own_error_comes_back_in_words_and_with_its_verdict() {
    let io = std::io::Error::other("the disk is full");
    let errors: [(BoxError, Option<Verdict>); 3] = [
        (Box::new(io), None),
        (Verdict::Final.on("no such key"), Some(Verdict::Final)),
        (Verdict::After(Duration::from_secs(3)).on("busy"), Some(Verdict::After(Duration::from_secs(3)))),
    ];
    for (own, verdict) in errors {
        let error = error(ErrorKind::Agent(own));
        let read = there_and_back(&error);
        assert_eq!(read.to_string(), error.to_string());
        assert_eq!(read.kind().is_retryable(), error.kind().is_retryable());
        assert_eq!(read.kind().retry_after(), error.kind().retry_after());
        let ErrorKind::Agent(own) = read.kind() else { panic!("{read:?}") };
        assert_eq!(format!("{:?}", Verdict::of(&**own)), format!("{verdict:?}"));
    }
}

#[test]
fn the_way_and_the_warnings_come_back() {
    let (outer, inner) = (TaskPath::new(None, 2), TaskPath::new(Some(&TaskPath::new(None, 2)), 0));
    let mut warning = Warning::new(WORK, "the index is old");
    warning.set_task(&inner, Some("tides\n"));
    let error = error(ErrorKind::ShuttingDown)
        .told(|id| id.clone().shown_with(1))
        .after(vec![warning])
        .in_tasks(vec![outer.clone(), inner.clone()])
        .in_task(&inner, Some("tides"))
        .in_pipeline(REVIEW, REVIEW.clone())
        .in_task(&outer, None);
    let read = there_and_back(&error);
    assert_eq!(format!("{read:?}"), format!("{error:?}"));
    assert!(read.to_string().contains("agent `legal::work`"), "{read}");
    assert_eq!(read.warnings(), error.warnings());
    assert_eq!(
        (read.pipeline(), read.task_path(), read.task_label()),
        ("review", Some(&inner), Some("tides"))
    );
}

#[test]
fn what_is_no_such_text_says_so() {
    let whole = error(ErrorKind::NotConverged { rounds: 3 }).to_json();
    let other = whole.replacen("\"version\":1", "\"version\":2", 1);
    let odd = whole.replacen("\"kind\"", "\"kin\"", 1);
    for (text, expected) in [
        ("", "not the JSON of an error of a run: EOF while parsing a value at line 1 column 0"),
        (&*other, "not the JSON of an error of a run: its version is 2, and this version of handoff reads 1"),
        (&*odd, "unknown field `kin`"),
        (&whole[..whole.len() - 1], "EOF while parsing"),
    ] {
        let error = PipelineError::from_json(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// A text in which anything is changed is refused or read, and read again as the same.
#[test]
fn a_damaged_text_does_no_harm() {
    let texts: Vec<_> = kinds().into_iter().map(|kind| error(kind).to_json()).collect();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..20_000 {
        let mut text = texts[random.usize(..texts.len())].clone().into_bytes();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..text.len());
            text[at] = random.u8(0x20..0x7f);
        }
        let text = String::from_utf8(text).unwrap_or_default();
        if let Ok(read) = PipelineError::from_json(&text) {
            assert_eq!(there_and_back(&read).to_json(), read.to_json(), "{text}");
        }
    }
}

#[test]
fn the_form_is_written_down() {
    let mut error = error(ErrorKind::TimedOut { after: Duration::from_millis(1_500) });
    error = error.in_task(&TaskPath::new(None, 3), Some("tides"));
    assert_eq!(
        error.to_json(),
        r#"{"version":1,"kind":{"timed_out":{"after":{"secs":1,"nanos":500000000}}},"agent":{"name":"work","role":"worker"},"trace_id":"07070707070707070707070707070707","path":[{"task":{"path":"3","label":"tides"}}]}"#
    );
}
