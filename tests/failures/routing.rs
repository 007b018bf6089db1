//! What can go wrong in the stages that pick, repeat, join and fall back.

use super::support::{Log, Probe, current_thread, on_both, paused, reread};
use handoff::prelude::*;
use std::time::Duration;

#[contract]
#[derive(PartialEq)]
pub struct Text {
    #[check(len(1..=64))]
    pub text: String,
}

#[contract]
pub struct Sure {
    pub text: String,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub enum Route {
    Plain(Text),
    Loud(Text),
    Parts(Vec<Text>),
    Stop,
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

#[agent(role = router)]
async fn route(text: Text, cx: Context) -> Route {
    cx.warn("routed");
    match text.text.as_str() {
        "stop" => Route::Stop,
        "parts" => Route::Parts(vec![Text { text: "a".into() }, Text { text: "b".into() }]),
        loud if loud.ends_with('!') => Route::Loud(text),
        _ => Route::Plain(text),
    }
}

#[agent]
async fn plain(text: Text, cx: Context) -> Text {
    assert_eq!(cx.envelope().source.name, "route");
    Text { text: format!("plain {}", text.text) }
}

#[agent(input_budget = 10)]
async fn loud(text: Text) -> Text {
    Text { text: text.text.to_uppercase() }
}

#[agent]
async fn rest(route: Route) -> Text {
    Text { text: format!("{route:?}").to_lowercase() }
}

#[agent]
async fn add(text: Text) -> Text {
    Text { text: format!("{}+", text.text) }
}

#[agent]
async fn fail(text: Text, cx: Context) -> Result<Text, String> {
    cx.warn("tried");
    Err(format!("no {}", text.text))
}

#[agent(timeout = "none")]
async fn wait(text: Text, State(probe): State<Probe>) -> Text {
    let guard = probe.enter();
    tokio::time::sleep(Duration::from_hours(1)).await;
    guard.end();
    text
}

#[agent(timeout = "50ms")]
async fn hang(_: Text) -> Text {
    std::future::pending().await
}

#[agent]
async fn block(text: Text) -> Text {
    std::thread::sleep(Duration::from_millis(400));
    text
}

#[agent]
async fn sure(text: Text) -> Sure {
    Sure { text: text.text, sure: 0.5 }
}

#[agent]
async fn pair(both: (Text, Text)) -> Text {
    Text { text: format!("{} & {}", both.0.text, both.1.text) }
}

#[agent]
async fn mixed(both: (Sure, Text), cx: Context) -> Sure {
    assert_eq!(cx.envelope().source.name, "sured");
    Sure { sure: cx.envelope().confidence.get(), ..both.0 }
}

#[agent]
async fn sum(all: Vec<Text>) -> Text {
    Text { text: all.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ") }
}

pipeline! {
    routed(Text) -> Text {
        route => match {
            Route::Plain(text) if text.text == "guard" => add => plain_again,
            Route::Plain(text) => plain,
            Route::Loud(text) => loud,
            Route::Parts(parts) => map(Route::Parts) => rest,
            _ => rest,
        } => add
    }
}

#[agent]
async fn plain_again(text: Text) -> Text {
    text
}

#[test]
fn each_way_is_taken_and_seen() {
    on_both(|| async {
        let log = Log::default();
        let runtime = Runtime::builder().observer(log.clone()).build();
        let run = async |input: &str| runtime.run(routed, text(input)).await.map(|done| done.payload.text);
        assert_eq!(run("x").await.unwrap(), "plain x+");
        let seen: Vec<_> = log.of("handoff").iter().map(|line| without_count(line)).collect();
        assert_eq!(
            seen,
            ["caller -> route", "route -> routed", "route -> plain", "plain -> add", "add -> caller"]
        );
        assert_eq!(run("hey!").await.unwrap(), "HEY!+");
        assert_eq!(run("stop").await.unwrap(), "stop+");
        assert_eq!(run("guard").await.unwrap(), "guard++");
        // The head's budget is for the part that it is handed.
        let wordy = format!("{}!", "so loud ".repeat(7));
        let error = reread(&runtime.run(routed, text(&wordy)).await.map(|_| ()).unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::OverBudget { .. }), "{error}");
        assert_eq!((error.agent(), error.pipeline()), ("loud", "routed"));
    });
}

fn without_count(line: &str) -> String {
    let line = line.trim_start_matches("handoff ");
    line.rsplit_once(' ').map_or(line, |(line, _)| line).to_owned()
}

pipeline! { guarded(Text) -> Text { match { text if panics(&text) => add, _ => plain } } }
pipeline! { mapped(Text) -> Text { add => map(|text| if panics(&text) { text } else { Text { text: String::new() } }) => add } }
pipeline! { looped(Text) -> Text { add => repeat(max = 3, until = panics) { add } } }

fn panics(text: &Text) -> bool {
    assert!(!text.text.contains("panic"), "oh no");
    false
}

#[test]
fn panicking_closures_are_the_pipelines() {
    on_both(|| async {
        let runtime = Runtime::default();
        let error = reread(&runtime.run(guarded, text("panic")).await.unwrap_err());
        assert!(
            error.to_string().ends_with("agent `guarded`: panicked: in a guard of `match`: oh no"),
            "{error}"
        );
        assert_eq!(error.pipeline(), "guarded");
        let error = reread(&runtime.run(mapped, text("panic")).await.unwrap_err());
        assert!(
            error.to_string().ends_with("agent `mapped`: panicked: in the closure of `map`: oh no"),
            "{error}"
        );
        let error = reread(&runtime.run(looped, text("panic")).await.unwrap_err());
        assert!(
            error.to_string().ends_with("agent `looped`: panicked: in the closure of `until`: oh no"),
            "{error}"
        );
    });
}

#[test]
fn what_a_map_makes_is_checked() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(mapped, text("x")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Contract(_)), "{error}");
        assert_eq!((error.agent(), error.pipeline()), ("mapped", "mapped"));
    });
}

