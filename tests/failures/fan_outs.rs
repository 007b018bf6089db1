//! Fan-outs: order, width, the limit of tasks in flight, who is first.

use super::support::{Log, Probe, on_both, paused, reread};
use handoff::Limits;
use handoff::prelude::*;
use std::time::Duration;
use tokio::time::sleep;

#[contract]
pub struct Job {
    pub index: usize,
    pub after_ms: u64,
    pub fails: bool,
}

#[contract]
pub struct Jobs {
    pub jobs: Vec<Job>,
}

#[contract]
pub struct Groups {
    pub groups: Vec<Jobs>,
}

#[agent]
async fn work(job: Job, State(probe): State<Probe>) -> Result<usize, String> {
    let guard = probe.enter();
    if job.after_ms > 0 {
        sleep(Duration::from_millis(job.after_ms)).await;
    }
    guard.end();
    if job.fails { Err(format!("job {} failed", job.index)) } else { Ok(job.index) }
}

#[agent(role = planner)]
async fn plan(jobs: Jobs) -> Jobs {
    jobs
}

#[agent(role = planner)]
async fn group(groups: Groups) -> Groups {
    groups
}

pipeline! { pub all(Jobs) -> Vec<usize> { plan => fan_out(jobs) work => barrier(all) } }
pipeline! { pub settled(Jobs) -> Partial<usize> { plan => fan_out(jobs) work => barrier(settled) } }
pipeline! { pub four(Jobs) -> Partial<usize> { plan => fan_out(jobs) work => barrier(at_least = 4) } }
pipeline! { pub half(Jobs) -> Partial<usize> { plan => fan_out(jobs) work => barrier(at_least = 50%) } }
pipeline! { pub narrow(Jobs) -> Vec<usize> { plan => fan_out(jobs, max = 3) work => barrier(all) } }
pipeline! { pub grouped(Groups) -> Vec<Vec<usize>> { group => fan_out(groups) all => barrier(all) } }

fn jobs(count: usize, after_ms: impl Fn(usize) -> u64, fails: &[usize]) -> Jobs {
    let job = |index| Job { index, after_ms: after_ms(index), fails: fails.contains(&index) };
    Jobs { jobs: (0..count).map(job).collect() }
}

fn limited(tasks: usize) -> (Runtime<Probe>, Probe) {
    let probe = Probe::default();
    let limits = Limits::default().tasks_in_flight(tasks);
    (Runtime::builder().state(probe.clone()).limits(limits).build(), probe)
}

#[test]
fn results_keep_the_order_of_the_items() {
    on_both(|| async {
        let (runtime, _) = limited(1_000);
        let scattered = |index: usize| (index as u64 * 7_919) % 23;
        let result = runtime.run(all, jobs(60, scattered, &[])).await.expect("all is well");
        assert!(result.payload.iter().copied().eq(0..60), "{:?}", result.payload);
        let result = runtime.run(settled, jobs(60, scattered, &[7, 41])).await.expect("all settled");
        assert!(result.payload.results().copied().eq((0..60).filter(|index| ![7, 41].contains(index))));
        assert_eq!(result.payload.failures().map(|failure| failure.task).collect::<Vec<_>>(), [7, 41]);
    });
}

#[test]
fn what_had_finished_is_kept_on_the_error() {
    paused().block_on(async {
        let (runtime, probe) = limited(1_000);
        let error =
            runtime.run(all, jobs(6, |index| 10 * (6 - index as u64), &[2])).await.expect_err("one failed");
        // Job 5 ends after 10 ms, job 2 after 40.
        let finished = error.finished::<usize>().expect("what had finished");
        assert_eq!(finished.results().collect::<Vec<_>>(), [&3, &4, &5]);
        assert_eq!(finished.failures().map(|failure| failure.task).collect::<Vec<_>>(), [2]);
        assert_eq!(finished.total(), 6);
        assert!(error.finished::<String>().is_none(), "it is of another type");
        assert_eq!((probe.started(), probe.ended(), probe.alive()), (6, 4, 0));

        let error =
            reread(&runtime.run(four, jobs(5, |index| index as u64, &[1, 3])).await.expect_err("two failed"));
        let finished = error.finished::<usize>().expect("what had finished");
        assert_eq!(finished.results().collect::<Vec<_>>(), [&0, &2]);
        assert_eq!(finished.failures().map(|failure| failure.task).collect::<Vec<_>>(), [1, 3]);
    });
}

#[test]
fn the_earliest_failure_decides_and_ties_go_to_the_lowest_index() {
    paused().block_on(async {
        let (runtime, _) = limited(1_000);
        for (fails, after, decisive) in [
            (&[1, 3][..], &|index| 40 - 10 * index as u64, 3),
            (&[1, 3], &|_| 10, 1),
            (&[4, 2, 0], &|_| 0, 0),
            (&[4, 2], &|index| u64::from(index == 4), 2),
        ] as [(&[usize], &dyn Fn(usize) -> u64, usize); 4]
        {
            for _ in 0..20 {
                let error = reread(&runtime.run(all, jobs(5, after, fails)).await.expect_err("some failed"));
                assert_eq!(error.task(), Some(decisive), "{fails:?}: {error}");
            }
        }
    });
}

