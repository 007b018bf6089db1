//! Deadlines of runs, and the tokens that their models may take.

use super::support::{Log, Probe, current_thread, multi_thread, on_both, paused};
use handoff::prelude::*;
use std::thread;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[contract]
#[derive(Copy, PartialEq)]
pub enum Job {
    Well,
    /// Sleeps for so many seconds.
    Sleep(u64),
    Fail,
    Hang,
    /// Blocks its thread for so many milliseconds.
    Block(u64),
    /// Blocks its thread until that is let go.
    Stuck,
    /// A reply that took so many tokens.
    Spend(u64),
    /// A reply that took so many tokens, was cut off, and says so.
    SpendForNothing(u64),
    /// A reply that does not say what it took.
    SayNothing,
    /// Warns, and answers.
    Warn,
    /// Warns, and hangs.
    WarnAndHang,
}

#[contract]
pub struct Jobs {
    pub jobs: Vec<Job>,
}

#[contract]
pub struct Many {
    pub many: Vec<Jobs>,
}

#[agent(role = planner)]
async fn plan(jobs: Jobs) -> Jobs {
    jobs
}

#[agent(role = planner)]
async fn plans(many: Many) -> Many {
    many
}

#[agent(output = bool, timeout = "none", retries = 2)]
async fn work(job: Job, cx: Context, State(probe): State<Probe>) -> Result<Reply, &'static str> {
    let guard = probe.enter();
    let reply = Reply::new("true");
    let reply = match job {
        Job::Well => reply.usage(Usage::new(1, 1)),
        Job::Sleep(seconds) => {
            sleep(Duration::from_secs(seconds)).await;
            reply
        }
        Job::Fail => return Err("no luck"),
        Job::Hang => std::future::pending().await,
        Job::Block(ms) => {
            thread::sleep(Duration::from_millis(ms));
            reply
        }
        Job::Stuck => {
            probe.block();
            reply
        }
        Job::Spend(tokens) => reply.usage(Usage::new(tokens - 1, 1)),
        Job::SpendForNothing(tokens) => reply.usage(Usage::new(tokens, 0)).finish(FinishReason::Length),
        Job::SayNothing => reply,
        Job::Warn => {
            cx.warn("a warning of one that answered");
            reply
        }
        Job::WarnAndHang => {
            cx.warn("a warning of one that hangs");
            let _has_warned = probe.enter();
            std::future::pending().await
        }
    };
    guard.end();
    Ok(reply)
}

pipeline! { pub alone(Job) -> bool { work } }
pipeline! { pub strict(Jobs) -> Vec<bool> { plan => fan_out(jobs) work => barrier(all) } }
pipeline! { pub quorum(Jobs) -> Partial<bool> { plan => fan_out(jobs) work => barrier(at_least = 1) } }
pipeline! { pub settled(Jobs) -> Partial<bool> { plan => fan_out(jobs) work => barrier(settled) } }
pipeline! { pub nested(Many) -> Partial<Partial<bool>> { plans => fan_out(many) settled => barrier(settled) } }

pipeline! { pub first(Jobs) -> Partial<bool> { plan => fan_out(jobs) work => barrier(first = 4) } }
pipeline! {
    pub recovered(Jobs) -> Vec<bool> {
        plan => fan_out(jobs, recover = shrug) work => barrier(all)
    }
}

fn shrug(_: &Job, _: &handoff::TaskFailure) -> bool {
    false
}

fn runtime(limits: Limits) -> (Runtime<Probe>, Probe, Log) {
    let (probe, log) = (Probe::default(), Log::default());
    let builder = Runtime::builder().state(probe.clone()).observer(log.clone()).limits(limits);
    let backoff = Backoff::new(Duration::from_secs(80), Duration::from_secs(80));
    (builder.backoff(backoff).build(), probe, log)
}

fn within(seconds: u64) -> Limits {
    Limits::default().deadline(Duration::from_secs(seconds))
}

fn jobs(jobs: &[Job]) -> Jobs {
    Jobs { jobs: jobs.to_vec() }
}

fn is_the_runs_deadline(error: &PipelineError, seconds: u64) -> bool {
    matches!(error.kind(), ErrorKind::Deadline { whose: DeadlineOf::Run, after } if after.as_secs() == seconds)
}

