//! Who it was, and in which task, wherever it is said: tasks by their whole path, agents of one name by their modules.

use super::support::{on_both, paused};
use handoff::{AttemptOutcome, TaskPath, prelude::*};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[contract]
pub struct Chapter {
    pub pages: Vec<u32>,
}

#[agent(role = planner)]
async fn plan(chapters: u32) -> Vec<Chapter> {
    (0..chapters).map(|_| Chapter { pages: vec![1, 2, 3] }).collect()
}

#[agent]
async fn open(chapter: Chapter) -> Chapter {
    chapter
}

#[agent]
async fn read(page: u32, cx: Context) -> Result<u32, String> {
    match page {
        1 => cx.warn("is stained"),
        2 => return Err("torn".into()),
        _ => {}
    }
    Ok(page)
}

#[agent]
async fn ponder(page: u32) -> u32 {
    std::future::pending::<()>().await;
    page
}

#[agent(role = aggregator)]
async fn some(pages: Partial<u32>) -> Partial<u32> {
    pages
}

#[agent(role = aggregator)]
async fn sum(pages: Vec<u32>) -> u32 {
    pages.iter().sum()
}

pipeline! { pub chapter(Chapter) -> Partial<u32> { open => fan_out(pages, max = 9) read => barrier(settled) => some } }
pipeline! { pub book(u32) -> Vec<Partial<u32>> { plan => fan_out(|all| all, max = 9) chapter => barrier(all) } }
pipeline! { pub strict_chapter(Chapter) -> u32 {
    // One by one: a page that is torn stops what is under way, and what that has noticed is not heard.
    open => fan_out(pages, max = 9, concurrency = 1, label = |page| format!("p. {page}")) read => barrier(all) => sum
} }
pipeline! { pub strict_book(u32) -> Vec<u32> { plan => fan_out(|all| all, max = 9) strict_chapter => barrier(all) } }
pipeline! { pub late_chapter(Chapter) -> Partial<u32> {
    open => fan_out(pages, max = 9) ponder => barrier(settled, deadline = "1s")
} }
pipeline! { pub late_book(u32) -> Vec<Partial<u32>> { plan => fan_out(|all| all, max = 9) late_chapter => barrier(all) } }
pipeline! { pub slow_chapter(Chapter) -> u32 { open => fan_out(pages, max = 9) ponder => barrier(all) => sum } }
pipeline! { pub slow_book(u32) -> Vec<u32> { plan => fan_out(|all| all, max = 9) slow_chapter => barrier(all) } }

#[derive(Clone, Default)]
struct Failed(Arc<Mutex<BTreeSet<String>>>);

impl Observer for Failed {
    fn observe(&self, _: handoff::TraceId, event: &Event<'_>) {
        let what = match event {
            Event::AttemptEnded { agent, outcome: AttemptOutcome::Failed { .. }, .. } => {
                format!("{agent} failed")
            }
            Event::Handoff { source, .. } => format!("{source} handed on"),
            _ => return,
        };
        if let Some(path) = &event.at().task_path {
            self.0.lock().expect("nobody panicked").insert(format!("{path} {what}"));
        }
    }
}

fn paths(chapters: usize, page: usize) -> Vec<String> {
    (0..chapters).map(|chapter| format!("{chapter}.{page}")).collect()
}

#[test]
fn a_task_is_named_by_its_whole_path() {
    on_both(|| async {
        let failed = Failed::default();
        let runtime = Runtime::builder().observer(failed.clone()).build();
        let done = runtime.run(book, 3).await.expect("all settled");
        let heard = failed.0.lock().expect("nobody panicked").clone();
        for path in paths(3, 1) {
            assert!(heard.contains(&format!("{path} read failed")), "{heard:?}");
        }
        for path in paths(3, 2) {
            assert!(heard.contains(&format!("{path} read handed on")), "{heard:?}");
        }
        assert!(heard.contains("2 open handed on"), "{heard:?}");

        let failures = done.payload.iter().flat_map(Partial::failures);
        let (paths, told): (Vec<_>, Vec<_>) =
            failures.map(|failure| (failure.task_path().to_string(), failure.to_string())).unzip();
        assert_eq!(paths, ["0.1", "1.1", "2.1"]);
        assert_eq!(told[2], "task 2.1, agent `read`: torn");
        let json = serde_json::to_value(&done.payload).expect("a payload is JSON");
        assert_eq!(json[2]["failures"][0]["within"], "2");
        assert_eq!(
            serde_json::from_value::<Vec<Partial<u32>>>(json).expect("what was written"),
            done.payload
        );

        let warnings: BTreeSet<_> = done.warnings.iter().map(ToString::to_string).collect();
        assert!(
            warnings.contains("agent `read`, task 0.0 and 2 more (1.0, 2.0): is stained"),
            "{warnings:#?}"
        );
    });
}

