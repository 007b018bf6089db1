use std::fmt::Write as _;

use crate::line::{End, VERSION};
use crate::{Cause, LoggedRun, RunLog, Skipped, SpanKind};

const EXAMPLE: &str = include_str!("../line/example.jsonl");

fn read(text: &str) -> RunLog {
    RunLog::read(text.as_bytes()).unwrap()
}

/// The tree as a text: a line for each span, as deep as it is.
fn shown(run: &LoggedRun) -> String {
    fn show(run: &LoggedRun, index: usize, level: usize, text: &mut String) {
        let span = &run.spans[index];
        let kind = match &span.kind {
            SpanKind::Run => "run",
            SpanKind::Pipeline { .. } => "pipeline",
            SpanKind::FanOut(_) => "fan_out",
            SpanKind::Task { .. } => "task",
            SpanKind::Call(_) => "call",
            SpanKind::Round { .. } => "round",
            SpanKind::Else { .. } => "else",
        };
        let agent = span.agent().map(|agent| format!(" {agent}")).unwrap_or_default();
        let outcome = span.outcome.map_or("…".to_owned(), |outcome| format!("{outcome:?}"));
        let (start, micros) = (span.start, span.micros());
        writeln!(text, "{:level$}{kind}{agent} {start}+{micros:?} {outcome}", "").unwrap();
        for (child, _) in run.children(index) {
            show(run, child, level + 1, text);
        }
    }
    let mut text = String::new();
    show(run, LoggedRun::ROOT, 0, &mut text);
    text
}

