//! Whose fault it was: agent, task and pipeline, also where pipelines and fan-outs nest.

use super::support::{Log, on_both};
use handoff::prelude::*;

#[contract]
pub struct Leaf {
    pub fails: bool,
}

#[contract]
pub struct Branch {
    #[check(len(..=4))]
    pub leaves: Vec<Leaf>,
}

#[contract]
pub struct Tree {
    pub branches: Vec<Branch>,
}

#[agent]
async fn leaf(leaf: Leaf) -> Result<u8, std::io::Error> {
    if leaf.fails { Err(std::io::Error::other("it\nbroke")) } else { Ok(1) }
}

#[agent(role = planner)]
async fn branch(branch: Branch) -> Branch {
    branch
}

#[agent(role = planner)]
async fn tree(tree: Tree) -> Tree {
    tree
}

#[agent(role = aggregator)]
async fn strictly(all: Vec<u8>) -> u8 {
    all.iter().sum()
}

#[agent(role = aggregator)]
async fn leniently(some: Partial<u8>) -> u8 {
    some.results().sum()
}

pipeline! { pub branches(Branch) -> u8 { branch => fan_out(leaves) leaf => barrier(all) => strictly } }
pipeline! { pub whole(Tree) -> u8 { tree => fan_out(branches) branches => barrier(all) => strictly } }
pipeline! { pub most(Tree) -> u8 { tree => fan_out(branches) branches => barrier(at_least = 2) => leniently } }
pipeline! { pub some(Tree) -> Partial<u8> { tree => fan_out(branches) branches => barrier(settled) } }
pipeline! { pub forest(Tree) -> u8 { whole } }
pipeline! { pub direct(Branch) -> Vec<u8> { fan_out(leaves) leaf => barrier(all) } }

fn grow(fails: &[&[bool]]) -> Tree {
    let branch =
        |fails: &&[bool]| Branch { leaves: fails.iter().map(|fails| Leaf { fails: *fails }).collect() };
    Tree { branches: fails.iter().map(branch).collect() }
}

const BROKEN: &[&[bool]] = &[&[false], &[false, false], &[false, false, true, false]];

#[test]
fn nested_fan_outs_name_every_step() {
    on_both(|| async {
        let runtime = Runtime::default();
        let sum = runtime.run(forest, grow(&[&[false], &[false, false]])).await.expect("all is well");
        assert_eq!(sum.payload, 3);
        let error = runtime.run(forest, grow(BROKEN)).await.expect_err("a leaf broke");
        // The innermost pipeline and task; `Display` has the whole path, on one line.
        assert_eq!((error.pipeline(), error.agent(), error.task()), ("branches", "leaf", Some(2)));
        assert_eq!(
            error.to_string(),
            "pipeline `forest`, pipeline `whole`, task 2, pipeline `branches`, task 2.2, agent `leaf`: it broke"
        );
        // What `main` and `unwrap` print is for people; the fields are there, too.
        let debug = format!("{error:?}");
        assert!(debug.starts_with(&format!("{error}\n\ntrace id: {}", error.trace_id())), "{debug}");
        let debug = format!("{error:#?}");
        assert!(debug.contains("leaf") && debug.contains("branches"), "{debug}");
        let inner = error.finished::<u8>().expect("the inner fan-out's");
        assert_eq!((inner.total(), inner.failures().count()), (4, 1), "{inner:?}");
        let ErrorKind::Agent(error) = error.into_kind() else { panic!("an agent's error") };
        assert!(error.downcast_ref::<std::io::Error>().is_some(), "the agent's own error is kept as it was");
    });
}

#[test]
fn a_failure_among_results_says_where_it_was_below() {
    on_both(|| async {
        let runtime = Runtime::default();
        let settled = runtime.run(some, grow(BROKEN)).await.expect("all settled");
        // What the tasks' pipeline made, not its first agent.
        assert_eq!(settled.source.to_string(), "branches");
        assert!(settled.warnings.iter().any(|warning| &*warning.agent.name == "branches"));
        let failures: Vec<_> = settled.payload.failures().collect();
        assert_eq!(failures.len(), 1);
        assert_eq!((failures[0].task, &*failures[0].agent, &*failures[0].kind), (2, "leaf", "agent"));
        assert_eq!(failures[0].message, "pipeline `branches`, task 2.2: it broke");
        let json = serde_json::to_value(&settled.payload).expect("a payload is JSON");
        let expected = serde_json::json!({
            "results": [1, 2],
            "failures": [{
                "task": 2,
                "label": null,
                "agent": "leaf",
                "kind": "agent",
                "message": "pipeline `branches`, task 2.2: it broke",
            }],
            "total": 3,
        });
        assert_eq!(json, expected);
    });
}

#[test]
fn a_barrier_below_a_barrier() {
    on_both(|| async {
        let runtime = Runtime::default();
        let error =
            runtime.run(most, grow(&[&[true], &[true], &[false]])).await.expect_err("one of two needed");
        let ErrorKind::Barrier { succeeded, needed: 2, total: 3, failures, .. } = error.kind() else {
            panic!("{error}")
        };
        assert!(*succeeded <= 1);
        assert_eq!(failures.len(), 2, "{error}");
        assert_eq!(failures[0], "task 0, agent `leaf`: pipeline `branches`, task 0.0: it broke");
        assert_eq!((error.pipeline(), error.task()), ("most", None));
    });
}

