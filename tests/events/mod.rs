//! What is told of a run, as a tree, whatever becomes of it.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
    clippy::needless_raw_string_hashes, // expect-test writes them
)]

mod order;
mod recorder;

use expect_test::{Expect, expect};
use handoff::prelude::*;
use handoff::{Backoff, Limits};
use recorder::Recorder;
use std::future::{Future, pending};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

#[contract(max_tokens = 100)]
pub struct Draft {
    pub text: String,
    #[confidence]
    pub sure: f64,
}

#[agent(role = planner, max_output_tokens = 50)]
async fn split(text: String) -> Vec<String> {
    text.split(' ').map(ToOwned::to_owned).collect()
}

/// Does what the word says.
#[agent(output = String, retries = 1, timeout = "5s", input_budget = 90)]
async fn work(word: String, cx: Context) -> Result<Reply, &'static str> {
    match &*word {
        "bad" => return Err("a bad word"),
        "once" if cx.attempt() == 1 => return Err("a bad start"),
        "slow" => sleep(Duration::from_mins(1)).await,
        "hang" => pending().await,
        "panics" => panic!("a word that panics"),
        "costs" => cx.spend(Usage::new(20, 3)),
        "warns" => cx.warn("a word to the wise"),
        "tells" => cx.progress(7, "seven"),
        _ => sleep(Duration::from_millis(10)).await,
    }
    Ok(Reply::new(word).usage(Usage::new(10, 1)))
}

#[agent(timeout = "none")]
async fn wait(word: String) -> String {
    pending::<()>().await;
    word
}

#[agent]
async fn fail(_: String) -> Result<String, &'static str> {
    Err("it always does")
}

#[agent]
async fn write(text: String) -> Draft {
    let sure = if text.contains("sure") { 0.5 } else { 0.25 };
    Draft { text, sure }
}

#[agent]
async fn read(draft: Draft) -> String {
    draft.text
}

#[agent(role = aggregator)]
async fn merge(words: Vec<String>) -> String {
    words.join(" ")
}

