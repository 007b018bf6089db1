//! What stands in the parentheses of a fan-out and of a barrier: closures, concurrency, labels,
//! recovery, empty plans, first successes, deadlines.

use super::support::{Probe, multi_thread, on_both, paused, reread};
use handoff::Limits;
use handoff::prelude::*;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
pub struct Job {
    pub name: String,
    pub after_ms: u64,
    pub fails: bool,
}

#[contract]
pub struct Jobs {
    #[check(len(..=1000))]
    pub jobs: Vec<Job>,
}

#[contract]
pub struct Done {
    #[check(len(..=20))]
    pub name: String,
}

#[agent(timeout = "1h", max_output_tokens = 40)]
async fn work(job: Job, State(probe): State<Probe>, cx: Context) -> Result<Done, String> {
    let guard = probe.enter();
    if job.after_ms > 0 {
        sleep(Duration::from_millis(job.after_ms)).await;
    }
    guard.end();
    if job.fails {
        cx.warn("about to fail");
        return Err("unlucky".to_owned());
    }
    Ok(Done { name: job.name })
}

#[agent(role = planner)]
async fn plan(jobs: Jobs) -> Jobs {
    jobs
}

/// Ends long after the deadline, and blocks the thread until then.
#[agent]
async fn block(job: Job) -> Done {
    std::thread::sleep(Duration::from_millis(job.after_ms));
    Done { name: job.name }
}

fn stand_in(job: &Job, failure: &TaskFailure) -> Done {
    Done { name: format!("no {}: {}", job.name, failure.kind) }
}

fn too_long(job: &Job, _: &TaskFailure) -> Done {
    Done { name: job.name.repeat(30) }
}

fn panics(_: &Job, failure: &TaskFailure) -> Done {
    panic!("cannot make up for {}", failure.message)
}

const FEW: usize = 3;

pipeline! { pub plain(Jobs) -> Vec<Done> { plan => fan_out(jobs) work => barrier(all) } }
pipeline! { pub settled(Jobs) -> Partial<Done> { plan => fan_out(jobs) work => barrier(settled) } }
pipeline! { pub few(Jobs) -> Vec<Done> { plan => fan_out(jobs, concurrency = FEW) work => barrier(all) } }
pipeline! { pub named(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, label = |job| &job.name) work => barrier(settled, deadline = "50ms")
} }
pipeline! { pub named_all(Jobs) -> Vec<Done> {
    plan => fan_out(jobs, label = |job| job.name.to_uppercase()) work => barrier(all)
} }
pipeline! { pub unnamable(Jobs) -> Vec<Done> {
    plan => fan_out(jobs, label = |job| job.name.parse::<u8>().unwrap()) work => barrier(all)
} }
pipeline! { pub recovers(Jobs) -> Vec<Done> {
    plan => fan_out(jobs, recover = stand_in, label = |job| &job.name) work => barrier(all)
} }
pipeline! { pub recovers_by_closure(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = |_, failure| Done { name: failure.agent.clone() }) work
        => barrier(settled)
} }
pipeline! { pub recovers_badly(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = too_long) work => barrier(settled)
} }
pipeline! { pub recovers_never(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = panics) work => barrier(settled)
} }
pipeline! { pub even(Jobs) -> Vec<Done> {
    plan => fan_out(|plan| plan.jobs.into_iter().filter(|job| !job.name.is_empty()).collect(), max = 2) work
        => barrier(all)
} }
pipeline! { pub first_two(Jobs) -> Partial<Done> { plan => fan_out(jobs) work => barrier(first = 2) } }
pipeline! { pub blocked(Jobs) -> Partial<Done> { plan => fan_out(jobs) block => barrier(settled, deadline = "1s") } }
pipeline! { pub waits(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, concurrency = 1) work => barrier(settled, deadline = "25ms")
} }

fn jobs<'a>(jobs: impl IntoIterator<Item = (&'a str, u64, bool)>) -> Jobs {
    let job = |(name, after_ms, fails): (&str, u64, bool)| Job { name: name.to_owned(), after_ms, fails };
    Jobs { jobs: jobs.into_iter().map(job).collect() }
}