#[test]
fn a_run_is_a_tree() {
    let log = read(EXAMPLE);
    assert_eq!(log.skipped, Skipped::default());
    assert_eq!(log.lost(), 12);
    let [first, second] = &log.runs[..] else { panic!("{log:?}") };
    assert_eq!((&*second.pipeline, second.end.as_ref()), ("study", None));
    assert_eq!(
        shown(first),
        "\
run 0+Some(315) Failed
 call plan 15+Some(46) Failed
 call plan 262+Some(38) Ok
 fan_out work 303+Some(10) Failed
  task work 304+Some(7) Recovered
   pipeline inner 305+Some(5) Ok
    round 306+Some(3) Ok
     else simple 307+Some(1) Ok
  task work 304+Some(8) Failed
"
    );
    let encodings = first.handoffs.iter().map(|handoff| handoff.encoding.as_deref());
    assert_eq!(first.encoding.as_deref(), Some("o200k_base"));
    assert_eq!(encodings.collect::<Vec<_>>(), [None, None, Some("cl100k_base")]);
    assert_eq!(first.handoffs.iter().map(|handoff| handoff.tool).collect::<Vec<_>>(), [false, true, false]);
    let handoff = &first.handoffs[2];
    assert_eq!(first.spans[handoff.span].start, 262);
    assert_eq!(
        (handoff.confidence, handoff.payload.as_ref().unwrap().get()),
        (0.75, r#"{"steps":["look", "leap"]}"#)
    );
    assert_eq!(
        (first.handoffs.len(), first.gates.len(), first.warnings.len(), first.progress.len()),
        (3, 1, 1, 1)
    );
    assert_eq!(first.spans[first.warnings[0].span].start, 15);
}

#[test]
fn the_cause_of_a_failed_run_is_where_it_went_wrong() {
    fn why(run: &LoggedRun) -> Option<&str> {
        let Cause::Span(cause) = run.cause()? else { return None };
        run.spans[cause].why.as_ref().map(|why| &*why.message)
    }

    let log = read(EXAMPLE);
    assert_eq!(why(&log.runs[0]), Some("no such place"));
    assert_eq!(log.runs[1].cause(), None);

    // Of a barrier whose error names no task, it is the fan-out.
    let unnamed = EXAMPLE.replacen(r#""path":"1","end":"failed","ms""#, r#""end":"failed","ms""#, 1);
    assert_eq!(why(&read(&unnamed).runs[0]), Some("1 of 2 tasks succeeded, the barrier needs 2"));

    // A failure that was tolerated, before and after the one of the same agent that was not.
    let call = |id: u32, path: &str, t: u32, end: &str| {
        format!(
            r#"{{"e":"call","t":{t},"span":"{id:016x}","in":"00000000000000a0","path":"{path}","agent":"work","n":1,"of":1}}
{{"e":"/call","t":{t}9,"span":"{id:016x}",{end}}}
"#
        )
    };
    let failed = r#""end":"failed","why":{"kind":"agent"}"#;
    let text = [
        format!("{}\n", EXAMPLE.lines().next().unwrap()),
        call(1, "0", 10, failed),
        call(2, "1", 10, failed),
        call(3, "1", 30, failed),
        call(4, "2", 40, failed),
        call(5, "1", 50, r#""end":"ok""#),
        r#"{"e":"/run","t":60,"span":"00000000000000a0","path":"1","end":"failed","ms":0,"usage":[0,0],"by":"work","why":{"kind":"agent"}}"#
            .to_owned(),
    ];
    let run = &read(&text.concat()).runs[0];
    let Some(Cause::Span(cause)) = run.cause() else { panic!("{:?}", run.cause()) };
    assert_eq!(run.spans[cause].start, 30);
}

#[test]
fn a_run_that_was_killed_is_read_to_its_last_line() {
    let whole = read(EXAMPLE).runs[0].spans.len();
    let head = EXAMPLE.lines().next().unwrap().len() + 1;
    for end in (head..EXAMPLE.len()).filter(|end| EXAMPLE.is_char_boundary(*end)) {
        let log = read(&EXAMPLE[..end]);
        // Cut off before its end, or within it but for the end of the line.
        let on_a_line = EXAMPLE[..end].ends_with('\n') || EXAMPLE[end..].starts_with('\n');
        assert_eq!(log.skipped, Skipped { half: !on_a_line, ..Skipped::default() });
        assert!(log.runs[0].spans.len() <= whole);
    }
}

#[test]
fn what_is_no_line_is_counted() {
    let mut text = EXAMPLE.to_owned();
    text.push_str("\n  \nwarning: unused variable\n{\"e\":\"tool\",\"t\":1}\n[]\n{\"e\":\"gate\",\"t\":1}\n");
    // A run that nobody started, and an end of what never began.
    text.push_str("{\"e\":\"lost\",\"run\":7,\"t\":1,\"n\":1}\n");
    text.push_str("{\"e\":\"/task\",\"t\":1,\"span\":\"00000000000000ff\",\"end\":\"ok\"}\n");
    let mut bytes = text.into_bytes();
    bytes.extend(b"\xff\xfe\n");
    let log = RunLog::read(&bytes[..]).unwrap();
    assert_eq!(log.skipped, Skipped { unknown: 1, broken: 4, stray: 2, half: false });
    assert_eq!(log.runs.len(), 2);
}

#[test]
fn what_has_lost_its_parent_is_in_the_run() {
    let text = [
        EXAMPLE.lines().next().unwrap(),
        r#"{"e":"call","t":15,"span":"00000000000000a1","in":"00000000000000ee","agent":"plan","n":1,"of":3}"#,
        r#"{"e":"warn","t":50,"span":"00000000000000ee","agent":"plan","message":"the index is old"}"#,
    ];
    let run = &read(&text.join("\n")).runs[0];
    assert_eq!(run.children(LoggedRun::ROOT).count(), 1);
    assert_eq!(run.warnings[0].span, LoggedRun::ROOT);
}

#[test]
fn runs_of_one_pipeline_share_its_description() {
    #[handoff::agent]
    async fn plan(goal: String) -> String {
        goal
    }
    handoff::pipeline! { study(String) -> String { plan } }
    use handoff::prelude::*;

    let description = study.describe();
    let json = serde_json::to_string(&description).unwrap();
    let run = |number: u32, more: &str| {
        format!(
            r#"{{"e":"run","run":{number},"t":0,"span":"00000000000000a0","v":1,"trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"study"{more}}}"#
        )
    };
    let text =
        [run(0, &format!(r#","description":{json}"#)), run(1, ""), run(2, r#","description":{"version":0}"#)];
    let log = read(&text.join("\n"));
    let described: Vec<_> = log.runs.iter().map(|run| run.description.as_deref()).collect();
    assert_eq!(described, [Some(&description), Some(&description), None]);
}

#[test]
fn what_is_no_log_says_what_to_do() {
    let error = |text: &str| RunLog::read(text.as_bytes()).unwrap_err();
    let none = error("[package]\nname = \"x\"\n");
    assert!(none.is_no_log());
    assert_eq!(
        none.to_string(),
        "this is not a run log: none of its lines starts a run; `handoff_log::Log` writes one"
    );
    let newer = EXAMPLE.replacen(r#""v":1"#, &format!(r#""v":{}"#, VERSION + 1), 1);
    assert_eq!(
        error(&newer).to_string(),
        "this is a run log of version 2 (line 1), and this version of handoff-log reads 1: use a newer one"
    );
    let missing = RunLog::open("no/such/log.jsonl").unwrap_err();
    assert!(missing.to_string().starts_with("cannot read `no/such/log.jsonl`: "), "{missing}");
    assert!(!missing.is_no_log());
}

#[test]
fn ends_are_known_by_their_names() {
    let ends = [End::Ok, End::Recovered, End::Failed, End::Stopped, End::Cancelled, End::Dropped];
    let names = ["ok", "recovered", "failed", "stopped", "cancelled", "dropped"];
    for (end, name) in ends.into_iter().zip(names) {
        assert_eq!(serde_json::to_value(end).unwrap(), name);
    }
}
