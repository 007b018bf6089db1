//! Every kind of stage, cut short everywhere: the same outcome as on tokio, each time.

use crate::agents::{
    all, at_least, both, both_or_none, broken_once, busy, chain, deep, either, first_two, gated, in_time,
    instead, labelled, last_round, late, mapped, nested, none, recovered, refused, retried, review, rounds,
    runs, settled, too_few_rounds, tools, two_at_once, unordered, with_items,
};
use crate::support::{check, ended, runtime};

macro_rules! cases {
    ($($name:ident: $pipeline:ident($input:expr) => $ended:expr;)*) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                let report = check(&runtime().build(), $pipeline, $input).await;
                let expected: &[&str] = &$ended;
                assert_eq!(ended(&report), expected);
            }
        )*
    };
}

cases! {
    stages: chain("a".into()) => ["0@1 first", "1@1 second", "2@1 third"];
    a_nested_pipeline: nested("a".into()) => ["0@1 first", "1@1 first", "2@1 second", "3@1 third", "4@1 refine"];
    all_of_a_fan_out: all("ccc a bb".into()) => ["0@1 split", "1.1/0@1 work", "1.2/0@1 work", "1.0/0@1 work", "2@1 merge"];
    a_failure_that_all_have_to_bear: all("ccc bad a".into()) => ["0@1 split", "1.2/0@1 work", "1.0/0@1 work", "1.1/0@1 work failed"];
    failures_that_are_tolerated: settled("bad a bb".into()) => ["0@1 split", "1.1/0@1 work", "1.2/0@1 work", "1.0/0@1 work failed", "2@1 total"];
    enough: at_least("bad a bb".into()) => ["0@1 split", "1.1/0@1 work", "1.2/0@1 work", "1.0/0@1 work failed", "2@1 total"];
    too_few: at_least("bad baddy a".into()) => ["0@1 split", "1.2/0@1 work", "1.0/0@1 work failed", "1.1/0@1 work failed"];
    the_first_two: first_two("ccccc a bbb".into()) => ["0@1 split", "1.1/0@1 work", "1.2/0@1 work", "2@1 total"];
    a_deadline: in_time("a bb ccccc".into()) => ["0@1 split", "1.0/0@1 work", "1.1/0@1 work", "1 fired", "2@1 total"];
    some_at_once: two_at_once("ccc a bad a".into()) => ["0@1 split", "1.1/0@1 work", "1.0/0@1 work", "1.2/0@1 work failed", "1.3/0@1 work", "2@1 total"];
    labels: labelled("a bad".into()) => ["0@1 split", "1.0/0@1 work", "1.1/0@1 work failed"];
    a_recovery: recovered("a bad".into()) => ["0@1 split", "1.0/0@1 work", "1.1/0@1 work failed", "2@1 merge"];
    a_join: both("ab".into()) => ["0.1/0@1 counted", "0.0/0@1 second"];
    a_join_that_fails: both_or_none("ab".into()) => ["0.1/0@1 panics failed"];
    a_race: either("ab".into()) => ["0.1/0@1 panics failed", "0.0/0@1 second"];
    a_race_without_a_winner: none("ab".into()) => ["0.0/0@1 panics failed", "0.1/0@1 slow failed", "0.1/0#1 fired", "0.1/0@2 slow failed"];
    alternatives: instead("ab".into()) => ["0@1 slow failed", "0#1 fired", "0@2 slow failed", "1@1 panics failed", "2@1 second"];
    retries: retried(2) => ["0@1 flaky failed", "0#1 fired", "0@2 flaky failed", "0#2 fired", "0@3 flaky"];
    too_few_retries: retried(9) => ["0@1 flaky failed", "0#1 fired", "0@2 flaky failed", "0#2 fired", "0@3 flaky failed", "0#3 fired", "0@4 flaky failed"];
    timeouts: late("a".into()) => ["0@1 slow failed", "0#1 fired", "0@2 slow failed"];
    a_pause_that_was_asked_for: busy("a".into()) => ["0@1 hasty failed", "0#1 fired", "0@2 hasty failed"];
    a_broken_contract: broken_once("a".into()) => ["0@1 model failed", "0#1 fired", "0@2 model"];
    maps_and_sets: unordered("c a b a d e f g h i j".into()) => ["0@1 count", "1@1 most"];
    a_tool: tools("a".into()) => ["0@1 asks"];
    a_run_in_an_agent: runs("a".into()) => ["0@1 starts"];
    rounds_until_it_is_good: rounds("a".into()) => ["0@1 third", "1@1 refine", "2@1 refine"];
    rounds_that_do_not_suffice: too_few_rounds("a".into()) => ["0@1 third", "1@1 refine", "2@1 refine"];
    the_last_of_the_rounds: last_round("a".into()) => ["0@1 third", "1@1 refine", "2@1 refine"];
    a_closure: mapped("a".into()) => ["0@1 first", "1@1 second"];
    a_gate: gated("a".into()) => ["0@1 third", "1@1 refine"];
    a_gate_that_is_not_passed: refused("a".into()) => ["0@1 third"];
    a_fan_out_in_a_join: review("ccc a bb".into()) => ["0.1/0@1 split", "0.0/0@1 second", "0.1/1.1/0@1 work", "0.1/1.2/0@1 work", "0.1/1.0/0@1 work", "0.1/2@1 merge"];
    fan_outs_in_tasks: deep(vec!["bad a".into(), "ccc bb".into()]) => ["0.0/0@1 split", "0.1/0@1 split", "0.0/1.1/0@1 work", "0.1/1.1/0@1 work", "0.0/1.0/0@1 work failed", "0.1/1.0/0@1 work", "0.0/2@1 total", "0.1/2@1 total"];
    items_beside_what_is_made_of_them: with_items("bb a".into()) => ["0@1 split", "1.1/0@1 work", "1.0/0@1 work"];
}