#[test]
fn an_error_names_the_whole_path_of_its_task() {
    on_both(|| async {
        let error = Runtime::default().run(strict_book, 1).await.expect_err("a page is torn");
        assert_eq!(
            error.to_string(),
            "pipeline `strict_book`, task 0, pipeline `strict_chapter`, task 0.1 (p. 2), agent `read`: torn"
        );
        assert_eq!((error.task(), error.task_label()), (Some(1), Some("p. 2")));
        assert_eq!(error.task_path().map(TaskPath::indices), Some(&[0, 1][..]));
        let stained: Vec<_> = error.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(stained, ["agent `read`, task 0.0 (p. 1): is stained"]);
    });
}

#[test]
fn so_it_is_where_time_runs_out() {
    paused().block_on(async {
        let runtime = Runtime::default();
        let late = runtime.run(late_book, 2).await.expect("all settled").payload;
        let paths: Vec<_> =
            late.iter().flat_map(Partial::failures).map(|failure| failure.task_path().to_string()).collect();
        assert_eq!(paths, ["0.0", "0.1", "0.2", "1.0", "1.1", "1.2"]);

        let error = runtime.run(slow_book, 2).deadline(Duration::from_secs(1)).await.expect_err("too slow");
        assert_eq!(
            error.to_string(),
            "pipeline `slow_book`, tasks 0.0, 0.1, 0.2, 1.0, 1.1, 1.2, agent `ponder`: not done by the deadline of the run, which is 1s"
        );
        assert_eq!(error.task_path(), None, "none of them is to blame");
    });
}

mod legal {
    use handoff::prelude::*;

    #[agent(max_output_tokens = 9)]
    pub(super) async fn review(draft: String, cx: Context) -> Result<String, String> {
        cx.warn("in a hurry");
        if draft == "illegal" { Err("no".into()) } else { Ok(draft) }
    }

    pipeline! { pub(super) flow(String) -> String { review } }
}

mod security {
    use handoff::prelude::*;

    #[agent(retries = 1)]
    pub(super) async fn review(draft: String) -> Result<String, String> {
        if draft == "insecure" { Err("no".into()) } else { Ok(draft) }
    }

    pipeline! { pub(super) flow(String) -> String { review } }
}

#[agent]
async fn same(text: String) -> String {
    text
}

mod elsewhere {
    pub(super) use super::security::review as audit;
}

pipeline! { pub reviews(String) -> (String, String) { join(legal::review, security::review) } }
pipeline! { pub in_turn(String) -> String { legal::flow => security::flow } }
pipeline! { pub renamed(String) -> String { legal::review => elsewhere::audit } }
pipeline! { pub alone(String) -> String { same => legal::review } }
pipeline! { pub either(String) -> String { legal::review or security::review } }
pipeline! { pub each(Vec<String>) -> Partial<String> {
    fan_out(|all| all, max = 9) { legal::review => security::review } => barrier(settled)
} }

#[test]
fn agents_of_one_name_are_told_apart() {
    on_both(|| async {
        let runtime = Runtime::default();
        let told = async |text: &str| {
            let error = runtime.run(reviews, text.into()).await.expect_err("it is refused");
            assert_eq!(error.agent(), "review");
            let module = error.agent_id().module().expect("it is known").rsplit("::").next();
            (error.to_string(), module.expect("a module has a name"))
        };
        assert_eq!(told("illegal").await, ("pipeline `reviews`, agent `legal::review`: no".into(), "legal"));
        assert_eq!(
            told("insecure").await,
            ("pipeline `reviews`, agent `security::review`: no".into(), "security")
        );
        // Pipelines are agents, too.
        let error = runtime.run(in_turn, "insecure".into()).await.expect_err("it is refused");
        assert_eq!(
            error.to_string(),
            "pipeline `in_turn`, pipeline `security::flow`, agent `security::review`: no"
        );
        assert_eq!((error.pipeline(), error.agent()), ("flow", "review"));
        assert_eq!(error.warnings()[0].to_string(), "agent `legal::review`: in a hurry");
        // Whatever they are called where they are used.
        let error = runtime.run(renamed, "insecure".into()).await.expect_err("it is refused");
        assert!(error.to_string().contains("agent `security::review`"), "{error}");
        let long = "many words ".repeat(9);
        let error = runtime.run(renamed, long).await.expect_err("it is too long");
        assert!(error.to_string().contains("agent `legal::review`"), "{error}");

        let done = runtime.run(either, "illegal".into()).await.expect("the other takes it");
        let said: Vec<_> = done.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "agent `legal::review`: in a hurry",
                "agent `legal::review`: failed, so `security::review` was called instead: no",
            ]
        );
        let some = ["illegal", "insecure", "fine"].map(String::from).to_vec();
        let done = runtime.run(each, some).await.expect("all settled").payload;
        let blamed: Vec<_> = done.failures().map(|failure| failure.agent.as_str()).collect();
        assert_eq!(blamed, ["legal::review", "security::review"]);
    });
}

#[test]
fn who_has_no_namesake_goes_by_the_name_alone() {
    on_both(|| async {
        let error = Runtime::default().run(alone, "illegal".into()).await.expect_err("it is refused");
        assert_eq!(error.to_string(), "pipeline `alone`, agent `review`: no");
        assert!(error.agent_id().module().expect("it is known").ends_with("::legal"));
    });
}
