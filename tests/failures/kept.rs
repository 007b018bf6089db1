//! What was paid for is kept on the error, whatever came next.

use super::support::{on_both, paused, reread};
use handoff::prelude::*;
use handoff::{Kept, Limits};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

#[contract]
pub struct Plan {
    pub parts: Vec<u32>,
}

#[contract]
pub struct Finding {
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
#[derive(PartialEq)]
pub struct Draft {
    pub text: String,
    pub round: u32,
}

#[contract]
pub struct Verified {
    pub text: String,
}

#[agent(role = planner)]
async fn plan(count: u32) -> Plan {
    Plan { parts: (0..count).collect() }
}

#[agent]
async fn work(part: u32, cx: Context) -> Result<Finding, String> {
    if part == 7 {
        return Err("unlucky".into());
    }
    cx.warn("by hearsay");
    Ok(Finding { text: format!("finding {part} {}", "word ".repeat(50)), confidence: 0.5 })
}

#[agent(role = aggregator)]
async fn fails(findings: Vec<Finding>) -> Result<String, String> {
    Err(format!("the model is down; {} findings were to be merged", findings.len()))
}

#[agent(role = aggregator)]
async fn fails_on_some(_: Partial<Finding>) -> Result<String, &'static str> {
    Err("the model is down")
}

#[agent(role = aggregator, timeout = "50ms")]
async fn hangs(_: Vec<Finding>) -> String {
    std::future::pending().await
}

#[agent(role = aggregator)]
async fn panics(_: Vec<Finding>) -> String {
    panic!("at the worst of times")
}

#[agent(role = aggregator, input_budget = 100)]
async fn small(findings: Vec<Finding>) -> String {
    findings.len().to_string()
}

#[agent(role = aggregator)]
async fn fine(findings: Vec<Finding>) -> Draft {
    Draft { text: findings.len().to_string(), round: 0 }
}

macro_rules! whole {
    ($($name:ident: { $($rest:tt)* })*) => {
        $(pipeline! { pub $name(u32) -> String { plan => fan_out(parts, max = 9) work => barrier(all) => $($rest)* } })*
    };
}

whole! {
    aggregator_fails: { fails }
    aggregator_hangs: { hangs }
    aggregator_panics: { panics }
    over_budget: { small }
    doubtful: { gate(confidence >= 0.9) => fails }
    adapter_panics: { map(|findings: Vec<Finding>| -> Vec<Finding> { panic!("{}", findings.len()) }) => fails }
}
pipeline! { pub tolerant(u32) -> String {
    plan => fan_out(parts, max = 9) work => barrier(at_least = 2) => fails_on_some
} }
pipeline! { pub outer(u32) -> String { aggregator_fails } }
pipeline! { pub gathered(u32) -> Vec<Finding> { plan => fan_out(parts, max = 9) work => barrier(all) } }
pipeline! { pub after(u32) -> String { gathered => fails } }

fn shown(error: &PipelineError) -> Vec<String> {
    error.kept().map(|kept| kept.to_string()).collect()
}

fn all<T: Contract>(error: &PipelineError) -> Vec<&T> {
    error.kept().filter_map(|kept| kept.downcast()).collect()
}

#[test]
fn what_a_passed_barrier_handed_on() {
    paused().block_on(async {
        let capped = Runtime::builder().limits(Limits::default().payload_bytes(600)).build();
        let runtime = Runtime::default();
        let second = Duration::from_millis(20);
        for (name, run) in [
            ("the aggregator fails", runtime.run(aggregator_fails, 3)),
            ("the aggregator times out", runtime.run(aggregator_hangs, 3)),
            ("the aggregator panics", runtime.run(aggregator_panics, 3)),
            ("the whole is over the aggregator's budget", runtime.run(over_budget, 3)),
            ("the whole is over the cap of bytes", capped.run(aggregator_fails, 3)),
            ("the gate after the barrier", runtime.run(doubtful, 3)),
            ("the adapter after the barrier", runtime.run(adapter_panics, 3)),
            ("the deadline passes in the aggregator", runtime.run(aggregator_hangs, 3).deadline(second)),
            ("a pipeline round it", runtime.run(outer, 3)),
            ("a pipeline that has come to its end", runtime.run(after, 3)),
            ("a barrier that tolerates failures", runtime.run(tolerant, 3)),
        ] {
            let error = reread(&run.await.expect_err(name));
            let findings = error.finished::<Finding>().unwrap_or_else(|| panic!("{name}: {error}"));
            assert_eq!((findings.results().len(), findings.total()), (3, 3), "{name}: {error}");
            let last = error.kept().next_back().expect(name);
            assert!(last.downcast::<Partial<Finding>>().is_some(), "{name}: {last}");
            assert_eq!(last.downcast::<Vec<Finding>>().expect(name).len(), 3);
            assert_eq!(last.agent().name, "work");
            assert_eq!(last.confidence().get(), 0.5, "{name}");
            let said: Vec<_> = last.warnings().iter().map(ToString::to_string).collect();
            assert_eq!(said, ["agent `work`, task 0 and 2 more (1, 2): by hearsay"], "{name}");
        }
        let error = reread(&runtime.run(tolerant, 8).await.expect_err("the aggregator fails"));
        let findings = error.finished::<Finding>().expect("the barrier was passed");
        assert_eq!((findings.results().len(), findings.failures().len(), findings.total()), (7, 1, 8));
    });
}