pipeline! { thrice(Text) -> Text { repeat(max = 3, until = |text| text.text.len() > 9) { add => add } => add } }

#[test]
fn a_loop_ends_or_says_that_it_does_not() {
    on_both(|| async {
        let runtime = Runtime::default();
        assert_eq!(runtime.run(thrice, text("12345678")).await.unwrap().payload.text, "12345678+++");
        assert_eq!(runtime.run(thrice, text("1234567890")).await.unwrap().payload.text, "1234567890+++");
        let error = reread(&runtime.run(thrice, text("1")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::NotConverged { rounds: 3, .. }), "{error}");
        assert_eq!((error.agent(), error.pipeline(), error.task()), ("add", "thrice", None));
    });
}

#[test]
fn a_loop_that_does_not_converge_keeps_its_last_output() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(thrice, text("1")).await.unwrap_err());
        let last: Vec<_> = error.finished::<Text>().expect("the last output").results().collect();
        assert_eq!(last, [&text("1++++++")]);
    });
}

pipeline! {
    at_last(Text) -> Text {
        add => repeat(max = 3, until = |text| text.text.len() > 5, else = last) { add } => stop
    }
}

#[test]
fn a_loop_may_go_on_with_its_last_output() {
    on_both(|| async {
        let runtime = Runtime::default();
        let ended = runtime.run(at_last, text("12")).await.unwrap();
        assert_eq!((ended.payload.text.as_str(), ended.warnings.len()), ("12++++.", 0));
        let went_on = runtime.run(at_last, text("1")).await.unwrap();
        assert_eq!(went_on.payload.text, "1++++.");
        let [warning] = &went_on.warnings[..] else { panic!("{:?}", went_on.warnings) };
        assert_eq!(
            warning.to_string(),
            "agent `add`: went on with the last output: the loop has not converged after 3 rounds, which is the most it may take"
        );
    });
}

pipeline! {
    counted(Text) -> (Text, Text) {
        repeat(max = 4, until = |text, round| text.text.is_empty() || round == 2) { add }
            => join(by_name, add)
    }
}
pipeline! { by_name(Text) -> Text { repeat(max = 4, until = thrice_or_long) { add } } }

