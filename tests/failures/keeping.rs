//! Fan-outs that keep their items: each comes out beside what was made of it.

use super::support::on_both;
use handoff::prelude::*;

#[contract]
#[derive(PartialEq)]
pub struct Hunk {
    pub path: String,
}

#[contract]
#[derive(PartialEq)]
pub struct Finding {
    pub text: String,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Diff {
    #[check(len(..=8))]
    pub hunks: Vec<Hunk>,
}

fn finding(text: impl Into<String>, sure: f64) -> Finding {
    Finding { text: text.into(), sure }
}

#[agent(max_output_tokens = 20)]
async fn review(hunk: Hunk) -> Result<Finding, &'static str> {
    if hunk.path == "bad" { Err("unreadable") } else { Ok(finding(format!("of {}", hunk.path), 0.9)) }
}

#[agent]
async fn check(finding: Finding) -> Finding {
    finding
}

#[agent(role = aggregator)]
async fn merge(reviewed: Partial<(Hunk, Finding)>) -> String {
    let line = |(hunk, finding): &(Hunk, Finding)| format!("{}: {}", hunk.path, finding.text);
    reviewed.results().map(line).collect::<Vec<_>>().join(", ")
}

fn none(_: &Hunk, failure: &TaskFailure) -> Finding {
    finding(&failure.message, 0.4)
}

fn too_much(_: &Hunk, _: &TaskFailure) -> Finding {
    finding("much ".repeat(50), 0.4)
}

pipeline! { some(Diff) -> String { fan_out(hunks, keep) review => barrier(settled) => merge } }
pipeline! {
    all(Diff) -> Vec<(Hunk, Finding)> {
        fan_out(hunks, keep, recover = none) { review => check } => barrier(all)
    }
}
pipeline! {
    excessive(Diff) -> Vec<(Hunk, Finding)> { fan_out(hunks, keep, recover = too_much) review => barrier(all) }
}

fn hunk(path: &str) -> Hunk {
    Hunk { path: path.to_owned() }
}

fn diff() -> Diff {
    Diff { hunks: ["a", "bad", "b"].map(hunk).into() }
}

#[test]
fn items_come_out_beside_what_was_made_of_them() {
    on_both(|| async {
        let runtime = Runtime::default();
        assert_eq!(runtime.run(some, diff()).await.unwrap().payload, "a: of a, b: of b");
        let findings = [finding("of a", 0.9), finding("unreadable", 0.4), finding("of b", 0.9)];
        let expected: Vec<_> = diff().hunks.into_iter().zip(findings).collect();
        assert_eq!(runtime.run(all, diff()).await.unwrap().payload, expected);
    });
}

#[test]
fn outputs_count_towards_the_confidence_by_what_they_state() {
    on_both(|| async {
        let runtime = Runtime::default();
        let confidence = runtime.run(all, diff()).await.unwrap().confidence.get();
        assert!((confidence - (0.9 + 0.4 + 0.9) / 3.0).abs() < 1e-12, "{confidence}");
        let confidence = runtime.run(some, diff()).await.unwrap().confidence.get();
        assert!((confidence - (0.9 + 0.0 + 0.9) / 3.0).abs() < 1e-12, "{confidence}");
    });
}

#[test]
fn what_stands_in_for_an_output_goes_through_its_door() {
    on_both(|| async {
        let runtime = Runtime::default();
        let error = runtime.run(excessive, diff()).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::OverBudget { limit: BudgetLimit::MaxOutputTokens, .. }),
            "{error}"
        );
    });
}