#[test]
fn a_run_ends_at_its_deadline_wherever_it_is() {
    paused().block_on(async {
        let (runtime, probe, log) = runtime(within(30));
        // In an agent; in the pause before the next attempt.
        for (job, noticed) in [(Job::Hang, 0), (Job::Fail, 1)] {
            let started = Instant::now();
            let error = runtime.run(alone, job).await.expect_err("too long");
            assert!(is_the_runs_deadline(&error, 30), "{error}");
            assert_eq!(started.elapsed().as_secs(), 30);
            assert_eq!((error.pipeline(), error.agent(), error.task()), ("alone", "work", None));
            assert_eq!(error.warnings().len(), noticed, "{error:?}");
            assert_eq!(probe.alive(), 0);
        }
        let error = runtime.run(alone, Job::Hang).await.expect_err("too long");
        assert_eq!(
            error.to_string(),
            "pipeline `alone`, agent `work`: not done by the deadline of the run, which is 30s"
        );
        assert_eq!(log.lines().last().map(String::as_str), Some("end deadline"));
        // In a fan-out, of one task or of many, whatever the barrier tolerates.
        let error = runtime.run(settled, jobs(&[Job::Well, Job::Hang])).await.expect_err("too long");
        assert!(is_the_runs_deadline(&error, 30), "{error}");
        assert_eq!((error.agent(), error.task()), ("work", Some(1)));
        let error = runtime.run(settled, jobs(&[Job::Hang; 20])).await.expect_err("too long");
        assert_eq!((error.agent(), error.task(), probe.alive()), ("work", None, 0));
        // One below another.
        let many = Many { many: vec![jobs(&[Job::Hang; 3]), jobs(&[Job::Well])] };
        let error = runtime.run(nested, many).await.expect_err("too long");
        assert!(is_the_runs_deadline(&error, 30), "{error}");
        assert_eq!((error.agent(), probe.alive()), ("work", 0));
        assert!(error.warnings().is_empty(), "{error:?}");
        // Nothing recovers from it.
        let error = runtime.run(recovered, jobs(&[Job::Hang; 2])).deadline(Duration::from_secs(10)).await;
        assert!(is_the_runs_deadline(&error.expect_err("too long"), 10));
        // And not before.
        assert!(runtime.run(alone, Job::Sleep(29)).await.is_ok());
    });
}

/// Each warning, with the task that it comes from.
fn warnings(error: &PipelineError) -> Vec<(Option<usize>, &str)> {
    error.warnings().iter().map(|warning| (warning.task, &*warning.message)).collect()
}

#[test]
fn what_had_finished_and_was_noticed_before_a_deadline_is_kept() {
    paused().block_on(async {
        let (runtime, probe, _) = runtime(within(30));
        let error = runtime.run(alone, Job::WarnAndHang).await.expect_err("too long");
        assert_eq!(warnings(&error), [(None, "a warning of one that hangs")]);

        let mixed = [Job::Hang, Job::Warn, Job::WarnAndHang, Job::Sleep(20), Job::Fail];
        let error = runtime.run(settled, jobs(&mixed)).await.expect_err("too long");
        assert_eq!(
            error.to_string(),
            "pipeline `settled`, tasks 0, 2, 4, agent `work`: not done by the deadline of the run, which is 30s"
        );
        assert_eq!(
            warnings(&error)[..2],
            [(Some(1), "a warning of one that answered"), (Some(2), "a warning of one that hangs")]
        );
        let finished = error.finished::<bool>().expect("two had answered");
        assert_eq!((finished.results().count(), finished.failures().count(), finished.total()), (2, 0, 5));
        assert_eq!(probe.alive(), 0);

        let error = runtime.run(strict, jobs(&[Job::Hang; 50])).await.expect_err("too long");
        assert!(error.to_string().contains(", tasks 0, 1, 2, 3, 4, 5, 6, 7 and 42 more, agent `work`: "), "{error}");
        assert_eq!((error.task(), error.pipeline()), (None, "strict"));

        // Where fan-outs nest, the outermost of each type.
        let many = Many { many: vec![jobs(&[Job::Warn]), jobs(&[Job::Warn, Job::Hang])] };
        let error = runtime.run(nested, many).await.expect_err("too long");
        let outer = error.finished::<Partial<bool>>().expect("one had finished");
        assert_eq!((outer.results().count(), outer.total()), (1, 2));
        let inner = error.finished::<bool>().expect("one had finished");
        assert_eq!((inner.results().count(), inner.total()), (1, 2));
        assert_eq!(error.warnings().len(), 2, "{error:?}");
    });
}

#[test]
fn what_had_finished_before_a_run_is_cancelled_is_kept() {
    on_both(|| async {
        let (runtime, probe, log) = runtime(Limits::default());
        let run = runtime.run(settled, jobs(&[Job::WarnAndHang, Job::Well, Job::Warn]));
        let handle = run.cancel_handle();
        let run = tokio::spawn(run);
        while log.of("handoff[").iter().filter(|line| line.contains(" work -> ")).count() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
        // The third, and that it has warned.
        probe.has_started(3 + 1).await;
        handle.cancel();
        let error = run.await.expect("no panic").expect_err("it was cancelled");
        assert_eq!((error.agent(), error.task(), probe.alive()), ("work", Some(0), 0), "{error}");
        assert_eq!(error.finished::<bool>().expect("two had answered").results().count(), 2);
        assert_eq!(
            warnings(&error)[..],
            [(Some(2), "a warning of one that answered"), (Some(0), "a warning of one that hangs")]
        );
    });
}