fn thrice_or_long(text: &Text, round: u32) -> bool {
    round == 3 || text.text.len() > 7
}

#[test]
fn a_loop_may_count_its_rounds() {
    on_both(|| async {
        let (named, counted) = Runtime::default().run(counted, text("1")).await.unwrap().payload;
        assert_eq!((named.text.as_str(), counted.text.as_str()), ("1+++++", "1+++"));
    });
}

#[agent]
async fn stop(text: Text) -> Text {
    Text { text: format!("{}.", text.text) }
}

pipeline! {
    in_rounds(Text) -> Text {
        repeat(max = 2, until = |text| text.text.len() > 7) {
            repeat(max = 3, until = |text| text.text.ends_with("++")) { add } => stop
        }
    }
}
pipeline! {
    of_rounds(Text) -> Text {
        repeat(max = 2, until = |text| text.text.len() > 7) {
            repeat(max = 3, until = |text| text.text.ends_with("+++")) {
                repeat(max = 1, until = |_| true) { add }
            }
        }
    }
}

#[test]
fn a_loop_in_a_loop_counts_its_own_rounds() {
    on_both(|| async {
        let runtime = Runtime::default();
        assert_eq!(runtime.run(in_rounds, text("12")).await.unwrap().payload.text, "12++.++.");
        let error = reread(&runtime.run(in_rounds, text("1")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::NotConverged { rounds: 2, .. }), "{error}");
        assert_eq!((error.agent(), error.pipeline()), ("stop", "in_rounds"));
        assert_eq!(runtime.run(of_rounds, text("1234")).await.unwrap().payload.text, "1234++++");
        let error = reread(&runtime.run(of_rounds, text("1.")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::NotConverged { rounds: 2, .. }), "{error}");
    });
}

pipeline! { joined(Text) -> Text { join(add, plain_again) => pair } }
pipeline! { sured(Text) -> Sure { join(sure, add) => mixed } }
pipeline! { broken(Text) -> Text { join(wait, fail) => pair } }
pipeline! { late(Text) -> Text { join(block, hang) => pair } }
pipeline! { nested(Vec<Text>) -> Text { map(|all| Many { all }) => fan_out(all) { joined => add } => barrier(all) => sum } }

#[contract]
pub struct Many {
    pub all: Vec<Text>,
}

#[test]
fn a_join_hands_on_what_all_have_made() {
    on_both(|| async {
        let runtime = Runtime::default();
        assert_eq!(runtime.run(joined, text("x")).await.unwrap().payload.text, "x+ & x");
        // The mean: one of them is sure by half, the other says nothing.
        let done = runtime.run(sured, text("x")).await.unwrap();
        assert!((done.payload.sure - 0.75).abs() < 1e-9, "{done:?}");
    });
}

#[test]
fn the_first_failure_of_a_join_stops_the_rest() {
    on_both(|| async {
        let probe = Probe::default();
        let runtime = Runtime::builder().state(App { probe: probe.clone() }).build();
        let error = reread(&runtime.run(broken, text("x")).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `broken`, agent `fail`: no x");
        assert_eq!(error.task(), None);
        assert!(error.warnings().iter().all(|warning| warning.task.is_none()), "{error:?}");
        assert!(probe.is_quiet().await);
        assert_eq!(probe.ended(), 0);
    });
}

#[derive(Clone, FromRef)]
struct App {
    probe: Probe,
}

#[test]
fn a_branch_that_blocks_does_not_defeat_the_timeout_of_another() {
    super::support::multi_thread().block_on(async {
        let error = reread(&Runtime::default().run(late, text("x")).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
        assert_eq!(error.agent(), "hang");
    });
}

#[test]
fn joins_in_fan_outs_do_not_wait_for_one_another() {
    on_both(|| async {
        let limits = Limits::default().tasks_in_flight(1);
        let runtime = Runtime::builder().limits(limits).build();
        let all = vec![text("a"), text("b"), text("c")];
        let done = runtime.run(nested, all).await.unwrap();
        assert_eq!(done.payload.text, "a+ & a+ b+ & b+ c+ & c+");
    });
}

pipeline! { second(Text) -> Text { route => map(|_| Text { text: "x".into() }) => fail or broken_too or add => add } }
pipeline! { broken_too(Text) -> Text { add => fail } }
pipeline! { none(Text) -> Text { fail or fail } }

#[test]
fn a_fallback_says_what_failed() {
    on_both(|| async {
        let runtime = Runtime::default();
        let done = runtime.run(second, text("y")).await.unwrap();
        assert_eq!(done.payload.text, "x++");
        let warnings: Vec<_> = done.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "agent `route`: routed",
                "agent `fail`: tried",
                "agent `fail`: failed, so `broken_too` was called instead: no x",
                "agent `fail`: tried",
                "agent `broken_too`: failed, so `add` was called instead: pipeline `broken_too`, agent `fail`: no x+",
            ]
        );
        let error = reread(&runtime.run(none, text("y")).await.unwrap_err());
        assert_eq!(error.to_string(), "pipeline `none`, agent `fail`: no y");
        assert_eq!(error.warnings().len(), 3, "{error:?}");
    });
}