#[test]
fn the_output_of_every_stage_before() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(outer, 3).await.expect_err("the aggregator fails"));
        assert_eq!(
            shown(&error),
            [
                "pipeline `aggregator_fails`, agent `plan`: `Plan`",
                "pipeline `aggregator_fails`, agent `work`: `Partial<Finding>`"
            ]
        );
        assert_eq!(all::<Plan>(&error)[0].parts, [0, 1, 2]);
        assert!(!format!("{:?}", error.kept().collect::<Vec<Kept<'_>>>()).contains("word"), "no payload");
        // Of a pipeline that has come to its end, its output stands for all.
        let error = reread(&Runtime::default().run(after, 3).await.expect_err("the aggregator fails"));
        assert_eq!(shown(&error), ["pipeline `gathered`, agent `work`: `Partial<Finding>`"]);
        // Nothing is kept of what nobody paid for.
        let error = reread(&Runtime::default().run(outer, 10).await.expect_err("too wide"));
        assert_eq!(shown(&error), ["pipeline `aggregator_fails`, agent `plan`: `Plan`"]);
    });
}

#[agent]
async fn review(part: u32) -> Finding {
    Finding { text: part.to_string(), confidence: 1.0 }
}

#[agent]
async fn verify(finding: Finding) -> Result<Verified, String> {
    match finding.text.as_str() {
        "0" | "5" => Ok(Verified { text: finding.text }),
        "2" => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Err("it is wrong".into())
        }
        _ => std::future::pending().await,
    }
}

pipeline! { pub checked(u32) -> Verified { review => verify } }
pipeline! { pub chains(u32) -> Vec<Verified> {
    plan => fan_out(parts, max = 9) { review => verify } => barrier(all)
} }
pipeline! { pub nested(u32) -> Vec<Verified> { plan => fan_out(parts, max = 9) checked => barrier(all) } }
pipeline! { pub nested_twice(Vec<u32>) -> Vec<Vec<Verified>> {
    fan_out(|all| all, max = 9) nested => barrier(all)
} }

#[test]
fn what_tasks_had_come_to_on_their_way() {
    paused().block_on(async {
        let runtime = Runtime::default();
        for (name, pipeline, run) in [
            ("chains", "chains", runtime.run(chains, 6)),
            ("nested", "checked", runtime.run(nested, 6)),
            ("stopped", "checked", runtime.run(nested, 6).deadline(Duration::from_millis(20))),
        ] {
            let error = reread(&run.await.expect_err(name));
            let reviewed: Vec<_> = error.kept().filter(|kept| kept.downcast::<Finding>().is_some()).collect();
            let tasks = |kept: &Kept<'_>| kept.task_path().expect("in a task").to_string();
            let mut at: Vec<_> = reviewed.iter().map(tasks).collect();
            at.sort();
            assert_eq!(at, ["1", "2", "3", "4"], "{name}: {:?}", shown(&error));
            assert!(reviewed.iter().all(|kept| kept.pipeline() == pipeline), "{name}: {reviewed:?}");
            let verified = error.finished::<Verified>().expect(name);
            assert_eq!(verified.results().map(|verified| &*verified.text).collect::<Vec<_>>(), ["0", "5"]);
        }
        let error = reread(&runtime.run(nested_twice, vec![1, 3, 4]).await.expect_err("one is wrong"));
        let mut at: Vec<_> = error
            .kept()
            .filter(|kept| kept.downcast::<Finding>().is_some())
            .map(|kept| kept.task_path().expect("in a task").to_string())
            .collect();
        at.sort();
        assert_eq!(at, ["1.1", "1.2", "2.1", "2.2", "2.3"], "{:?}", shown(&error));
    });
}

#[agent]
async fn legal(draft: Draft) -> Verified {
    Verified { text: format!("legal {}", draft.text) }
}

#[agent]
async fn style(draft: Draft) -> Verified {
    Verified { text: format!("style {}", draft.text) }
}

#[agent]
async fn length(draft: Draft) -> usize {
    draft.text.len()
}