#[agent]
async fn merge_some(words: Partial<String>) -> String {
    words.results().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[agent]
async fn pair((one, two): (String, String)) -> String {
    one + &two
}

#[agent]
async fn start(word: String, cx: Context) -> Result<String, PipelineError> {
    Ok(cx.run(words, word).await?.payload)
}

pipeline! { words(String) -> String { split => fan_out(|words| words, max = 9) work => barrier(all) => merge } }
pipeline! { some_words(String) -> String {
    split => fan_out(|words| words, max = 9, label = |word| word.to_uppercase()) work => barrier(at_least = 1) => merge_some
} }
pipeline! { first_word(String) -> String {
    split => fan_out(|words| words, max = 9) work => barrier(first = 1) => merge_some
} }
pipeline! { in_time(String) -> String {
    split => fan_out(|words| words, max = 9) wait => barrier(settled, deadline = "1s") => merge_some
} }
pipeline! { mended(String) -> String {
    split => fan_out(|words| words, max = 9, recover = |word, _| format!("no {word}")) work => barrier(all) => merge
} }
pipeline! { one(String) -> String { work } }
pipeline! { each(String) -> String { split => fan_out(|words| words, max = 9) words => barrier(all) => merge } }
pipeline! { gated(String) -> String { write => gate(confidence >= 0.4) => read } }
pipeline! { joined(String) -> String { join(one, work) => pair } }
pipeline! { raced(String) -> String { race(fail, wait, work) => work } }
pipeline! { looped(String) -> String {
    repeat(max = 3, until = |text| text.len() > 5) { work => map(|text| text + "!") } => work
} }
pipeline! { instead(String) -> String { fail or words or work => work } }
pipeline! { lost(String) -> String { repeat(max = 2, until = |_| true) { work => wait } } }
pipeline! { outer(String) -> String { start } }
pipeline! { everything(String) -> String { looped => gated => instead => each => joined => raced } }

fn runtime() -> handoff::Builder {
    Runtime::builder().backoff(Backoff::new(Duration::ZERO, Duration::ZERO))
}

/// A clock that stands still while anything runs, and jumps to the next timer when nothing does.
fn paused() -> tokio::runtime::Runtime {
    let mut tokio = tokio::runtime::Builder::new_current_thread();
    tokio.enable_all().start_paused(true).build().expect("a tokio runtime")
}

fn shows(expected: &Expect, run: impl Future<Output = String>) {
    expected.assert_eq(&paused().block_on(run));
}

/// Runs a pipeline to its end, and shows what was told.
macro_rules! told {
    ($pipeline:ident, $input:expr) => {
        async {
            let recorder = Recorder::default();
            let _ = runtime().observer(recorder.clone()).build().run($pipeline, $input.to_owned()).await;
            recorder.tree()
        }
    };
}

#[test]
fn every_kind_of_stage_is_in_the_tree() {
    shows(
        &expect![[r#"
            run everything: succeeded
              caller -> work: String, 3 tokens, in 90
              pipeline looped: succeeded
                round 1/3: succeeded
                  call work 1/2, 3 in: succeeded, took 10 and 1, stop
                    work -> looped: String, 3 tokens
                  looped -> looped: String, 3 tokens
                looped -> work: String, 3 tokens, in 90
                round 2/3: succeeded, the last
                  call work 1/2, 3 in: succeeded, took 10 and 1, stop
                    work -> looped: String, 3 tokens
                  looped -> looped: String, 4 tokens
                looped -> work: String, 4 tokens, in 90
                call work 1/2, 4 in: succeeded, took 10 and 1, stop
                  work -> write: String, 4 tokens
              pipeline gated: succeeded
                call write 1/1, 4 in: succeeded
                  write -> read: Draft, 12 tokens, max 100, 0.5 sure
                gate: write, 0.5 of 0.4, passed
                call read 1/1, 12 in: succeeded
                  read -> instead: String, 4 tokens, 0.5 sure
              pipeline instead: succeeded
                read -> fail: String, 4 tokens, 0.5 sure
                call fail 1/1, 4 in: failed, agent
                ! agent `fail`: failed, so `words` was called instead: it always does
                words instead of fail: succeeded
                  read -> split: String, 4 tokens, 0.5 sure
                  pipeline words: succeeded
                    call split 1/1, 4 in: succeeded
                      split -> work: Vec<String>, 4 tokens, out 50, 0.5 sure
                    fan_out(|words| …) work, 1 wide, all: succeeded, 1 succeeded, 0 failed, 0 stopped
                      task 0 work [0]: succeeded
                        split -> work: String, 4 tokens, in 90, 0.5 sure
                        call work 1/2, 4 in [0]: succeeded, took 10 and 1, stop
                          work -> merge: String, 4 tokens, 0.5 sure
                      work -> merge: Vec<String>, 4 tokens
                    call merge 1/1, 4 in: succeeded
                      merge -> work: String, 4 tokens, in 90
                call work 1/2, 4 in: succeeded, took 10 and 1, stop
                  work -> split: String, 4 tokens
              pipeline each: succeeded
                call split 1/1, 4 in: succeeded
                  split -> split: Vec<String>, 4 tokens, out 50
                fan_out(|words| …) words, 1 wide, all: succeeded, 1 succeeded, 0 failed, 0 stopped
                  task 0 words [0]: succeeded
                    split -> split: String, 4 tokens
                    pipeline words [0]: succeeded
                      call split 1/1, 4 in [0]: succeeded
                        split -> work: Vec<String>, 4 tokens, out 50
                      fan_out(|words| …) work, 1 wide, all [0]: succeeded, 1 succeeded, 0 failed, 0 stopped
                        task 0 work [0.0]: succeeded
                          split -> work: String, 4 tokens, in 90
                          call work 1/2, 4 in [0.0]: succeeded, took 10 and 1, stop
                            work -> merge: String, 4 tokens
                        work -> merge: Vec<String>, 4 tokens
                      call merge 1/1, 4 in [0]: succeeded
                        merge -> merge: String, 4 tokens
                  words -> merge: Vec<String>, 4 tokens
                call merge 1/1, 4 in: succeeded
                  merge -> joined: String, 4 tokens, in 90
              pipeline joined: succeeded
                join joined, 2 wide, all: succeeded, 2 succeeded, 0 failed, 0 stopped
                  task 0 one: succeeded
                    merge -> work: String, 4 tokens, in 90
                    pipeline one: succeeded
                      call work 1/2, 4 in: succeeded, took 10 and 1, stop
                        work -> joined: String, 4 tokens
                  task 1 work: succeeded
                    merge -> work: String, 4 tokens, in 90
                    call work 1/2, 4 in: succeeded, took 10 and 1, stop
                      work -> joined: String, 4 tokens
                  joined -> pair: (String, String), 7 tokens
                call pair 1/1, 7 in: succeeded
                  pair -> raced: String, 6 tokens
              pipeline raced: succeeded
                race raced, 3 wide, first = 1: succeeded, 1 succeeded, 1 failed, 1 stopped
                  task 0 fail: failed, agent of fail
                    pair -> fail: String, 6 tokens
                    call fail 1/1, 6 in: failed, agent
                  task 1 wait: stopped
                    pair -> wait: String, 6 tokens
                    call wait 1/1, 6 in: stopped
                  task 2 work: succeeded
                    pair -> work: String, 6 tokens, in 90
                    call work 1/2, 6 in: succeeded, took 10 and 1, stop
                      work -> work: String, 6 tokens, in 90
                  ! agent `fail`: failed, and another branch of the race succeeded: it always does
                call work 1/2, 6 in: succeeded, took 10 and 1, stop
                  work -> caller: String, 6 tokens
        "#]],
        told!(everything, "sure"),
    );
}

#[test]
fn tasks_show_their_attempts_and_what_they_say() {
    shows(
        &expect![[r#"
            run some_words: succeeded
              caller -> split: String, 7 tokens
              call split 1/1, 7 in: succeeded
                split -> work: Vec<String>, 14 tokens, out 50
              fan_out(|words| …) work, 5 wide, at_least = 1: succeeded, 4 succeeded, 1 failed, 0 stopped
                task 0 work (ONCE) [0]: succeeded
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: failed, agent, again in 0ns
                  ! agent `work`: attempt 1 failed: a bad start
                  call work 2/2, 3 in [0]: succeeded, took 10 and 1, stop
                    work -> merge_some: String, 3 tokens
                task 1 work (COSTS) [1]: succeeded
                  split -> work: String, 4 tokens, in 90
                  call work 1/2, 4 in [1]: succeeded, took 30 and 4, stop
                    work -> merge_some: String, 4 tokens
                task 2 work (WARNS) [2]: succeeded
                  split -> work: String, 4 tokens, in 90
                  call work 1/2, 4 in [2]: succeeded, took 10 and 1, stop
                    ! agent `work`: a word to the wise
                    work -> merge_some: String, 4 tokens
                task 3 work (TELLS) [3]: succeeded
                  split -> work: String, 4 tokens, in 90
                  call work 1/2, 4 in [3]: succeeded, took 10 and 1, stop
                    work is at 7
                    work -> merge_some: String, 4 tokens
                task 4 work (BAD) [4]: failed, agent of work
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [4]: failed, agent, again in 0ns
                  ! agent `work`: attempt 1 failed: a bad word
                  call work 2/2, 3 in [4]: failed, agent
                ! agent `work`: 1/5 tasks failed: task 4 (BAD), agent `work`: a bad word
                work -> merge_some: Partial<String>, 64 tokens, 0.8 sure
              call merge_some 1/1, 64 in: succeeded
                merge_some -> caller: String, 6 tokens, 0.8 sure
        "#]],
        told!(some_words, "once costs warns tells bad"),
    );
}

#[test]
fn a_failure_stops_the_rest() {
    shows(
        &expect![[r#"
            run words: failed, agent
              caller -> split: String, 5 tokens
              call split 1/1, 5 in: succeeded
                split -> work: Vec<String>, 7 tokens, out 50
              fan_out(|words| …) work, 3 wide, all: failed, agent of work, 0 succeeded, 1 failed, 2 stopped
                task 0 work [0]: stopped
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: stopped
                task 1 work [1]: failed, agent of work
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [1]: failed, agent, again in 0ns
                  ! agent `work`: attempt 1 failed: a bad word
                  call work 2/2, 3 in [1]: failed, agent
                task 2 work [2]: stopped
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [2]: stopped
        "#]],
        told!(words, "hang bad hang"),
    );
}

#[test]
fn the_first_success_stops_the_rest() {
    shows(
        &expect![[r#"
            run first_word: succeeded
              caller -> split: String, 5 tokens
              call split 1/1, 5 in: succeeded
                split -> work: Vec<String>, 7 tokens, out 50
              fan_out(|words| …) work, 3 wide, first = 1: succeeded, 1 succeeded, 1 failed, 1 stopped
                task 0 work [0]: stopped
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: stopped
                task 1 work [1]: succeeded
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [1]: succeeded, took 10 and 1, stop
                    work -> merge_some: String, 3 tokens
                task 2 work [2]: failed, agent of work
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [2]: failed, agent, again in 0ns
                  ! agent `work`: attempt 1 failed: a bad word
                  call work 2/2, 3 in [2]: failed, agent
                ! agent `work`: 1/3 tasks failed: task 2, agent `work`: a bad word
                work -> merge_some: Partial<String>, 41 tokens, 0.5 sure
              call merge_some 1/1, 41 in: succeeded
                merge_some -> caller: String, 3 tokens, 0.5 sure
        "#]],
        told!(first_word, "hang well bad"),
    );
}

#[test]
fn a_deadline_stops_what_is_under_way() {
    shows(
        &expect![[r#"
            run in_time: succeeded
              caller -> split: String, 3 tokens
              call split 1/1, 3 in: succeeded
                split -> wait: Vec<String>, 5 tokens, out 50
              fan_out(|words| …) wait, 2 wide, settled: succeeded, 0 succeeded, 0 failed, 2 stopped
                task 0 wait [0]: stopped
                  split -> wait: String, 2 tokens
                  call wait 1/1, 2 in [0]: stopped
                task 1 wait [1]: stopped
                  split -> wait: String, 3 tokens
                  call wait 1/1, 3 in [1]: stopped
                ! agent `wait`: 2/2 tasks failed: task 0, agent `wait`: not done by the deadline of the barrier, which is 1s, and 1 more
                wait -> merge_some: Partial<String>, 79 tokens, 0 sure
              call merge_some 1/1, 79 in: succeeded
                merge_some -> caller: String, 1 tokens, 0 sure
        "#]],
        told!(in_time, "a b"),
    );
}

#[test]
fn what_is_recovered_shows_as_such() {
    shows(
        &expect![[r#"
            run mended: succeeded
              caller -> split: String, 4 tokens
              call split 1/1, 4 in: succeeded
                split -> work: Vec<String>, 5 tokens, out 50
              fan_out(|words| …) work, 2 wide, all: succeeded, 2 succeeded, 0 failed, 0 stopped
                task 0 work [0]: recovered
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: failed, agent, again in 0ns
                  ! agent `work`: attempt 1 failed: a bad word
                  call work 2/2, 3 in [0]: failed, agent
                  ! agent `work`: failed, and `recover` stood in: a bad word
                  work -> merge: String, 4 tokens, 0 sure
                task 1 work [1]: succeeded
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [1]: succeeded, took 10 and 1, stop
                    work -> merge: String, 3 tokens
                work -> merge: Vec<String>, 6 tokens, 0.5 sure
              call merge 1/1, 6 in: succeeded
                merge -> caller: String, 5 tokens, 0.5 sure
        "#]],
        told!(mended, "bad well"),
    );
}

#[test]
fn attempts_that_time_out_or_panic_have_failed() {
    shows(
        &expect![[r#"
            run mended: succeeded
              caller -> split: String, 5 tokens
              call split 1/1, 5 in: succeeded
                split -> work: Vec<String>, 6 tokens, out 50
              fan_out(|words| …) work, 2 wide, all: succeeded, 2 succeeded, 0 failed, 0 stopped
                task 0 work [0]: recovered
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: failed, timed_out, again in 0ns
                  ! agent `work`: attempt 1 failed: timed out after 5s
                  call work 2/2, 3 in [0]: failed, timed_out
                  ! agent `work`: failed, and `recover` stood in: timed out after 5s
                  work -> merge: String, 4 tokens, 0 sure
                task 1 work [1]: recovered
                  split -> work: String, 4 tokens, in 90
                  call work 1/2, 4 in [1]: failed, panicked
                  ! agent `work`: failed, and `recover` stood in: panicked: a word that panics
                  work -> merge: String, 5 tokens, 0 sure
                work -> merge: Vec<String>, 8 tokens, 0 sure
              call merge 1/1, 8 in: succeeded
                merge -> caller: String, 7 tokens, 0 sure
        "#]],
        told!(mended, "slow panics"),
    );
}

#[test]
fn a_gate_that_refuses_is_heard_of() {
    shows(
        &expect![[r#"
        run gated: failed, low_confidence
          caller -> write: String, 3 tokens
          call write 1/1, 3 in: succeeded
            write -> read: Draft, 11 tokens, max 100, 0.25 sure
          gate: write, 0.25 of 0.4, refused
    "#]],
        told!(gated, "perhaps"),
    );
}

#[test]
fn a_round_that_fails_has_ended() {
    shows(
        &expect![[r#"
        run looped: failed, agent
          caller -> work: String, 3 tokens, in 90
          round 1/3: failed, agent of work
            call work 1/2, 3 in: failed, agent, again in 0ns
            ! agent `work`: attempt 1 failed: a bad word
            call work 2/2, 3 in: failed, agent
    "#]],
        told!(looped, "bad"),
    );
}

#[test]
fn each_alternative_ends() {
    shows(
        &expect![[r#"
            run instead: failed, agent
              caller -> instead: String, 3 tokens
              caller -> fail: String, 3 tokens
              call fail 1/1, 3 in: failed, agent
              ! agent `fail`: failed, so `words` was called instead: it always does
              words instead of fail: failed, agent of work
                caller -> split: String, 3 tokens
                pipeline words: failed, agent of work
                  call split 1/1, 3 in: succeeded
                    split -> work: Vec<String>, 3 tokens, out 50
                  fan_out(|words| …) work, 1 wide, all: failed, agent of work, 0 succeeded, 1 failed, 0 stopped
                    task 0 work [0]: failed, agent of work
                      split -> work: String, 3 tokens, in 90
                      call work 1/2, 3 in [0]: failed, agent, again in 0ns
                      ! agent `work`: attempt 1 failed: a bad word
                      call work 2/2, 3 in [0]: failed, agent
              ! agent `words`: failed, so `work` was called instead: pipeline `words`, task 0, agent `work`: a bad word
              work instead of work: failed, agent of work
                caller -> work: String, 3 tokens, in 90
                call work 1/2, 3 in: failed, agent, again in 0ns
                ! agent `work`: attempt 1 failed: a bad word
                call work 2/2, 3 in: failed, agent
        "#]],
        told!(instead, "bad"),
    );
}

#[test]
fn what_is_cancelled_was_stopped() {
    let told = async {
        let recorder = Recorder::default();
        let run = runtime().observer(recorder.clone()).build().run(each, "well hang".to_owned());
        let handle = run.cancel_handle();
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            handle.cancel();
        });
        run.await.expect_err("cancelled");
        recorder.tree()
    };
    shows(
        &expect![[r#"
            run each: failed, cancelled
              caller -> split: String, 4 tokens
              call split 1/1, 4 in: succeeded
                split -> split: Vec<String>, 5 tokens, out 50
              fan_out(|words| …) words, 2 wide, all: stopped, 1 succeeded, 0 failed, 1 stopped
                task 0 words [0]: succeeded
                  split -> split: String, 3 tokens
                  pipeline words [0]: succeeded
                    call split 1/1, 3 in [0]: succeeded
                      split -> work: Vec<String>, 3 tokens, out 50
                    fan_out(|words| …) work, 1 wide, all [0]: succeeded, 1 succeeded, 0 failed, 0 stopped
                      task 0 work [0.0]: succeeded
                        split -> work: String, 3 tokens, in 90
                        call work 1/2, 3 in [0.0]: succeeded, took 10 and 1, stop
                          work -> merge: String, 3 tokens
                      work -> merge: Vec<String>, 3 tokens
                    call merge 1/1, 3 in [0]: succeeded
                      merge -> merge: String, 3 tokens
                task 1 words [1]: stopped
                  split -> split: String, 3 tokens
                  pipeline words [1]: stopped
                    call split 1/1, 3 in [1]: succeeded
                      split -> work: Vec<String>, 3 tokens, out 50
                    fan_out(|words| …) work, 1 wide, all [1]: stopped, 0 succeeded, 0 failed, 1 stopped
                      task 0 work [1.0]: stopped
                        split -> work: String, 3 tokens, in 90
                        call work 1/2, 3 in [1.0]: stopped
        "#]],
        told,
    );
}

#[test]
fn what_is_dropped_was_stopped() {
    let told = async {
        let recorder = Recorder::default();
        let run = runtime().observer(recorder.clone()).build().run(lost, "well".to_owned());
        tokio::time::timeout(Duration::from_secs(1), run).await.expect_err("it waits for ever");
        let run = runtime().observer(recorder.clone()).build().run(words, "well hang".to_owned());
        tokio::time::timeout(Duration::from_secs(1), run).await.expect_err("it waits for ever");
        // What is dropped elsewhere says nothing more.
        sleep(Duration::from_secs(1)).await;
        recorder.tree()
    };
    shows(
        &expect![[r#"
            run lost: dropped
              caller -> work: String, 3 tokens, in 90
              round 1/2: stopped
                call work 1/2, 3 in: succeeded, took 10 and 1, stop
                  work -> wait: String, 3 tokens
                call wait 1/1, 3 in: stopped
            run words: dropped
              caller -> split: String, 4 tokens
              call split 1/1, 4 in: succeeded
                split -> work: Vec<String>, 5 tokens, out 50
              fan_out(|words| …) work, 2 wide, all: stopped, 1 succeeded, 0 failed, 1 stopped
                task 0 work [0]: succeeded
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [0]: succeeded, took 10 and 1, stop
                    work -> merge: String, 3 tokens
                task 1 work [1]: stopped
                  split -> work: String, 3 tokens, in 90
                  call work 1/2, 3 in [1]: stopped
        "#]],
        told,
    );
}

#[test]
fn a_limit_stops_the_run() {
    let told = async {
        let recorder = Recorder::default();
        let limits = Limits::default().model_tokens(15);
        let runtime = runtime().observer(recorder.clone()).limits(limits).build();
        runtime.run(each, "a b hang".to_owned()).await.expect_err("too dear");
        recorder.tree()
    };
    shows(
        &expect![[r#"
            run each: failed, limit_exceeded
              caller -> split: String, 4 tokens
              call split 1/1, 4 in: succeeded
                split -> split: Vec<String>, 7 tokens, out 50
              fan_out(|words| …) words, 3 wide, all: stopped, 0 succeeded, 0 failed, 3 stopped
                task 0 words [0]: stopped
                  split -> split: String, 2 tokens
                  pipeline words [0]: stopped
                    call split 1/1, 2 in [0]: succeeded
                      split -> work: Vec<String>, 3 tokens, out 50
                    fan_out(|words| …) work, 1 wide, all [0]: stopped, 1 succeeded, 0 failed, 0 stopped
                      task 0 work [0.0]: succeeded
                        split -> work: String, 2 tokens, in 90
                        call work 1/2, 2 in [0.0]: succeeded, took 10 and 1, stop
                          work -> merge: String, 2 tokens
                task 1 words [1]: stopped
                  split -> split: String, 3 tokens
                  pipeline words [1]: stopped
                    call split 1/1, 3 in [1]: succeeded
                      split -> work: Vec<String>, 3 tokens, out 50
                    fan_out(|words| …) work, 1 wide, all [1]: stopped, 0 succeeded, 1 failed, 0 stopped
                      task 0 work [1.0]: failed, limit_exceeded of work
                        split -> work: String, 3 tokens, in 90
                        call work 1/2, 3 in [1.0]: failed, limit_exceeded, took 10 and 1, stop
                task 2 words [2]: stopped
                  split -> split: String, 3 tokens
                  pipeline words [2]: stopped
                    call split 1/1, 3 in [2]: succeeded
                      split -> work: Vec<String>, 3 tokens, out 50
                    fan_out(|words| …) work, 1 wide, all [2]: stopped, 0 succeeded, 0 failed, 1 stopped
                      task 0 work [2.0]: stopped
                        split -> work: String, 3 tokens, in 90
                        call work 1/2, 3 in [2.0]: stopped
        "#]],
        told,
    );
}

#[test]
fn a_run_of_an_agent_hangs_below_its_attempt() {
    let told = async {
        let (recorder, others) = (Recorder::default(), Recorder::default());
        let runtime = runtime().observer(others.clone()).build();
        let run = runtime.run(outer, "a b".to_owned()).observer(recorder.clone());
        let (one, two) = tokio::join!(run, runtime.run(one, "c".to_owned()));
        assert_eq!((one.expect("well").payload, two.expect("well").payload), ("a b".into(), "c".into()));
        assert_eq!(others.tree().matches("run ").count(), 3);
        recorder.tree()
    };
    shows(
        &expect![[r#"
            run outer: succeeded
              caller -> start: String, 3 tokens
              call start 1/1, 3 in: succeeded
                run words: succeeded
                  caller -> split: String, 3 tokens
                  call split 1/1, 3 in: succeeded
                    split -> work: Vec<String>, 5 tokens, out 50
                  fan_out(|words| …) work, 2 wide, all: succeeded, 2 succeeded, 0 failed, 0 stopped
                    task 0 work [0]: succeeded
                      split -> work: String, 2 tokens, in 90
                      call work 1/2, 2 in [0]: succeeded, took 10 and 1, stop
                        work -> merge: String, 2 tokens
                    task 1 work [1]: succeeded
                      split -> work: String, 3 tokens, in 90
                      call work 1/2, 3 in [1]: succeeded, took 10 and 1, stop
                        work -> merge: String, 3 tokens
                    work -> merge: Vec<String>, 5 tokens
                  call merge 1/1, 5 in: succeeded
                    merge -> caller: String, 3 tokens
                start -> caller: String, 3 tokens
        "#]],
        told,
    );
}

/// Panics, and hears all the same.
#[derive(Clone, Default)]
struct Panics(Arc<Mutex<usize>>);

impl Observer for Panics {
    fn observe(&self, _: TraceId, _: &Event<'_>) {
        *self.0.lock().expect("it panics elsewhere") += 1;
        panic!("an observer panics");
    }

    fn wants_payloads(&self) -> bool {
        panic!("an observer panics");
    }
}

#[derive(Clone)]
struct Payloads {
    wanted: bool,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Observer for Payloads {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::Handoff { payload: Some(shown), .. } | Event::Progress { text: Some(shown), .. } = event
        {
            self.seen.lock().expect("nobody panicked").push((*shown).to_owned());
        }
    }

    fn wants_payloads(&self) -> bool {
        self.wanted
    }
}

#[test]
fn each_observer_hears_all_and_sees_what_it_asks_for() {
    paused().block_on(async {
        let (panics, recorder) = (Panics::default(), Recorder::default());
        let [curious, discreet] = [true, false].map(|wanted| Payloads { wanted, seen: Arc::default() });
        let runtime = runtime().observer(panics.clone()).observer(discreet.clone()).build();
        let run = runtime.run(one, "tells".to_owned()).observer(curious.clone()).observer(recorder.clone());
        run.await.expect("all is well");
        assert_eq!(*curious.seen.lock().expect("nobody panicked"), ["\"tells\"", "seven", "\"tells\""]);
        assert_eq!(*discreet.seen.lock().expect("nobody panicked"), Vec::<String>::new());
        assert_eq!(*panics.0.lock().expect("it panics elsewhere"), 7);
        assert_eq!(recorder.tree().lines().count(), 5);
    });
}