#[test]
fn a_bad_input_is_laid_at_the_first_agents_door() {
    on_both(|| async {
        let log = Log::default();
        let runtime = Runtime::builder().observer(log.clone()).build();
        // Broken, for a pipeline that is nested.
        let wide = Branch { leaves: vec![Leaf { fails: false }; 5] };
        let error = runtime.run(branches, wide.clone()).await.expect_err("five of four");
        assert_eq!(
            (error.kind().as_str(), error.agent(), error.pipeline()),
            ("contract", "branch", "branches")
        );
        let error = runtime.run(forest, Tree { branches: vec![wide] }).await.expect_err("five of four");
        assert_eq!((error.kind().as_str(), error.agent(), error.pipeline()), ("contract", "tree", "forest"));
        // Kept, and still no use: nothing to fan out.
        let error = runtime.run(direct, Branch { leaves: vec![] }).await.expect_err("nothing to fan out");
        assert_eq!(
            (error.kind().as_str(), error.agent(), error.pipeline()),
            ("empty_fan_out", "leaf", "direct")
        );
        // An inner one is laid at the door of who made it.
        let error = runtime.run(forest, grow(&[&[]])).await.expect_err("nothing to fan out");
        assert_eq!(
            (error.kind().as_str(), error.agent(), error.task()),
            ("empty_fan_out", "branch", Some(0))
        );
        assert!(log.of("failed").is_empty(), "no agent failed");
    });
}

#[test]
fn a_run_that_fails_ends_with_its_error() {
    on_both(|| async {
        let log = Log::default();
        let runtime = Runtime::builder().observer(log.clone()).build();
        runtime.run(forest, grow(BROKEN)).await.expect_err("a leaf broke");
        assert_eq!(log.of("failed"), ["failed[2] leaf 1 agent over"]);
        assert_eq!(log.of("start"), ["start forest"]);
        assert_eq!(log.of("end"), ["end agent"]);
        assert_eq!(log.lines().last().map(String::as_str), Some("end agent"));
    });
}

/// What breaks a line, turns it round, or is not seen.
const UNSEEN: [char; 6] = ['\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{200b}'];

fn unseen() -> String {
    UNSEEN.iter().collect()
}

#[agent(name = "wo\n\u{202e}rk", role = "odd\u{2028}", retries = 1, output = Leaf)]
async fn odd(of: u32, cx: Context) -> Result<Reply, String> {
    cx.warn(unseen());
    match of {
        0 => Ok(Reply::new("{").finish(FinishReason::Other(unseen().into()))),
        1 => Ok(Reply::new("{").finish(FinishReason::Length)),
        2 => Ok(Reply::new(serde_json::json!({ unseen(): 1 }).to_string())),
        3 => panic!("{}", unseen()),
        _ => Err(unseen()),
    }
}

pipeline! { pub odd_one(u32) -> Leaf { odd } }
pipeline! {
    pub odd_ones(Vec<u32>) -> Partial<Leaf> {
        map(|of| Numbers { of }) => fan_out(of, label = |_| unseen()) odd => barrier(settled)
    }
}

#[contract]
pub struct Numbers {
    of: Vec<u32>,
}

#[test]
fn whatever_a_line_holds_it_stays_on_one() {
    let one_line = |line: &str| assert!(!line.contains(UNSEEN), "{line:?}");
    on_both(|| async {
        let runtime = Runtime::default();
        for of in 0..5 {
            let error = runtime.run(odd_one, of).await.expect_err("all of them fail");
            one_line(&error.to_string());
            one_line(&error.kind().to_string());
            one_line(&error.agent_id().to_string());
            one_line(&error.agent_id().role.to_string());
            assert!(error.to_string().contains(r"agent `wo\n\u{202e}rk`: "), "{error}");
            assert!(!error.warnings().is_empty());
            for warning in error.warnings() {
                one_line(&warning.to_string());
            }
        }
        let settled = runtime.run(odd_ones, (0..5).collect()).await.expect("all settled").payload;
        assert_eq!(settled.failures().len(), 5);
        for failure in settled.failures() {
            one_line(&failure.to_string());
            one_line(&failure.message);
            assert_eq!(failure.label.as_deref(), Some(&*unseen()), "it is what it is");
        }
    });
}

#[agent(name = "odd\nname\u{2028}\u{202E}of it")]
async fn oddly_named(text: String) -> Result<String, String> {
    Err(format!("the\r\nerror \u{2066}{text}"))
}

pipeline! { pub odds(Vec<String>) -> Vec<String> { fan_out(|all| all, label = |text| text) oddly_named => barrier(all) } }

#[test]
fn names_labels_and_errors_keep_to_one_line() {
    on_both(|| async {
        let items = vec!["a\u{85}b\u{200F}c".to_owned()];
        let error = Runtime::default().run(odds, items).await.expect_err("it fails");
        assert_eq!(
            error.to_string(),
            r"pipeline `odds`, task 0 (a b\u{200f}c), agent `odd\nname\u{2028}\u{202e}of it`: the  error \u{2066}a b\u{200f}c"
        );
    });
}
