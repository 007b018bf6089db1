//! Runs that are tried again: after a failure, and after the program has changed.

use crate::kept::{Desk, Draft, first, folder, journal_error, left, publish, second, story, third, tolerant};
use handoff::durable::JournalError;
use handoff::prelude::*;

const TEXT: &str = "tides";

#[tokio::test(start_paused = true)]
async fn what_has_failed_is_called_again_and_what_has_succeeded_is_not() {
    let folder = folder("again");
    Desk::broken("publish").durable(&folder).run(story, "a", TEXT.to_owned()).await.unwrap_err();
    let desk = Desk::default();
    let durable = desk.durable(&folder);
    let told = durable.again(story, "a").await.unwrap();
    assert_eq!((&*told.payload, &desk.called()[..]), ("tides 1", &["publish".to_owned()][..]));
    // That is how it has ended by now.
    assert_eq!(durable.resume(story, "a").await.unwrap().payload, told.payload);
    assert_eq!(desk.called().len(), 1);
    // Of one that has succeeded everything is there.
    assert_eq!(durable.again(story, "a").await.unwrap().payload, told.payload);
    assert_eq!(desk.called().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_was_tolerated_is_called_again_too_and_changes_what_follows() {
    let folder = folder("tolerated");
    let desk = Desk::broken("work b");
    let told = desk.durable(&folder).run(tolerant, "a", "a b c".to_owned()).await.unwrap();
    assert_eq!(told.payload, "2 of 3 0");
    let desk = Desk::default();
    let told = desk.durable(&folder).again(tolerant, "a").await.unwrap();
    assert_eq!(told.payload, "3 of 3 0");
    assert_eq!(desk.called(), ["publish", "total", "work b"]);
    assert!(told.warnings.is_empty(), "{:?}", told.warnings);
}

#[tokio::test(start_paused = true)]
async fn another_try_is_as_durable_as_the_first() {
    let folder = folder("again_and_again");
    Desk::broken("work b").durable(&folder).run(tolerant, "a", "a b c".to_owned()).await.unwrap();
    for held in ["work b", "total", "publish"] {
        let desk = Desk::holding(held);
        let durable = desk.durable(&folder);
        if held == "work b" {
            left(durable.again(tolerant, "a"), &desk).await;
        } else {
            left(durable.resume(tolerant, "a"), &desk).await;
        }
        let before = if held == "work b" { 1 } else { 2 };
        assert_eq!(desk.called().len(), before, "{held}");
    }
    let desk = Desk::default();
    assert_eq!(desk.durable(&folder).resume(tolerant, "a").await.unwrap().payload, "3 of 3 0");
    assert_eq!(desk.called(), ["publish"]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_alike_have_an_output_each() {
    #[agent]
    async fn both(drafts: (Draft, Draft)) -> Draft {
        Draft { round: drafts.0.round + drafts.1.round, ..drafts.0 }
    }
    #[agent]
    async fn same(draft: Draft, cx: Context, State(desk): State<Desk>) -> Result<Draft, String> {
        desk.enter("same".to_owned(), &cx).await?;
        Ok(draft)
    }
    pipeline! { twins(String) -> String { first => join(third, third) => both => publish } }
    pipeline! {
        rounds(String) -> String { first => repeat(max = 3, until = |draft, round| round == 3) { same } => publish }
    }

    let folder = folder("alike");
    let desk = Desk::broken("publish");
    desk.durable(&folder).run(twins, "twins", TEXT.to_owned()).await.unwrap_err();
    desk.durable(&folder).run(rounds, "rounds", TEXT.to_owned()).await.unwrap_err();
    let desk = Desk::default();
    assert_eq!(desk.durable(&folder).again(twins, "twins").await.unwrap().payload, "tides 20");
    assert_eq!(desk.durable(&folder).again(rounds, "rounds").await.unwrap().payload, "tides 0");
    assert_eq!(desk.called(), ["publish", "publish"]);
}

/// The program as it is now.
mod now {
    use crate::kept::{Draft, first, publish, second, third};
    use handoff::prelude::*;

    pipeline! { pub story(String) -> String { first => third => second => publish } }

    #[contract]
    pub struct Finding {
        pub text: String,
        pub source: String,
    }

    #[agent]
    pub async fn find(text: String) -> Finding {
        Finding { text, source: "here".to_owned() }
    }

    #[agent]
    pub async fn tell(finding: Finding) -> Draft {
        Draft { text: finding.text, round: 0 }
    }

    pipeline! { pub finding(String) -> String { find => tell => publish } }

    #[contract]
    pub struct Topic {
        pub text: String,
        #[check(range(1..=9))]
        pub depth: u8,
    }

    #[agent]
    pub async fn begin(topic: Topic) -> String {
        topic.text
    }

    pipeline! { pub of_a_topic(Topic) -> String { begin => first => publish } }
}

/// The same as it was.
mod before {
    use crate::kept::{Draft, first, publish};
    use handoff::prelude::*;

    #[contract]
    pub struct Finding {
        pub text: String,
    }

    #[agent]
    pub async fn find(text: String) -> Finding {
        Finding { text }
    }

    #[agent]
    pub async fn tell(finding: Finding) -> Draft {
        Draft { text: finding.text, round: 0 }
    }

    pipeline! { pub finding(String) -> String { find => tell => publish } }

    #[contract]
    pub struct Topic {
        pub text: String,
    }

    #[agent]
    pub async fn begin(topic: Topic) -> String {
        topic.text
    }

    pipeline! { pub of_a_topic(Topic) -> String { begin => first => publish } }
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_that_has_changed_is_told_with_the_stage_and_nobody_is_called() {
    let folder = folder("changed");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(story, "a", TEXT.to_owned()), &desk).await;
    let desk = Desk::default();
    let error = desk.durable(&folder).resume(now::story, "a").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "pipeline `story`, agent `story`: run `a` does not fit this program: at `1`, agent `second` was called \
         when the run was recorded, and now agent `third` is; the pipeline or its contracts have changed since the run began"
    );
    assert_eq!(desk.called(), [""; 0]);
    // The build that it began with goes on with it, and so does this one if it is told to.
    assert!(desk.durable(&folder).resume(story, "a").await.is_ok());
    let desk = Desk::default();
    assert_eq!(desk.durable(&folder).again(now::story, "a").await.unwrap().payload, "tides 11");
    assert_eq!(desk.called(), ["publish", "second", "third"]);
}

#[tokio::test(start_paused = true)]
async fn a_contract_that_has_changed_is_drift_and_names_the_change() {
    let folder = folder("drift");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(before::finding, "a", TEXT.to_owned()), &desk).await;
    let desk = Desk::default();
    let error = desk.durable(&folder).resume(now::finding, "a").await.unwrap_err();
    let ErrorKind::SchemaDrift(drift) = error.kind() else { panic!("{error}") };
    let changes: Vec<_> = drift.changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["/source: added, required (breaks both)"]);
    assert_eq!(drift.sent_contract.as_deref(), Some("Finding"));
    assert_eq!((error.agent(), &desk.called()[..]), ("find", &[][..]));
    // It is no end of the run.
    assert_eq!(desk.durable(&folder).resume(before::finding, "a").await.unwrap().payload, "tides 0");
}

#[tokio::test(start_paused = true)]
async fn so_is_an_input_whose_contract_has_changed() {
    let folder = folder("input_drift");
    let desk = Desk::holding("publish");
    let topic = before::Topic { text: TEXT.to_owned() };
    left(desk.durable(&folder).run(before::of_a_topic, "a", topic.clone()), &desk).await;
    let durable = Desk::default().durable(&folder);
    let new = now::Topic { text: TEXT.to_owned(), depth: 1 };
    for outcome in [
        durable.resume(now::of_a_topic, "a").await,
        durable.run(now::of_a_topic, "a", new.clone()).await,
        durable.again(now::of_a_topic, "a").await,
    ] {
        let error = outcome.unwrap_err();
        let ErrorKind::SchemaDrift(drift) = error.kind() else { panic!("{error}") };
        let changes: Vec<_> = drift.changes.iter().map(ToString::to_string).collect();
        assert_eq!(changes, ["/depth: added, required (breaks both)"]);
    }
    let told = durable.run(before::of_a_topic, "a", topic).await.unwrap();
    // How it ended is no matter of its input.
    assert_eq!(durable.resume(now::of_a_topic, "a").await.unwrap().payload, told.payload);
    assert!(durable.run(now::of_a_topic, "a", new).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_is_not_pure_is_found() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static TIME: AtomicU32 = AtomicU32::new(0);
    pipeline! {
        clocky(String) -> String {
            first
                => map(|draft| Draft { round: TIME.fetch_add(1, Ordering::Relaxed), ..draft })
                => second
                => publish
        }
    }

    let folder = folder("clock");
    let desk = Desk::holding("publish");
    left(desk.durable(&folder).run(clocky, "a", TEXT.to_owned()), &desk).await;
    let error = journal_error(Desk::default().durable(&folder).resume(clocky, "a").await);
    let JournalError::Mismatch(mismatch) = &error else { panic!("{error}") };
    assert_eq!((mismatch.found.as_deref(), mismatch.changed), (Some("second"), Some(false)));
    assert!(
        error
            .to_string()
            .contains("at `1`, agent `second` gets another input than when the run was recorded")
    );
}
