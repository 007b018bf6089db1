use std::time::Duration;

use handoff::WarningKind;
use handoff::prelude::*;
use handoff_models::Model;
use handoff_models::testing::{FakeModel, Script};
use tokio::time::Instant;

use crate::diff::{self, Diff, Hunk};
use crate::report::Report;
use crate::review;
use crate::reviewers::{Finding, Findings, Severity, security, style};
use crate::wiring::{self, App};

fn change() -> Diff {
    diff::split(include_str!("change.diff")).expect("a diff")
}

fn one_hunk() -> Diff {
    let hunk = Hunk { file: "a.rs".to_owned(), line: 7, lines: 1, text: "    7 +unsafe\n".to_owned() };
    Diff { hunks: vec![hunk] }
}

fn runtime(model: Model) -> Runtime<App> {
    Runtime::builder().state(App { model }).build()
}

fn found(line: u32, text: &str) -> Findings {
    Findings { findings: vec![Finding { line, severity: Severity::Nit, text: text.to_owned() }] }
}

#[test]
fn a_diff_is_split_into_hunks() {
    let Diff { hunks } = change();
    assert_eq!(hunks.len(), 45);
    assert_eq!(hunks[0].place(), "handoff/src/barrier/gathers.rs:37");
    let lines: Vec<_> = hunks[0].text.lines().collect();
    assert_eq!(lines[0], "   37          let mut closed = Sorted::of(&mut barrier);");
    assert!(lines[3].starts_with("      -") && lines[5].starts_with("   40 +"), "{lines:#?}");
    assert!(hunks.iter().all(|hunk| hunk.has(hunk.line) && !hunk.has(hunk.line + hunk.lines)));
}

#[test]
fn what_is_no_diff_is_refused() {
    let cases = [
        ("hello\n", "there is nothing to review in this diff"),
        ("+++ b/a\n@@ -1 +1 @@\n-a\n", "the diff breaks off in the middle of a hunk"),
        ("@@ nonsense @@\n", "line 1 of the diff is no header of a hunk"),
        ("@@ -1,1 +1,2 @@\n-a\n-b\n", "line 1 of the diff is no header of a hunk"),
    ];
    for (text, wrong) in cases {
        assert_eq!(diff::split(text).expect_err("no diff"), wrong);
    }
    assert_eq!(diff::split("+++ b/a\n@@ -1 +1 @@\n-+++ a\n+@@ b\n").expect("a diff").hunks.len(), 1);
}

#[tokio::test]
async fn a_reviewer_is_told_its_task_and_the_hunk() {
    let hunk = one_hunk().hunks.remove(0);
    let prompt = security(hunk.clone()).await;
    assert!(prompt.text().starts_with("Review this hunk of a diff for security and nothing else: input"));
    assert!(prompt.text().ends_with(
        "\n\n<Hunk>\n{\"file\":\"a.rs\",\"line\":7,\"lines\":1,\"text\":\"    7 +unsafe\\n\"}\n</Hunk>"
    ));
    assert!(style(hunk).await.text().contains("A function has one subject."));
}

#[tokio::test(start_paused = true)]
async fn whatever_models_answer_there_is_a_report() {
    for seed in 0..4 {
        for fake in [FakeModel::seeded(seed), FakeModel::seeded(seed).boundaries()] {
            let report = runtime(Model::new(fake)).run(review, change()).await.expect("a report").payload;
            assert_eq!((report.reviewed, report.missing.len()), (45, 0));
        }
    }
}

