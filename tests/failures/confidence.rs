//! What envelopes say: how sure a payload is, who made it for whom, how large it is, what was
//! noticed.

use super::support::{Log, on_both};
use handoff::prelude::*;
use std::sync::{Arc, Mutex};

#[contract]
pub struct Ask {
    pub sure: f64,
    pub items: Vec<Item>,
}

#[contract]
#[derive(PartialEq)]
pub struct Item {
    /// What the task's output says of itself, if it does not fail.
    pub sure: Option<f64>,
}

#[contract]
pub struct Plan {
    pub items: Vec<Item>,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Found {
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Plain {
    pub text: String,
}

/// The envelopes that agents saw.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Envelope<()>>>>);

impl Seen {
    fn add(&self, cx: &Context) {
        assert_eq!(cx.trace_id(), cx.envelope().trace_id);
        self.0.lock().expect("nobody panicked here").push(cx.envelope().clone());
    }

    fn all(&self) -> Vec<Envelope<()>> {
        self.0.lock().expect("nobody panicked here").clone()
    }
}

#[agent(role = planner)]
async fn plan(ask: Ask, cx: Context, State(seen): State<Seen>) -> Plan {
    seen.add(&cx);
    cx.warn("planned in a hurry");
    Plan { items: ask.items, sure: ask.sure }
}

#[agent]
async fn find(item: Item, cx: Context, State(seen): State<Seen>) -> Result<Found, String> {
    seen.add(&cx);
    cx.warn("looked");
    item.sure.map(|sure| Found { sure }).ok_or_else(|| "nothing".to_owned())
}

#[agent]
async fn glance(item: Item, cx: Context, State(seen): State<Seen>) -> Result<Plain, String> {
    seen.add(&cx);
    item.sure.map(|_| Plain { text: "seen".into() }).ok_or_else(|| "nothing".to_owned())
}

#[agent(role = aggregator)]
async fn sum(found: Partial<Found>, cx: Context, State(seen): State<Seen>) -> Plain {
    seen.add(&cx);
    Plain { text: format!("{} of {}", found.results().count(), found.total()) }
}

#[agent(role = aggregator)]
async fn tell(found: Partial<Plain>, cx: Context, State(seen): State<Seen>) -> Plain {
    seen.add(&cx);
    Plain { text: format!("{} of {}", found.results().count(), found.total()) }
}

#[agent(role = "editor")]
async fn edit(plain: Plain, cx: Context, State(seen): State<Seen>) -> Plain {
    seen.add(&cx);
    plain
}

pipeline! { pub finding(Ask) -> Plain { plan => fan_out(items) find => barrier(settled) => sum => edit } }
pipeline! { pub glancing(Ask) -> Plain { plan => fan_out(items) glance => barrier(settled) => tell } }
pipeline! { pub gated(Ask) -> Partial<Plain> {
    plan => gate(confidence >= 0.5) => fan_out(items) glance => barrier(settled) => gate(confidence >= 0.7)
} }
pipeline! { pub strict(Ask) -> Vec<Found> { plan => fan_out(items) find => barrier(all) } }
pipeline! { pub outer(Ask) -> Plain { finding => edit } }

fn ask(sure: f64, items: &[Option<f64>]) -> Ask {
    Ask { sure, items: items.iter().map(|sure| Item { sure: *sure }).collect() }
}

fn setup() -> (Runtime<Seen>, Seen, Log) {
    let (seen, log) = (Seen::default(), Log::default());
    (Runtime::builder().state(seen.clone()).observer(log.clone()).build(), seen, log)
}

#[contract]
pub struct Sure {
    #[confidence]
    pub confidence: f64,
}

#[agent]
async fn surely(confidence: f64) -> Sure {
    Sure { confidence }
}

#[agent]
async fn write(sure: Sure) -> String {
    sure.confidence.to_string()
}

#[agent]
async fn measure(sure: Sure) -> usize {
    sure.confidence.to_string().len()
}

#[agent]
async fn halve(sure: Sure) -> Sure {
    Sure { confidence: sure.confidence / 2.0 }
}

pipeline! { pub halved(Sure) -> String { halve => write } }
pipeline! { pub carried(f64) -> (String, usize) { surely => join(write, measure) } }
pipeline! { pub least(f64) -> (String, String, usize) { surely => join(write, halved, measure) } }
pipeline! { pub own(f64) -> (Sure, usize) { surely => join(halve, measure) } }
pipeline! { pub from_outside(u32) -> (u32, u32) { join(same, same) } }

#[agent]
async fn same(number: u32) -> u32 {
    number
}

#[test]
fn behind_a_join_it_is_the_least_that_came_in() {
    on_both(|| async {
        let runtime = Runtime::default();
        let confidence = runtime.run(carried, 0.5).await.expect("all is well").confidence;
        assert!(near(confidence, 0.5), "{confidence}: what is made of it is no surer");
        let confidence = runtime.run(least, 0.8).await.expect("all is well").confidence;
        assert!(near(confidence, 0.4), "{confidence}: a branch was less sure on its way");
        let confidence = runtime.run(own, 0.8).await.expect("all is well").confidence;
        assert!(near(confidence, 0.7), "{confidence}: one branch has its own, and the other counts 1");
        assert!(near(runtime.run(from_outside, 1).await.expect("all is well").confidence, 1.0));
    });
}

fn near(confidence: Confidence, expected: f64) -> bool {
    (confidence.get() - expected).abs() < 1e-12
}

#[test]
fn confidence_is_the_mean_over_the_tasks_a_failed_one_counting_nothing() {
    on_both(|| async {
        let (runtime, seen, _) = setup();
        let result = runtime.run(finding, ask(0.5, &[Some(0.9), None, Some(0.3)])).await.expect("settled");
        // (0.9 + 0 + 0.3) / 3, carried on by agents whose output says nothing of it.
        assert!(near(result.confidence, 0.4), "{:?}", result.confidence);
        let confidences: Vec<_> = seen.all().iter().map(|envelope| envelope.confidence.get()).collect();
        assert_eq!(
            confidences[..4],
            [1.0, 0.5, 0.5, 0.5],
            "the input starts at 1, workers see the planner's"
        );
        assert!(near(seen.all()[4].confidence, 0.4));

        let (runtime, _, _) = setup();
        let result =
            runtime.run(glancing, ask(0.5, &[Some(0.1), None, None, Some(0.1)])).await.expect("settled");
        assert!(near(result.confidence, 0.5), "without a confidence of its own a success counts 1");
        let result = runtime.run(glancing, ask(0.9, &[None, None])).await.expect("settled");
        assert!(near(result.confidence, 0.0));
        let result = runtime.run(strict, ask(0.1, &[Some(0.2), Some(0.4)])).await.expect("all succeed");
        assert!(near(result.confidence, 0.3));
    });
}

#[test]
fn gates_judge_what_came_last() {
    on_both(|| async {
        let (runtime, _, _) = setup();
        let error = runtime.run(gated, ask(0.49, &[Some(1.0)])).await.expect_err("the plan is doubtful");
        let ErrorKind::LowConfidence { confidence, threshold, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((confidence.get(), threshold.get(), error.agent()), (0.49, 0.5, "plan"));
        assert_eq!(error.warnings().len(), 1, "what was noticed before is kept");
        let error =
            runtime.run(gated, ask(0.5, &[Some(1.0), None])).await.expect_err("half of it is not enough");
        let ErrorKind::LowConfidence { confidence, threshold, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((confidence.get(), threshold.get(), error.agent()), (0.5, 0.7, "glance"));
        assert!(runtime.run(gated, ask(0.5, &[Some(1.0); 4])).await.is_ok());

        let floor = Confidence::new(0.6).expect("a confidence");
        let strict = Runtime::builder().state(Seen::default()).min_confidence(floor).build();
        let error = strict.run(gated, ask(0.59, &[Some(1.0)])).await.expect_err("the runtime asks for more");
        let ErrorKind::LowConfidence { threshold, raised_from, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((threshold.get(), raised_from.map(Confidence::get)), (0.6, Some(0.5)));
        assert!(
            error.to_string().ends_with(
                "a confidence of 0.59 does not pass the gate of 0.6, which the runtime's `min_confidence` raised from 0.5"
            ),
            "{error}"
        );
        let error =
            strict.run(gated, ask(0.9, &[Some(1.0), Some(1.0), None])).await.expect_err("and lowers none");
        let ErrorKind::LowConfidence { threshold, raised_from, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((threshold.get(), *raised_from), (0.7, None));
    });
}

#[test]
fn an_envelope_says_who_made_it_for_whom_and_what_it_is() {
    on_both(|| async {
        let (runtime, seen, log) = setup();
        let run = runtime.run(finding, ask(0.5, &[Some(0.9), None]));
        let trace_id = run.trace_id();
        let result = run.await.expect("settled");
        assert_eq!((&*result.source.name, &*result.target.name), ("edit", "caller"));
        assert_eq!((result.source.role.as_str(), result.target.role.as_str()), ("editor", "caller"));
        assert_eq!(result.trace_id, trace_id);
        assert_eq!(result.schema, Plain::fingerprint());
        let json = serde_json::to_string(&result.payload).expect("a result is JSON");
        let tokens = handoff::budget::Meter::default().count(&json, None).expect("no limit");
        assert_eq!(result.tokens, tokens);

        let seen = seen.all();
        let edges: Vec<_> =
            seen.iter().map(|envelope| (&*envelope.source.name, &*envelope.target.name)).collect();
        assert_eq!(
            edges,
            [("caller", "plan"), ("plan", "find"), ("plan", "find"), ("find", "sum"), ("sum", "edit")]
        );
        let schemas: Vec<_> = seen.iter().map(|envelope| envelope.schema).collect();
        let (item, found) = (Item::fingerprint(), <Partial<Found>>::fingerprint());
        assert_eq!(schemas, [Ask::fingerprint(), item, item, found, Plain::fingerprint()]);
        assert!(seen.iter().all(|envelope| envelope.trace_id == trace_id && envelope.tokens.count > 0));

        // The observer saw the same and no more: every handoff once, and the plan's, which nobody
        // reads as a whole.
        let handoffs: Vec<_> = log.of("handoff");
        let mut edges: Vec<_> =
            handoffs.iter().map(|line| &line[..line.rfind(' ').expect("a count")]).collect();
        let tokens = |line: &str| line.rsplit(' ').next().and_then(|count| count.parse::<u32>().ok());
        assert!(handoffs.iter().all(|line| tokens(line) > Some(0)));
        edges.sort_unstable();
        assert_eq!(
            edges,
            [
                "handoff caller -> plan",
                "handoff edit -> caller",
                "handoff find -> sum",
                "handoff plan -> find",
                "handoff sum -> edit",
                "handoff[0] find -> sum",
                "handoff[0] plan -> find",
                "handoff[1] plan -> find",
            ]
        );
        assert_eq!(log.of("failed"), ["failed[1] find 1 agent over"]);
        assert_eq!(log.lines().first().map(String::as_str), Some("start finding"));
        assert_eq!(log.lines().last().map(String::as_str), Some("end well"));
    });
}

#[test]
fn warnings_are_carried_on_to_the_end_in_order() {
    on_both(|| async {
        let (runtime, seen, _) = setup();
        let result = runtime.run(outer, ask(0.5, &[Some(0.9), None, Some(0.1)])).await.expect("settled");
        let warnings: Vec<_> = result.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "agent `plan`: planned in a hurry",
                "agent `find`, task 0 and 2 more (1, 2): looked",
                "agent `find`: 1/3 tasks failed: task 1, agent `find`: nothing",
            ]
        );
        let seen = seen.all();
        let counts: Vec<_> = seen.iter().map(|envelope| envelope.warnings.len()).collect();
        // They go round the fan-out, not through it.
        assert_eq!(counts, [0, 0, 0, 0, 3, 3, 3]);

        let error = runtime.run(strict, ask(0.5, &[Some(0.9), None])).await.expect_err("one failed");
        let warnings: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(warnings[0], "agent `plan`: planned in a hurry", "{warnings:?}");
        assert!(warnings.iter().any(|warning| warning.ends_with(": looked")), "{warnings:?}");
    });
}