#[agent]
async fn sign(all: (Verified, usize, Verified)) -> Result<String, String> {
    Err(format!("no ink for {}", all.1))
}

#[agent]
async fn pass_on(text: String) -> Draft {
    Draft { text, round: 0 }
}

pipeline! { pub joined(String) -> String { pass_on => join(legal, length, style) => sign } }
pipeline! { pub joined_twice(String) -> String { joined => pass_on => join(length, style, legal) => map(|all| all.1.text) } }

#[test]
fn the_branches_of_a_join() {
    on_both(|| async {
        for run in [
            Runtime::default().run(joined, "text".into()),
            Runtime::default().run(joined_twice, "text".into()),
        ] {
            let error = reread(&run.await.expect_err("it is not signed"));
            assert_eq!(
                shown(&error),
                [
                    "pipeline `joined`, agent `pass_on`: `Draft`",
                    "pipeline `joined`, agent `legal`: `Verified`",
                    "pipeline `joined`, agent `style`: `Verified`",
                    "pipeline `joined`, agent `length`: `usize`",
                ]
            );
            let verified = error.finished::<Verified>().expect("they hand it on");
            assert_eq!((verified.results().len(), verified.total()), (2, 3));
            assert_eq!(all::<Verified>(&error)[1].text, "style text");
            assert_eq!(all::<usize>(&error), [&4]);
        }
    });
}

#[agent(role = critic)]
async fn judge(draft: Draft) -> Result<Draft, &'static str> {
    match draft.text.as_str() {
        "fails" if draft.round == 2 => Err("tired"),
        "hangs" if draft.round == 2 => std::future::pending().await,
        _ => Ok(draft),
    }
}

#[agent]
async fn rewrite(draft: Draft) -> Draft {
    Draft { round: draft.round + 1, ..draft }
}

pipeline! { pub refine(String) -> Draft {
    pass_on => repeat(max = 5, until = |draft| draft.round > 8) { judge => rewrite }
} }
pipeline! { pub long(String) -> Draft {
    pass_on => repeat(max = 300, until = |draft| draft.round > 800) { judge => map(|draft| draft) => rewrite }
} }
pipeline! { pub refined(String) -> String {
    pass_on => repeat(max = 9, until = |draft| draft.round == 3) { judge => rewrite } => map(|_| Vec::new()) => fails
} }

#[test]
fn the_last_draft_of_a_loop() {
    paused().block_on(async {
        let runtime = Runtime::default();
        let last = |error: &PipelineError| {
            error.kept().rev().find_map(|kept| kept.downcast::<Draft>()).expect("a draft").round
        };
        let error = reread(&runtime.run(refine, "never".into()).await.expect_err("it is never good"));
        assert_eq!((error.kind().as_str(), last(&error)), ("not_converged", 5));
        let error = reread(&runtime.run(refine, "fails".into()).await.expect_err("it fails"));
        assert_eq!((error.kind().as_str(), last(&error)), ("agent", 2));
        let run = runtime.run(refine, "hangs".into()).deadline(Duration::from_secs(1));
        let error = reread(&run.await.expect_err("it hangs"));
        assert_eq!((error.kind().as_str(), last(&error)), ("deadline", 2));
        let error = reread(&runtime.run(refined, "once".into()).await.expect_err("the next agent fails"));
        assert_eq!(last(&error), 3);
        // Of the rounds before there is nothing.
        let error = reread(&runtime.run(long, "never".into()).await.expect_err("it is never good"));
        assert_eq!((last(&error), error.kept().count()), (300, 2), "{:?}", shown(&error));
    });
}

#[agent(max_output_tokens = 20)]
async fn verbose(_: u32) -> Draft {
    Draft { text: "word ".repeat(50), round: 0 }
}

#[agent(input_budget = 20)]
async fn narrow(draft: Draft) -> String {
    draft.text
}

#[agent]
async fn wordy(_: u32) -> Draft {
    Draft { text: "word ".repeat(50), round: 0 }
}

pipeline! { pub too_long(u32) -> Draft { verbose } }
pipeline! { pub too_much(u32) -> String { wordy => narrow } }
pipeline! { pub too_large(u32) -> Draft { wordy } }

#[test]
fn an_output_that_is_too_large() {
    on_both(|| async {
        let runtime = Runtime::default();
        let capped = Runtime::builder().limits(Limits::default().payload_bytes(100)).build();
        for (run, by) in [
            (runtime.run(too_long, 1).await.map(|_| ()), "verbose"),
            (runtime.run(too_much, 1).await.map(|_| ()), "wordy"),
            (capped.run(too_large, 1).await.map(|_| ()), "wordy"),
        ] {
            let error = reread(&run.expect_err("it is too large"));
            let kept: Vec<_> = error.kept().collect();
            assert_eq!((kept.len(), &*kept[0].agent().name), (1, by), "{error}");
            assert_eq!(kept[0].downcast::<Draft>().expect("a draft").text.len(), 250);
            assert!(kept[0].envelope::<Draft>().is_none(), "it has never been in one");
        }
    });
}