/// In whatever order the three of them ask.
#[tokio::test(start_paused = true)]
async fn one_that_refuses_is_missing_and_the_others_are_asked_again() {
    let script = Script::new()
        .on::<Findings>()
        .refuse()
        .cut(r#"{"findings":[{"line":7"#)
        .busy(Duration::from_secs(7))
        .value(&found(7, "Say why this is safe."))
        .value(&found(7, "Say why this is safe."));
    let began = Instant::now();
    let report = runtime(Model::new(script.clone())).run(review, one_hunk()).await.expect("a report");
    assert!(began.elapsed() >= Duration::from_secs(7));
    assert_eq!((script.seen().len(), script.left()), (5, 0));

    let Report { remarks, reviewed, missing } = &report.payload;
    assert_eq!((remarks.len(), remarks[0].reviewers.len(), remarks[0].line), (1, 2, Some(7)));
    assert_eq!((*reviewed, missing.len()), (1, 1));
    assert!(missing[0].starts_with("a.rs:7: "), "{missing:?}");
    let said = |kind| report.warnings.iter().any(|warning| warning.kind == kind);
    assert!(said(WarningKind::RepairedByAsking) && said(WarningKind::Waited), "{:?}", report.warnings);
    let refused = report.warnings.iter().any(|warning| warning.to_string().contains("refused to answer"));
    assert!(refused, "{:?}", report.warnings);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_not_there_is_not_made_up() {
    let script = Script::new().value(&found(7, "This is right.")).value(&found(99, "This is nowhere."));
    let script = script.value(&Findings { findings: Vec::new() });
    let report = runtime(Model::new(script)).run(review, one_hunk()).await.expect("a report").payload;
    assert_eq!(
        report.to_string().lines().map(|line| line.split(" [").next().unwrap()).collect::<Vec<_>>(),
        [
            "a.rs",
            "     ?  nit      This is nowhere.",
            "     7  nit      This is right.",
            "",
            "hunks reviewed: 1, remarks: 2"
        ]
    );
}

#[tokio::test]
async fn over_http_every_reviewer_sees_every_hunk() {
    let runtime = wiring::runtime(None).await.expect("a stand-in");
    let report = runtime.run(review, change()).await.expect("a report");
    let Report { remarks, reviewed, missing } = &report.payload;
    assert_eq!((*reviewed, missing.len()), (45, 0));
    // How long they wait for their turn is the machine's.
    assert!(
        report.warnings.iter().all(|warning| warning.kind == WarningKind::Waited),
        "{:?}",
        report.warnings
    );
    let dedup = remarks.iter().find(|remark| remark.text.contains("dedup")).expect("a remark");
    assert_eq!(
        (dedup.file.as_str(), dedup.reviewers.join(",")),
        ("handoff/src/engine/run.rs", "correctness".into())
    );
    let mut places: Vec<_> = remarks.iter().map(|remark| (&remark.file, remark.line)).collect();
    assert!(places.is_sorted() && places.iter().all(|(_, line)| line.is_some()));
    places.dedup();
    assert!(places.len() > 8, "{}", report.payload);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_answers_nothing_is_reviewed() {
    let script = Script::new().status(401).status(401).status(401);
    let report = runtime(Model::new(script)).run(review, one_hunk()).await.expect("a report");
    assert_eq!(
        (report.payload.reviewed, report.payload.missing.len(), report.warnings.iter().count()),
        (0, 3, 3)
    );
}

#[tokio::test]
async fn a_model_of_nobody_is_refused() {
    let error = wiring::runtime(Some("gpt-5")).await.expect_err("no vendor");
    assert_eq!(error.to_string(), "a model is `openai:NAME`, `anthropic:NAME` or `gemini:NAME`");
}

#[test]
fn plumbing_is_under_a_tenth() {
    let lines = |text: &str| {
        text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//")).count()
    };
    let main = include_str!("main.rs");
    let application =
        [main, include_str!("diff.rs"), include_str!("report.rs"), include_str!("reviewers.rs")].map(lines);
    let wiring = lines(include_str!("wiring.rs"));
    // Four lines of `main` call it.
    let (plumbing, all) = (wiring + 4, wiring + application.iter().sum::<usize>());
    assert!(plumbing * 10 < all, "{plumbing} of {all}");
    assert!(main.contains(&format!("{plumbing} lines of {all}")), "{plumbing} lines of {all}");
}