#[test]
fn a_deadline_of_zero_starts_nothing() {
    on_both(|| async {
        let (runtime, probe, log) = runtime(within(0));
        let error = runtime.run(alone, Job::Well).await.expect_err("no time at all");
        assert!(is_the_runs_deadline(&error, 0), "{error}");
        assert_eq!((error.agent(), error.pipeline()), ("caller", "alone"));
        assert_eq!((probe.started(), log.lines().len()), (0, 0));
    });
}

#[test]
fn a_run_may_have_less_time_than_its_runtime_and_not_more() {
    paused().block_on(async {
        let (runtime, _, _) = runtime(within(30));
        let deadline = Duration::from_secs;
        let error = runtime.run(alone, Job::Hang).deadline(deadline(5)).await.expect_err("too long");
        assert!(is_the_runs_deadline(&error, 5), "{error}");
        let error = runtime.run(alone, Job::Hang).deadline(deadline(50)).await.expect_err("too long");
        assert!(is_the_runs_deadline(&error, 30), "{error}");
        // It begins with the first poll.
        let run = runtime.run(alone, Job::Sleep(20));
        sleep(deadline(60)).await;
        assert!(run.await.is_ok());
    });
}

#[test]
fn a_result_that_comes_late_is_late() {
    on_both(|| async {
        let (runtime, _, _) = runtime(Limits::default().deadline(Duration::from_millis(50)));
        let error = runtime.run(alone, Job::Block(100)).await.expect_err("it blocked its thread");
        assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
    });
    // What blocks its thread elsewhere is waited for, but not for ever. In real time, with two seconds for the thread to
    // come to it.
    multi_thread().block_on(async {
        let (runtime, probe, _) = runtime(Limits::default().deadline(Duration::from_secs(2)));
        let started = Instant::now();
        let error = runtime.run(strict, jobs(&[Job::Stuck, Job::Hang])).await.expect_err("too long");
        assert!(matches!(error.kind(), ErrorKind::Deadline { .. }), "{error}");
        assert!(started.elapsed() >= Duration::from_millis(2_900), "{:?}", started.elapsed());
        assert_eq!(probe.alive(), 1, "it still blocks its thread");
        probe.let_go();
        let warnings: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.len() == 1 && warnings[0].contains("block its thread"), "{warnings:?}");
        assert!(probe.is_quiet().await);
    });
}

#[test]
fn model_tokens_over_the_limit_fail_the_run_whatever_its_barrier() {
    let spent = [Job::Spend(30), Job::Spend(30), Job::Hang, Job::Spend(50), Job::Hang];
    on_both(|| async move {
        let (runtime, probe, log) = runtime(Limits::default().model_tokens(100));
        let outcomes = [
            runtime.run(strict, jobs(&spent)).await.map(|_| ()),
            runtime.run(quorum, jobs(&spent)).await.map(|_| ()),
            runtime.run(settled, jobs(&spent)).await.map(|_| ()),
            runtime.run(nested, Many { many: vec![jobs(&spent)] }).await.map(|_| ()),
            runtime.run(first, jobs(&spent)).await.map(|_| ()),
            runtime.run(recovered, jobs(&spent)).await.map(|_| ()),
        ];
        for outcome in outcomes {
            let error = outcome.expect_err("too expensive");
            let ErrorKind::LimitExceeded { limit: Limit::ModelTokens, allowed, found } = error.kind() else {
                panic!("{error}")
            };
            assert_eq!((*allowed, *found, error.agent()), (100, 110, "work"));
            assert!(error.to_string().contains("raise `Limits::model_tokens`"), "{error}");
            assert!(matches!(error.task(), Some(0 | 1 | 3)), "{error}");
            assert_eq!(probe.alive(), 0, "what was under way has been stopped");
        }
        assert_eq!(log.of("end limit_exceeded").len(), 6);
        // Each run has its own.
        for _ in 0..3 {
            let spent = [Job::Spend(99), Job::SayNothing];
            let all = runtime.run(strict, jobs(&spent)).await.expect("within the limit");
            let warnings: Vec<_> = all.warnings.iter().map(ToString::to_string).collect();
            assert!(warnings.len() == 1 && warnings[0].contains("does not say its usage"), "{warnings:?}");
        }
        assert!(runtime.run(alone, Job::Spend(100)).await.is_ok(), "as many as allowed");
        let error = runtime.run(alone, Job::Spend(u64::MAX)).await.expect_err("too expensive");
        assert_eq!((error.task(), error.kind().as_str()), (None, "limit_exceeded"));
    });
}