pipeline! { tasks(Text) -> Text { route => match { Route::Parts(parts) => map(|all| Many { all }) => fan_out(all) { add => fail } => barrier(all) => sum, _ => rest } } }

#[test]
fn a_task_of_many_stages_has_no_name_of_its_own() {
    on_both(|| async {
        let error = reread(&Runtime::default().run(tasks, text("parts")).await.unwrap_err());
        assert!(error.to_string().starts_with("pipeline `tasks`, task "), "{error}");
        assert_eq!((error.agent(), error.pipeline()), ("fail", "tasks"));
        assert!(error.task().is_some());
    });
}

pipeline! { kept(Text) -> Text { add as first => add as second => map(|third| Text { text: format!("{}{}{}", first.text, second.text, third.text) }) => add } }

#[test]
fn kept_outputs_are_there_later() {
    current_thread().block_on(async {
        assert_eq!(Runtime::default().run(kept, text("x")).await.unwrap().payload.text, "x+x++x+++");
    });
}

#[test]
fn dropping_a_run_stops_its_joins() {
    paused().block_on(async {
        let probe = Probe::default();
        let runtime = Runtime::builder().state(App { probe: probe.clone() }).build();
        let run = tokio::time::timeout(Duration::from_secs(1), runtime.run(waiting, text("x"))).await;
        assert!(run.is_err());
        assert!(probe.is_quiet().await);
        assert_eq!((probe.started(), probe.ended()), (2, 0));
    });
}

pipeline! { waiting(Text) -> Text { join(wait, wait) => pair } }

pipeline! {
    pub named(first: Text) -> Text {
        add => map(|text| Text { text: format!("{} of {}", text.text, first.text) }) => stop
    }
}

#[test]
fn an_input_may_have_a_name() {
    on_both(|| async {
        assert_eq!(Runtime::default().run(named, text("x")).await.unwrap().payload.text, "x+ of x.");
    });
}

#[contract]
pub enum Part {
    Loud(Text),
    Quiet { text: Text },
    Other,
}

#[contract]
pub struct Parts {
    #[check(len(..=4))]
    pub parts: Vec<Part>,
}

#[agent]
async fn nothing(_: Part) -> Text {
    text("other")
}

pipeline! {
    sorted_out(Parts) -> Vec<Text> {
        fan_out(parts) {
            match { Part::Loud(text) => loud, Part::Quiet { text } => add => stop, _ => nothing }
        }
        => barrier(all)
    }
}

#[test]
fn a_fan_out_may_route_each_item() {
    on_both(|| async {
        let parts = vec![Part::Quiet { text: text("a") }, Part::Loud(text("b")), Part::Other];
        let done = Runtime::default().run(sorted_out, Parts { parts }).await.unwrap().payload;
        let texts: Vec<_> = done.iter().map(|text| text.text.as_str()).collect();
        assert_eq!(texts, ["a+.", "B", "other"]);
    });
}