fn setup() -> (Runtime<Probe>, Probe) {
    let probe = Probe::default();
    (Runtime::builder().state(probe.clone()).build(), probe)
}

fn names(done: &[Done]) -> Vec<&str> {
    done.iter().map(|done| &*done.name).collect()
}

fn warnings(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn concurrency_bounds_this_fan_out() {
    paused().block_on(async {
        let (runtime, probe) = setup();
        let done = runtime.run(few, jobs((0..20).map(|_| ("a", 1, false)))).await.expect("all is well");
        assert_eq!(done.payload.len(), 20);
        assert_eq!(probe.most_alive(), FEW);
        // Under a smaller limit of the runtime that counts.
        let probe = Probe::default();
        let limits = Limits::default().tasks_in_flight(2);
        let runtime = Runtime::builder().state(probe.clone()).limits(limits).build();
        runtime.run(few, jobs((0..20).map(|_| ("a", 1, false)))).await.expect("all is well");
        assert_eq!(probe.most_alive(), 2);
    });
    // On threads they may well be fewer at once, and are never more.
    multi_thread().block_on(async {
        let (runtime, probe) = setup();
        let done = runtime.run(few, jobs((0..20).map(|_| ("a", 1, false)))).await.expect("all is well");
        assert_eq!(done.payload.len(), 20);
        assert!((1..=FEW).contains(&probe.most_alive()), "{probe:?}");
    });
}

#[test]
fn a_fan_out_that_has_no_more_to_start_leaves_the_queue() {
    paused().block_on(async {
        let probe = Probe::default();
        let limits = Limits::default().tasks_in_flight(1);
        let runtime = Runtime::builder().state(probe.clone()).limits(limits).build();
        // Each of the two runs one task beyond the limit, and stands in the queue for the rest.
        let runs = ["a", "b", "c"]
            .map(|name| tokio::spawn(runtime.run(few, jobs((0..10).map(|_| (name, 10, false))))));
        for run in runs {
            assert_eq!(run.await.expect("no panic").expect("all is well").payload.len(), 10);
        }
        assert!(probe.most_alive() <= 3, "{probe:?}");
        let free = runtime.run(plain, jobs([("a", 0, false)])).await.expect("there is room");
        assert_eq!(free.payload.len(), 1);
    });
}

#[test]
fn a_long_fan_out_is_not_starved_under_a_small_limit() {
    paused().block_on(async {
        let probe = Probe::default();
        let limits = Limits::default().tasks_in_flight(4);
        let runtime = Runtime::builder().state(probe.clone()).limits(limits).build();
        // Both want all of the room. Each should have about half of it, so they end together.
        let started = Instant::now();
        let at_once = |name| {
            let run = runtime.run(plain, jobs((0..100).map(|_| (name, 10, false))));
            async move {
                run.await.expect("all is well");
                started.elapsed()
            }
        };
        let (one, other) = tokio::join!(at_once("a"), at_once("b"));
        let (least, most) = (one.min(other), one.max(other));
        assert!(least * 10 > most * 6, "{least:?} and {most:?}");
    });
}

#[test]
fn labels_name_tasks_wherever_they_are_named() {
    paused().block_on(async {
        let (runtime, _) = setup();
        let long = "a very long name\nof a task ".repeat(10);
        let some = runtime
            .run(
                named,
                jobs([("tides", 0, true), ("moons", 1, false), (&long, 2, true), ("late", 90, false)]),
            )
            .await
            .expect("settled");
        let failures: Vec<_> = some.payload.failures().cloned().collect();
        assert_eq!(failures[0].to_string(), "task 0 (tides), agent `work`: unlucky");
        let label = failures[1].label.as_deref().expect("it has one");
        assert_eq!(label, long, "whole where it says which task");
        let shown = failures[1].to_string();
        assert!(shown.len() < 200 && shown.contains("…), agent"), "{shown}");
        assert!(!shown.contains('\n'), "{shown}");
        let names: Vec<_> =
            some.payload.tasks().map(|task| task.label.expect("it has one").to_owned()).collect();
        assert_eq!(names, ["tides", "moons", &long, "late"], "those of results, too");
        assert_eq!(
            failures[2].to_string(),
            "task 3 (late), agent `work`: not done by the deadline of the barrier, which is 50ms"
        );
        let json = r#"{"task":0,"label":"tides","agent":"work","kind":"agent","message":"unlucky"}"#;
        assert_eq!(serde_json::to_string(&failures[0]).expect("it is JSON"), json);
        assert_eq!(warnings(&some.warnings)[0], "agent `work`, task 0 (tides) and 1 more (2): about to fail");

        let error =
            runtime.run(named_all, jobs([("a", 0, false), ("b", 0, true)])).await.expect_err("one failed");
        assert_eq!(error.to_string(), "pipeline `named_all`, task 1 (B), agent `work`: unlucky");
        assert_eq!((error.task(), error.task_label()), (Some(1), Some("B")));
        assert_eq!(warnings(error.warnings()), ["agent `work`, task 1 (B): about to fail"]);
    });
}

pipeline! { pub two_of_them(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = stand_in, label = |job| &job.name) work => barrier(at_least = 2)
} }
pipeline! { pub half_of_them(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = stand_in) work => barrier(at_least = 50%)
} }
pipeline! { pub first_two_made(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = stand_in, concurrency = 1) work => barrier(first = 2)
} }
pipeline! { pub whoever(Jobs) -> Partial<Done> {
    plan => fan_out(jobs, recover = stand_in) work => barrier(settled)
} }