#[test]
fn the_limit_of_tasks_in_flight_is_a_queue() {
    on_both(|| async {
        for limit in [0, 1, 3] {
            let (runtime, probe) = limited(limit);
            let result = runtime.run(all, jobs(30, |_| 1, &[])).await.expect("all is well");
            assert!(result.payload.into_iter().eq(0..30));
            assert!(probe.most_alive() <= limit.max(1), "{} of {limit}", probe.most_alive());
            assert_eq!(probe.started(), 30);
        }
    });
}

#[test]
fn nothing_waiting_is_started_once_the_barrier_is_closed() {
    paused().block_on(async {
        let (runtime, probe) = limited(2);
        let error = reread(&runtime.run(all, jobs(1_000, |_| 10, &[5])).await.expect_err("one failed"));
        assert_eq!(error.task(), Some(5));
        assert!(probe.started() <= 8, "{probe:?}");
    });
}

#[test]
fn nested_fan_outs_and_many_runs_share_a_limit_of_one() {
    on_both(|| async {
        let (runtime, probe) = limited(1);
        let groups = || Groups { groups: vec![jobs(4, |_| 1, &[]); 4] };
        let result = runtime.run(grouped, groups()).await.expect("nobody waits for ever");
        assert_eq!(result.payload, vec![vec![0, 1, 2, 3]; 4]);
        assert_eq!(probe.most_alive(), 1);
        let runs: Vec<_> = (0..10).map(|_| tokio::spawn(runtime.run(grouped, groups()))).collect();
        for run in runs {
            assert!(run.await.expect("no panic").is_ok());
        }
    });
}

#[test]
fn a_run_that_is_stopped_gives_its_room_back() {
    on_both(|| async {
        let (runtime, probe) = limited(2);
        for _ in 0..5 {
            probe.drop_at(probe.started() + 2, runtime.run(all, jobs(10, |_| 3_600_000, &[]))).await;
            runtime.run(all, jobs(10, |_| 1, &[3])).await.expect_err("one failed");
        }
        let result = runtime.run(all, jobs(10, |_| 1, &[])).await.expect("there is room");
        assert_eq!(result.payload.len(), 10);
        assert!(probe.is_quiet().await);
    });
}

#[test]
fn nothing_starts_where_it_cannot_end_well() {
    on_both(|| async {
        let (probe, log) = (Probe::default(), Log::default());
        let runtime = Runtime::builder().state(probe.clone()).observer(log.clone()).build();
        let error = reread(&runtime.run(four, jobs(3, |_| 0, &[])).await.expect_err("three are never four"));
        let ErrorKind::Barrier { succeeded: 0, needed: 4, total: 3, failed: 0, failures } = error.kind()
        else {
            panic!("{error}")
        };
        assert!(failures.is_empty() && error.to_string().contains("nothing was started"), "{error}");
        let error =
            reread(&runtime.run(narrow, jobs(4, |_| 0, &[])).await.expect_err("four are more than three"));
        assert!(matches!(error.kind(), ErrorKind::FanOutTooWide { width: 4, max: 3, .. }), "{error}");
        assert_eq!(error.agent(), "plan", "whose plan is too wide");
        assert_eq!(probe.started(), 0);
        assert!(log.of("handoff").iter().all(|line| !line.contains('[')), "{:?}", log.lines());
        assert_eq!(runtime.run(narrow, jobs(3, |_| 0, &[])).await.expect("three fit").payload, [0, 1, 2]);
    });
}

#[test]
fn a_barriers_error_lists_some_failures_and_keeps_them_all() {
    on_both(|| async {
        let runtime = Runtime::builder().state(Probe::default()).build();
        let all_of_them: Vec<usize> = (0..100).collect();
        let error = reread(&runtime.run(half, jobs(100, |_| 0, &all_of_them)).await.expect_err("all fail"));
        let ErrorKind::Barrier { failed, failures, .. } = error.kind() else { panic!("{error}") };
        let finished = error.finished::<usize>().expect("kept");
        assert_eq!((failures.len(), finished.failures().count()), (32, *failed), "{error}");
        let first = finished.failures().next().map(ToString::to_string);
        assert!(*failed > 50 && failures.first() == first.as_ref(), "{error}");
        assert!(error.to_string().ends_with(&format!("; and {} more", failed - 3)), "{error}");
    });
}

#[test]
fn a_share_is_rounded_up_to_whole_tasks() {
    on_both(|| async {
        let (runtime, _) = limited(1_000);
        for (count, fails, enough) in [
            (1, &[][..], true),
            (1, &[0], false),
            (3, &[0], true),
            (3, &[0, 1], false),
            (4, &[0, 1], true),
            (5, &[0, 1], true),
            (5, &[0, 1, 2], false),
        ] {
            let result = runtime.run(half, jobs(count, |_| 0, fails)).await;
            assert_eq!(result.is_ok(), enough, "{fails:?} of {count}");
        }
    });
}

#[test]
fn a_wide_fan_out_settles() {
    on_both(|| async {
        let (runtime, probe) = limited(64);
        let count = 10_000;
        let fails: Vec<usize> = (0..count).step_by(1_000).collect();
        let result = runtime.run(settled, jobs(count, |_| 0, &fails)).await.expect("all settled");
        assert_eq!(result.payload.results().count(), count - 10);
        assert_eq!((result.payload.failures().count(), result.warnings.len()), (10, 1));
        assert!(probe.most_alive() <= 64);
    });
}