#[test]
fn what_failed_attempts_took_counts_and_nothing_is_tried_again() {
    paused().block_on(async {
        let (runtime, probe, log) = runtime(Limits::default().model_tokens(100));
        let error = runtime.run(alone, Job::SpendForNothing(60)).await.expect_err("too expensive");
        assert!(
            matches!(error.kind(), ErrorKind::LimitExceeded { limit: Limit::ModelTokens, found: 120, .. }),
            "{error}"
        );
        assert_eq!((probe.started(), error.warnings().len()), (2, 1), "{error:?}");
        assert_eq!(log.of("failed"), ["failed work 1 truncated again", "failed work 2 limit_exceeded over"]);
    });
}

#[test]
fn agents_are_called_as_often_as_allowed_and_never_more() {
    on_both(|| async {
        let (runtime, probe, log) = runtime(Limits::default().agent_calls(5));
        let five = [Job::Hang, Job::Well, Job::Well, Job::Well, Job::Hang];
        let outcomes = [
            runtime.run(strict, jobs(&five)).await.map(|_| ()),
            runtime.run(settled, jobs(&five)).await.map(|_| ()),
            runtime.run(recovered, jobs(&five)).await.map(|_| ()),
            runtime.run(nested, Many { many: vec![jobs(&five)] }).await.map(|_| ()),
        ];
        for outcome in outcomes {
            let error = outcome.expect_err("the plan is the sixth");
            let ErrorKind::LimitExceeded { limit: Limit::AgentCalls, allowed: 5, found: 6 } = error.kind()
            else {
                panic!("{error}")
            };
            assert_eq!((error.agent(), error.task().is_some()), ("work", true), "{error}");
            assert!(error.to_string().contains("raise `Limits::agent_calls`"), "{error}");
            assert_eq!(probe.alive(), 0, "what was under way has been stopped");
        }
        // The plan, and of the tasks as many as are left; in the last two plans.
        assert!(probe.started() <= 4 + 4 + 4 + 3, "{}", probe.started());
        assert_eq!(log.of("end limit_exceeded").len(), 4);
        assert!(runtime.run(strict, jobs(&[Job::Well; 4])).await.is_ok(), "as often as allowed");
    });
    paused().block_on(async {
        let (runtime, probe, _) = runtime(Limits::default().agent_calls(2));
        let error = runtime.run(alone, Job::Fail).await.expect_err("it fails");
        assert_eq!((error.kind().as_str(), error.task()), ("limit_exceeded", None), "attempts count");
        assert_eq!((probe.started(), error.warnings().len()), (2, 2), "{error:?}");
    });
}

#[test]
fn an_observer_is_told_what_the_models_took() {
    use std::sync::Mutex;
    #[derive(Default)]
    struct Bill(Mutex<Vec<Usage>>);
    impl Observer for &'static Bill {
        fn observe(&self, _: handoff::TraceId, event: &Event<'_>) {
            if let Event::RunEnded { usage, .. } = event {
                self.0.lock().expect("no panic").push(*usage);
            }
        }
    }
    paused().block_on(async {
        let bill: &'static Bill = Box::leak(Box::default());
        let runtime = Runtime::builder().state(Probe::default()).observer(bill).build();
        let spent = [Job::Spend(30), Job::SpendForNothing(5), Job::Well];
        runtime.run(settled, jobs(&spent)).await.expect("all settled");
        // Three attempts of the one that is cut off.
        assert_eq!(*bill.0.lock().expect("no panic"), [Usage::new(29 + 15 + 1, 2)]);
    });
}

/// One at a time, and all on one thread: the run has come to its end by the time that it hears of the limit.
#[test]
fn what_had_finished_one_by_one_is_kept() {
    #[agent(output = u32)]
    async fn ask(number: u32) -> Reply {
        Reply::new(number.to_string()).usage(Usage::new(90, 10))
    }

    #[agent(role = aggregator)]
    async fn count(all: Partial<u32>) -> usize {
        all.results().count()
    }

    pipeline! { asked(Vec<u32>) -> usize { fan_out(|all| all, concurrency = 1) ask => barrier(settled) => count } }

    let outcome = current_thread().block_on(async {
        let limits = Limits::default().model_tokens(450);
        Runtime::builder().limits(limits).build().run(asked, (0..50).collect()).await
    });
    let error = outcome.expect_err("five replies are too many");
    let kept = error.finished::<u32>().map(|kept| kept.results().copied().collect::<Vec<_>>());
    assert_eq!((error.agent(), kept), ("ask", Some(vec![0, 1, 2, 3])), "{error}");
}