#[test]
fn what_was_recovered_is_a_result_and_no_success() {
    use handoff::barrier::TaskOutcome;

    on_both(|| async {
        let (runtime, _) = setup();
        let some = || jobs([("a", 0, false), ("b", 0, true), ("c", 0, true), ("d", 0, false)]);
        let done = runtime.run(two_of_them, some()).await.expect("two succeed").payload;
        assert_eq!((done.results().len(), done.recovered().len(), done.failures().is_empty()), (4, 2, true));
        assert!((done.success_ratio() - 0.5).abs() < 1e-12);
        let told: Vec<_> = done
            .tasks()
            .map(|task| match task.outcome {
                TaskOutcome::Succeeded(result) => format!("{} {:?} {}", task.index, task.label, result.name),
                TaskOutcome::Recovered(result, failure) => {
                    assert_eq!(Some(failure), task.outcome.failure());
                    format!("{} {:?} {}, after {}", task.index, task.label, result.name, failure.message)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            told,
            [
                r#"0 Some("a") a"#,
                r#"1 Some("b") no b: agent, after unlucky"#,
                r#"2 Some("c") no c: agent, after unlucky"#,
                r#"3 Some("d") d"#,
            ]
        );
        let json = serde_json::to_string(&done).expect("it is JSON");
        let read: Partial<Done> = serde_json::from_str(&json).expect("what was written");
        assert_eq!(
            format!("{read:?} {:?}", read.tasks().collect::<Vec<_>>()),
            format!("{done:?} {:?}", done.tasks().collect::<Vec<_>>())
        );

        let mostly = || jobs([("a", 0, true), ("b", 0, true), ("c", 0, true), ("d", 0, false)]);
        for run in [runtime.run(two_of_them, mostly()), runtime.run(half_of_them, mostly())] {
            let error = reread(&run.await.expect_err("one of four succeeds"));
            let ErrorKind::Barrier { succeeded, needed: 2, total: 4, failed: 3, failures, .. } = error.kind()
            else {
                panic!("{error}")
            };
            assert!(*succeeded <= 1 && failures.len() == 3 && failures[0].contains("unlucky"), "{error}");
            let finished = error.finished::<Done>().expect("it is kept");
            assert_eq!(finished.recovered().len(), 3);
        }
        let one = || jobs([("a", 0, true), ("b", 0, false), ("c", 0, false), ("d", 0, false)]);
        let done = runtime.run(first_two_made, one()).await.expect("two succeed").payload;
        assert_eq!(done.results().map(|done| &*done.name).collect::<Vec<_>>(), ["no a: agent", "b", "c"]);
        assert_eq!(done.recovered().map(|failure| failure.task).collect::<Vec<_>>(), [0]);
        assert!(matches!(done.tasks().last().expect("four").outcome, TaskOutcome::Missing));
        runtime.run(first_two_made, mostly()).await.expect_err("one of four succeeds");
        // Whoever asks for no successes gets what was made up, and can see it.
        let done = runtime.run(whoever, mostly()).await.expect("all settled").payload;
        assert_eq!((done.results().len(), done.recovered().count(), done.failures().count()), (4, 3, 0));
    });
}

#[test]
fn panics_in_closures_are_the_pipelines() {
    on_both(|| async {
        let (runtime, probe) = setup();
        let error =
            runtime.run(unnamable, jobs([("1", 0, false), ("two", 0, false)])).await.expect_err("panics");
        assert!(matches!(error.kind(), ErrorKind::Panicked { .. }), "{error}");
        assert_eq!((error.pipeline(), error.agent(), error.task()), ("unnamable", "unnamable", None));
        assert!(error.to_string().contains("in the closure of `label`: "), "{error}");
        assert_eq!(probe.started(), 0, "nothing was started");
    });
}

#[test]
fn a_closure_chooses_the_items() {
    on_both(|| async {
        let (runtime, probe) = setup();
        let some = jobs([("a", 0, false), ("", 0, false), ("b", 0, false)]);
        let done = runtime.run(even, some).await.expect("all is well");
        assert_eq!(names(&done.payload), ["a", "b"]);
        let error = reread(&runtime.run(even, jobs([("", 0, false)])).await.expect_err("none is chosen"));
        assert_eq!(
            error.to_string(),
            "pipeline `even`, agent `plan`: nothing to fan out: `|plan| …` is empty"
        );
        let error = runtime.run(even, jobs([("a", 0, false); 3])).await.expect_err("three are too many");
        assert!(matches!(error.kind(), ErrorKind::FanOutTooWide { width: 3, max: 2, .. }), "{error}");
        assert_eq!(probe.started(), 2);
    });
}

#[test]
fn what_failed_becomes_an_output_that_goes_through_the_door() {
    on_both(|| async {
        let (runtime, _) = setup();
        let some = || jobs([("a", 0, false), ("b", 0, true), ("c", 0, true), ("d", 0, false)]);
        let done = runtime.run(recovers, some()).await.expect("all is made good");
        assert_eq!(names(&done.payload), ["a", "no b: agent", "no c: agent", "d"]);
        assert!((done.confidence.get() - 0.5).abs() < 1e-12, "what was made up counts as failed");
        assert_eq!(
            warnings(&done.warnings),
            [
                "agent `work`, task 1 (b) and 1 more (2): about to fail",
                "agent `work`, task 1 (b) and 1 more (2): failed, and `recover` stood in: unlucky",
            ]
        );
        let done = runtime.run(recovers_by_closure, some()).await.expect("all is made good");
        assert_eq!(
            done.payload.results().map(|done| &*done.name).collect::<Vec<_>>(),
            ["a", "work", "work", "d"]
        );

        let bad = runtime.run(recovers_badly, some()).await.expect("settled").payload;
        let kinds: Vec<_> = bad.failures().map(|failure| (failure.task, &*failure.kind)).collect();
        assert_eq!(kinds, [(1, "contract"), (2, "contract")]);
        let bad = runtime.run(recovers_never, some()).await.expect("settled").payload;
        let failure = bad.failures().next().expect("one failed");
        assert_eq!(failure.kind, "panicked");
        assert_eq!(failure.message, "panicked: in `recover`: cannot make up for unlucky, after: unlucky");
    });
}

#[test]
fn the_first_successes_are_enough() {
    paused().block_on(async {
        let (runtime, probe) = setup();
        let started = Instant::now();
        let some = runtime
            .run(
                first_two,
                jobs([
                    ("slow", 9_000, false),
                    ("a", 30, false),
                    ("bad", 1, true),
                    ("b", 10, false),
                    ("c", 40, false),
                ]),
            )
            .await
            .expect("two succeeded");
        assert_eq!(started.elapsed(), Duration::from_millis(30));
        assert_eq!(some.payload.results().map(|done| &*done.name).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((some.payload.total(), some.payload.failures().count()), (5, 1));
        assert!((some.confidence.get() - 2.0 / 3.0).abs() < 1e-12, "what was cancelled does not count");
        assert_eq!((probe.started(), probe.ended(), probe.alive()), (5, 3, 0));
        // No more than were asked for, whoever comes at once.
        let some = runtime.run(first_two, jobs([("a", 5, false); 4])).await.expect("four succeeded");
        assert_eq!((some.payload.results().count(), some.payload.failures().count()), (2, 0));
        let error =
            runtime.run(first_two, jobs([("a", 5, false), ("b", 1, true)])).await.expect_err("one is left");
        assert!(matches!(error.kind(), ErrorKind::Barrier { needed: 2, total: 2, .. }), "{error}");
        let error =
            reread(&runtime.run(first_two, jobs([("a", 5, false)])).await.expect_err("one is never two"));
        assert!(error.to_string().ends_with("needs 2 successes of 1 tasks; nothing was started"), "{error}");
    });
}

#[test]
fn a_deadline_counts_what_waits_too() {
    paused().block_on(async {
        let (runtime, probe) = setup();
        let some = runtime.run(waits, jobs([("a", 10, false); 4])).await.expect("settled").payload;
        let failures: Vec<_> = some.failures().map(|failure| (failure.task, &*failure.kind)).collect();
        assert_eq!((some.results().count(), failures), (2, vec![(2, "deadline"), (3, "deadline")]));
        assert_eq!(probe.started(), 3);
    });
}

#[test]
fn an_answer_after_the_deadline_is_late_even_from_a_thread_that_was_blocked() {
    // In real time, with a second for what is in time.
    on_both(|| async {
        let (runtime, _) = setup();
        let some = runtime.run(blocked, jobs([("a", 0, false), ("b", 1_200, false)])).await.expect("settled");
        let kinds: Vec<_> = some.payload.failures().map(|failure| (failure.task, &*failure.kind)).collect();
        assert_eq!(kinds, [(1, "deadline")]);
    });
}

mod empty {
    use super::*;

    pipeline! { pub all(Jobs) -> Vec<Done> { plan => fan_out(jobs, allow_empty) work => barrier(all) } }
    pipeline! { pub share(Jobs) -> Partial<Done> { plan => fan_out(jobs, allow_empty) work => barrier(at_least = 80%) } }
    pipeline! { pub settled(Jobs) -> Partial<Done> { plan => fan_out(jobs, allow_empty) work => barrier(settled, deadline = "1s") } }
    pipeline! { pub two(Jobs) -> Partial<Done> { plan => fan_out(jobs, allow_empty) work => barrier(at_least = 2) } }
    pipeline! { pub first(Jobs) -> Partial<Done> { plan => fan_out(jobs, allow_empty) work => barrier(first = 1) } }

    #[test]
    fn an_empty_plan_that_is_allowed_hands_on_nothing() {
        on_both(|| async {
            let (runtime, _) = setup();
            let nothing = || jobs([]);
            let done = runtime.run(all, nothing()).await.expect("it is allowed");
            assert!(done.payload.is_empty() && done.warnings.is_empty());
            assert_eq!(done.confidence.get(), 1.0, "what came in");
            for done in [runtime.run(share, nothing()).await, runtime.run(settled, nothing()).await] {
                let done = done.expect("it is allowed").payload;
                assert_eq!((done.results().count(), done.failures().count(), done.total()), (0, 0, 0));
            }
            for done in [runtime.run(two, nothing()).await, runtime.run(first, nothing()).await] {
                let error = reread(&done.expect_err("none is never one"));
                assert!(matches!(error.kind(), ErrorKind::Barrier { succeeded: 0, total: 0, .. }), "{error}");
            }
        });
    }
}
