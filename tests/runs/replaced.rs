//! Functions in the place of agents.

use super::support::{Log, paused};
use handoff::prelude::*;
use std::future::pending;
use std::thread;

#[contract]
pub struct Plan {
    #[check(len(1..))]
    pub steps: Vec<String>,
}

#[contract]
pub struct Finding {
    pub text: String,
}

#[derive(Clone)]
pub struct Nobody;

#[agent(role = planner, retries = 1)]
async fn plan(question: String, State(Nobody): State<Nobody>) -> Plan {
    unreachable!("asked for {question}")
}

#[agent(timeout = "30s", retries = 1, max_output_tokens = 20)]
async fn work(step: String) -> Finding {
    Finding { text: step }
}

#[agent(blocking)]
fn count(findings: Vec<Finding>) -> usize {
    findings.len()
}

pipeline! { pub research(String) -> usize { plan => fan_out(steps) work => barrier(all) => count } }

fn steps(steps: &[&str]) -> Plan {
    Plan { steps: steps.iter().map(|step| (*step).to_owned()).collect() }
}

async fn planned(question: String, cx: Context) -> Result<Plan, BoxError> {
    assert_eq!((cx.agent().name.as_ref(), cx.envelope().source.name.as_ref()), ("plan", "caller"));
    Ok(steps(&[question.as_str(), "b"]))
}

/// The runs of one that has no plan but this one.
fn runtime(tests: impl FnOnce(handoff::Builder) -> handoff::Builder) -> Runtime<Nobody> {
    // What it is made of may come before or after the state.
    tests(Runtime::builder()).replace::<plan>().by(planned).state(Nobody).build()
}

async fn error(runtime: &Runtime<Nobody>) -> String {
    runtime.run(research, "a".to_owned()).await.expect_err("it fails").to_string()
}

#[test]
fn only_the_named_agents_are_replaced() {
    paused().block_on(async {
        let untouched = runtime(|builder| builder);
        assert_eq!(untouched.run(research, "a".to_owned()).await.unwrap().payload, 2);
        let counted = runtime(|builder| builder.replace::<count>().by_fn(|findings| findings.len() + 40));
        assert_eq!(counted.run(research, "a".to_owned()).await.unwrap().payload, 42);
        // Another runtime has nothing of it.
        let error = Runtime::builder().state(Nobody).build().run(research, "a".to_owned()).await.unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "panicked: internal error: entered unreachable code: asked for a"
        );
    });
}

#[test]
fn what_is_declared_of_the_agent_goes_for_whatever_replaces_it() {
    paused().block_on(async {
        let hanging = runtime(|builder| {
            builder.replace::<work>().by(|step: String, _| async move {
                if step == "b" {
                    pending::<()>().await;
                }
                Finding { text: step }
            })
        });
        assert_eq!(error(&hanging).await, "pipeline `research`, task 1, agent `work`: timed out after 30s");

        let too_long =
            runtime(|builder| builder.replace::<work>().by_fn(|_| Finding { text: "no ".repeat(40) }));
        let text = error(&too_long).await;
        assert!(text.contains("but `work` may output 20 (`max_output_tokens`)"), "{text}");

        let broken = runtime(|builder| builder).run(research, "a".to_owned()).await;
        assert_eq!(broken.unwrap().warnings, []);
        let runtime = Runtime::builder().replace::<plan>().by(|_, cx| async move {
            if cx.attempt() == 1 {
                return Reply::new(r#"{"steps":[]}"#);
            }
            assert_eq!(cx.violations().len(), 1);
            Reply::new(r#"{"steps":["a"]}"#).usage(Usage::new(3, 4))
        });
        let runtime = runtime.state(Nobody).build();
        let envelope = runtime.run(research, String::new()).await.expect("the second plan is one");
        assert_eq!((envelope.payload, envelope.warnings.len()), (1, 1));
    });
}

#[test]
fn a_panic_in_it_is_the_agents() {
    paused().block_on(async {
        let panicking =
            runtime(|builder| builder.replace::<work>().by_fn(|_| -> Finding { panic!("no idea") }));
        assert_eq!(error(&panicking).await, "pipeline `research`, task 0, agent `work`: panicked: no idea");
    });
}

#[test]
fn observers_hear_of_it_as_of_the_agent() {
    paused().block_on(async {
        let log = Log::default();
        let failing = runtime(|builder| {
            builder.replace::<work>().by_fn(|_| Err::<Finding, _>("no")).observer(log.clone())
        });
        failing.run(research, "a".to_owned()).await.expect_err("both tasks fail");
        // Whose pause is the shorter is a matter of chance: it fails the barrier, and the other is stopped, unless both are
        // equally long.
        let (mut again, over): (Vec<_>, Vec<_>) =
            log.of("failed").into_iter().partition(|failed| failed.ends_with("again"));
        again.sort();
        assert_eq!(again, ["failed[0] work 1 agent again", "failed[1] work 1 agent again"]);
        assert!((1..=2).contains(&over.len()), "{over:?}");
        assert!(over.iter().all(|failed| failed.ends_with("] work 2 agent over")), "{over:?}");
    });
}

/// An agent that blocks has a thread of its own; what replaces it has none.
#[test]
fn the_last_one_counts_and_blocks_nobody() {
    paused().block_on(async {
        let here = thread::current().id();
        let twice = runtime(|builder| {
            builder.replace::<count>().by_fn(|_| 1).replace::<count>().by_fn(move |_| {
                assert_eq!(thread::current().id(), here);
                2_usize
            })
        });
        assert_eq!(twice.run(research, "a".to_owned()).await.unwrap().payload, 2);
    });
}
