//! Agents that wait for their turn, which is not their own time.

use super::support::paused;
use handoff::Run;
use handoff::prelude::*;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// In seconds: what it does before its turn, waits for, and does then.
#[contract]
#[derive(Copy)]
pub struct Job {
    pub before: u64,
    pub wait: u64,
    pub work: u64,
}

async fn seconds(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

async fn take_turns(job: Job, cx: &Context) {
    seconds(job.before).await;
    cx.waiting(seconds(job.wait)).await;
    seconds(job.work).await;
}

#[agent(timeout = "10s")]
async fn timed(job: Job, cx: Context) {
    take_turns(job, &cx).await;
}

#[agent(idle_timeout = "10s")]
async fn idle(job: Job, cx: Context) {
    take_turns(job, &cx).await;
}

/// Waits in a task of its own, as a client in the background does.
#[agent(timeout = "10s")]
async fn elsewhere(job: Job, cx: Context) {
    tokio::spawn(async move { take_turns(job, &cx).await }).await.expect("no panic");
}

/// Two waits at once.
#[agent(timeout = "10s")]
async fn twice(job: Job, cx: Context) {
    tokio::join!(cx.waiting(seconds(job.wait)), cx.waiting(seconds(job.wait / 2)));
    assert_eq!(cx.time_left(), Some(Duration::from_secs(10)));
    seconds(job.work).await;
}

/// Gives its turn up.
#[agent(timeout = "10s")]
async fn impatient(job: Job, cx: Context) {
    {
        let mut turn = pin!(cx.waiting(seconds(job.wait)));
        tokio::select! {
            () = &mut turn => {}
            () = seconds(job.before) => {}
        }
    }
    seconds(job.work).await;
}

pipeline! { pub by_timeout(Job) -> () { timed } }
pipeline! { pub by_idle_timeout(Job) -> () { idle } }
pipeline! { pub in_a_task(Job) -> () { elsewhere } }
pipeline! { pub at_once(Job) -> () { twice } }
pipeline! { pub given_up(Job) -> () { impatient } }

/// How a run ended, and after how many seconds.
async fn ended(run: Run<()>) -> (String, u64) {
    let started = Instant::now();
    let outcome = run.await.map_or_else(|error| error.kind().to_string(), |_| "done".to_owned());
    (outcome, started.elapsed().as_secs())
}

fn job(before: u64, wait: u64, work: u64) -> Job {
    Job { before, wait, work }
}

fn done(seconds: u64) -> (String, u64) {
    ("done".to_owned(), seconds)
}

fn timed_out(seconds: u64) -> (String, u64) {
    ("timed out after 10s".to_owned(), seconds)
}

#[test]
fn waiting_does_not_run_the_timeout() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert_eq!(ended(runtime.run(by_timeout, job(0, 60, 9))).await, done(69));
        assert_eq!(ended(runtime.run(by_timeout, job(6, 60, 3))).await, done(69));
        assert_eq!(ended(runtime.run(by_timeout, job(6, 3, 3))).await, done(12));
        // What is its own time is bounded as ever, before and after.
        assert_eq!(ended(runtime.run(by_timeout, job(11, 60, 0))).await, timed_out(10));
        assert_eq!(ended(runtime.run(by_timeout, job(6, 60, 5))).await, timed_out(70));
    });
}

#[test]
fn waiting_is_not_idle() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert_eq!(ended(runtime.run(by_idle_timeout, job(9, 60, 9))).await, done(78));
        assert_eq!(ended(runtime.run(by_idle_timeout, job(9, 60, 11))).await, timed_out(79));
    });
}

#[test]
fn it_may_wait_in_a_task_of_its_own() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert_eq!(ended(runtime.run(in_a_task, job(6, 60, 3))).await, done(69));
        assert_eq!(ended(runtime.run(in_a_task, job(6, 60, 5))).await, timed_out(70));
    });
}

#[test]
fn waits_that_overlap_count_once() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert_eq!(ended(runtime.run(at_once, job(0, 60, 9))).await, done(69));
        assert_eq!(ended(runtime.run(at_once, job(0, 60, 11))).await, timed_out(70));
    });
}

#[test]
fn a_wait_that_is_given_up_is_over() {
    paused().block_on(async {
        let runtime = Runtime::default();
        assert_eq!(ended(runtime.run(given_up, job(30, 60, 9))).await, done(39));
        assert_eq!(ended(runtime.run(given_up, job(30, 60, 11))).await, timed_out(40));
    });
}

#[test]
fn the_deadline_of_the_run_goes_on() {
    paused().block_on(async {
        let limits = Limits::default().deadline(Duration::from_secs(20));
        let runtime = Runtime::builder().limits(limits).build();
        let (outcome, seconds) = ended(runtime.run(by_timeout, job(0, 60, 9))).await;
        assert_eq!((outcome.as_str(), seconds), ("not done by the deadline of the run, which is 20s", 20));
    });
}