#[agent(role = aggregator)]
async fn sums(findings: Vec<Finding>) -> Result<String, String> {
    Err(format!("{} are too many", findings.len()))
}

#[agent]
async fn simply(_: u32) -> Result<String, &'static str> {
    Err("not even simply")
}

pipeline! { pub richly(u32) -> String { gathered => sums } }
pipeline! { pub richly_or_simply(u32) -> String { richly or simply } }

#[test]
fn what_a_stage_came_to_before_another_was_tried() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(richly_or_simply, 3).await.expect_err("both fail"));
        assert_eq!(shown(&error), ["pipeline `gathered`, agent `work`: `Partial<Finding>`"]);
    });
}

#[agent(role = aggregator)]
async fn ten(_: u32) -> Result<String, &'static str> {
    Ok("10".into())
}

#[agent(role = planner)]
async fn read(count: String) -> Plan {
    Plan { parts: vec![0; count.len()] }
}

pipeline! { pub unlucky(u32) -> String { plan => fan_out(parts, max = 9) work => barrier(all) => sums } }
pipeline! { pub got_over(u32) -> String {
    unlucky or ten => read => fan_out(parts, max = 9) work => barrier(all) => sums
} }

#[test]
fn what_a_run_has_got_over_is_not_taken_for_what_failed() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(got_over, 8).await.expect_err("the last one fails"));
        let findings = error.finished::<Finding>().expect("the barrier was passed");
        assert_eq!((findings.results().len(), findings.total()), (2, 2), "{:?}", shown(&error));
    });
}

#[test]
fn a_run_can_go_on_from_what_is_kept() {
    on_both(|| async {
        let error =
            reread(&Runtime::default().run(aggregator_fails, 3).await.expect_err("the aggregator fails"));
        let findings = error.kept().rev().find_map(|kept| kept.envelope::<Vec<Finding>>()).expect("kept");
        assert_eq!((&*findings.source.name, &*findings.target.name), ("work", "fails"));
        assert_eq!((findings.confidence.get(), findings.payload.len()), (0.5, 3));
        assert_eq!((findings.trace_id, findings.warnings.len()), (error.trace_id(), 1));
        assert!(findings.tokens.count > 150);
        let json = findings.to_json().expect("it can be kept for later");
        assert_eq!(Envelope::<Vec<Finding>>::from_json(&json).expect("what was written").payload.len(), 3);
    });
}

static COPIES: AtomicUsize = AtomicUsize::new(0);

/// A number whose copies are counted, and which cannot be copied from 100 on.
#[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Number(u32);

impl Clone for Number {
    fn clone(&self) -> Self {
        assert!(self.0 < 100, "this one has no copies");
        COPIES.fetch_add(1, SeqCst);
        Self(self.0)
    }
}

#[contract]
pub struct Counted {
    pub number: Number,
}

#[agent]
async fn number(number: u32) -> Counted {
    Counted { number: Number(number) }
}

#[agent]
async fn again(counted: Counted) -> Counted {
    counted
}

#[agent(role = aggregator)]
async fn count(all: Vec<Counted>) -> usize {
    all.len()
}

pipeline! { pub once(u32) -> Counted { number } }
pipeline! { pub thrice(u32) -> Counted { number => again => again } }
pipeline! { pub each(u32) -> usize { plan => fan_out(parts, max = 9) number => barrier(all) => count } }
pipeline! { pub each_at_the_end(u32) -> Vec<Counted> { plan => fan_out(parts, max = 9) number => barrier(all) } }

#[test]
fn what_is_copied_for_it() {
    on_both(|| async {
        let runtime = Runtime::default();
        let copies = || COPIES.swap(0, SeqCst);
        copies();
        runtime.run(once, 1).await.expect("all is well");
        assert_eq!(copies(), 0, "the last output is the caller's");
        runtime.run(thrice, 1).await.expect("all is well");
        assert_eq!(copies(), 2, "one for each stage before the last");
        runtime.run(each, 5).await.expect("all is well");
        assert_eq!(copies(), 5, "what the barrier hands on, and not what each task does");
        runtime.run(each_at_the_end, 5).await.expect("all is well");
        assert_eq!(copies(), 0);
        // What cannot be copied is not kept, and is none of the run's trouble.
        assert_eq!(runtime.run(thrice, 100).await.expect("all is well").payload.number.0, 100);
        copies();
    });
}
