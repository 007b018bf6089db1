//! Branches of a join that are more than an agent: stages, fallbacks, and such as may fail.

use super::support::on_both;
use handoff::prelude::*;
use std::future::pending;

#[contract]
#[derive(PartialEq)]
pub struct Draft {
    pub text: String,
}

#[contract]
#[derive(PartialEq)]
pub struct Finding {
    pub of: String,
}

#[contract]
pub struct Review {
    pub parts: Vec<Draft>,
}

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned() }
}

fn finding(of: &str) -> Finding {
    Finding { of: of.to_owned() }
}

#[agent]
async fn read(draft: Draft) -> Draft {
    Draft { text: format!("read {}", draft.text) }
}

#[agent]
async fn check(draft: Draft) -> Finding {
    finding(&draft.text)
}

#[agent(timeout = "5s", max_output_tokens = 50)]
async fn security(draft: Draft) -> Result<Finding, &'static str> {
    match draft.text.as_str() {
        "insecure" => Err("no scanner"),
        "endless" => pending().await,
        text => Ok(finding(&format!("secure {text}"))),
    }
}

#[agent]
async fn security_simple(draft: Draft) -> Finding {
    finding(&format!("simply {}", draft.text))
}

#[agent(input_budget = 12, timeout = "5s")]
async fn style(draft: Draft) -> Result<usize, &'static str> {
    match draft.text.as_str() {
        "ugly" => Err("no taste"),
        "endless" => pending().await,
        text => Ok(text.len()),
    }
}

#[agent]
async fn fails(_: Draft) -> Result<Finding, &'static str> {
    Err("never works")
}

#[agent]
async fn part(draft: Draft) -> Finding {
    finding(&draft.text)
}

pipeline! {
    review(Draft) -> (Finding, Finding, Option<usize>) {
        join({ read => check }, security or security_simple, optional(style))
    }
}

type Reviewed = Envelope<(Finding, Finding, Option<usize>)>;

async fn reviewed(text: &str) -> Reviewed {
    Runtime::default().run(review, draft(text)).await.unwrap()
}

fn warnings(reviewed: &Reviewed) -> Vec<String> {
    reviewed.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn branches_hand_on_what_their_stages_do() {
    on_both(|| async {
        let done = reviewed("fine").await;
        assert_eq!(done.payload, (finding("read fine"), finding("secure fine"), Some(4)));
        assert!(done.warnings.is_empty());
    });
}

#[test]
fn a_branch_may_have_a_fallback() {
    on_both(|| async {
        let done = reviewed("insecure").await;
        assert_eq!(done.payload.1, finding("simply insecure"));
        assert_eq!(
            warnings(&done),
            ["agent `security`: failed, so `security_simple` was called instead: no scanner"]
        );
    });
}

#[test]
fn what_is_optional_may_fail() {
    on_both(|| async {
        let done = reviewed("ugly").await;
        assert_eq!((done.payload.1, done.payload.2), (finding("secure ugly"), None));
        let [warning] = &done.warnings[..] else { panic!("{:?}", done.warnings) };
        assert_eq!(warning.to_string(), "agent `style`: failed, and is optional: no taste");
        // In time, and in what it can be handed, too.
        let done = reviewed("endless").await;
        assert_eq!((&done.payload.1, done.payload.2), (&finding("simply endless"), None));
        assert_eq!(warnings(&done).len(), 2);
        let done = reviewed(&"much too long ".repeat(9)).await;
        assert_eq!(done.payload.2, None);
        let [warning] = &warnings(&done)[..] else { panic!("{:?}", done.warnings) };
        assert!(warning.contains("12"), "{warning}");
    });
}

pipeline! {
    parts(Review) -> (Vec<Finding>, Option<Finding>) {
        join({ fan_out(parts) part => barrier(all) }, optional({ map(|review| review.parts[0].clone()) => read => fails }))
    }
}
pipeline! { strict(Draft) -> (Option<usize>, Finding) { join(optional(style), { read => fails }) } }

#[test]
fn a_branch_may_begin_with_any_stage() {
    on_both(|| async {
        let review = Review { parts: vec![draft("a"), draft("b")] };
        let done = Runtime::default().run(parts, review).await.unwrap();
        assert_eq!(done.payload, (vec![finding("a"), finding("b")], None));
        assert_eq!(
            done.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["agent `fails`: failed, and is optional: never works"]
        );
    });
}

#[test]
fn what_is_not_optional_fails_the_join() {
    on_both(|| async {
        let error = Runtime::default().run(strict, draft("x")).await.unwrap_err();
        assert_eq!(error.to_string(), "pipeline `strict`, agent `fails`: never works");
        assert_eq!((error.agent(), error.task()), ("fails", None));
    });
}

#[test]
fn the_end_of_a_run_is_no_failure_of_a_branch() {
    on_both(|| async {
        let error = Runtime::default()
            .run(review, draft("endless"))
            .deadline(std::time::Duration::from_secs(1))
            .await
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
    });
}
