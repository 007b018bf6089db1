//! The lock file.

use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use handoff::contract::Breaks;
use handoff::lock::{self, Difference, Lock, LockError};
use handoff::prelude::*;

/// One build of a crate with two pipelines.
macro_rules! build {
    ($build:ident { $($contracts:tt)* }) => {
        pub(super) mod $build {
            use handoff::prelude::*;

            $($contracts)*

            #[agent(role = planner)]
            async fn plan(goal: Goal) -> Plan { Plan::of(goal) }
            #[agent]
            async fn work(step: Step) -> String { format!("{step:?}") }
            #[agent(role = aggregator)]
            async fn merge(done: Vec<String>) -> String { done.join(" ") }
            #[agent]
            async fn outline(plan: Plan) -> String { format!("{plan:?}") }

            pipeline! { pub research(Goal) -> String { plan => fan_out(steps) work => barrier(all) => merge } }
            pipeline! { pub sketch(Goal) -> String { plan => outline } }

            pub(crate) fn all() -> [Description; 2] {
                [research.describe(), sketch.describe()]
            }
        }
    };
}

mod builds {
    build! { old {
        /// What a user wants.
        #[contract(max_tokens = 400)]
        pub struct Goal { text: String }
        #[contract]
        pub struct Step {
            /// As the user calls it.
            #[check(len(1..=32))] id: String,
            what: String,
        }
        #[contract]
        pub struct Plan { #[check(len(1..=4))] pub steps: Vec<Step>, note: Option<String> }
        impl Plan { fn of(goal: Goal) -> Self { Self { steps: Vec::new(), note: Some(goal.text) } } }
    } }

    build! { new {
        #[contract(max_tokens = 300)]
        pub struct Goal { text: String }
        /// Words for people change nothing.
        #[contract]
        pub struct Step { #[check(len(1..=64))] id: String, what: String, #[serde(default)] tools: Vec<String> }
        #[contract]
        pub struct Plan { #[check(len(1..=4))] pub steps: Vec<Step>, reason: Option<String> }
        impl Plan { fn of(goal: Goal) -> Self { Self { steps: Vec::new(), reason: Some(goal.text) } } }
    } }

    build! { renamed {
        #[contract(max_tokens = 400)]
        pub struct Goal { text: String }
        #[contract]
        pub struct Task { #[check(len(1..=32))] id: String, what: String }
        pub type Step = Task;
        #[contract]
        pub struct Plan { #[check(len(1..=4))] pub steps: Vec<Task>, note: Option<String> }
        impl Plan { fn of(goal: Goal) -> Self { Self { steps: Vec::new(), note: Some(goal.text) } } }
    } }
}
use builds::{new, old, renamed};

/// A path that is free.
fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lock");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    if path.exists() {
        fs::remove_file(&path).expect("it can be removed");
    }
    path
}

fn written(name: &str) -> PathBuf {
    let path = path(name);
    lock::update(&path, old::all()).expect("it can be written");
    path
}

/// What a failed test shows, without where the file is.
fn told(error: &LockError) -> String {
    format!("{error:?}").replace(env!("CARGO_TARGET_TMPDIR"), "…")
}

#[test]
fn what_was_written_is_found_unchanged() {
    let path = written("unchanged.lock");
    lock::verify(&path, old::all()).expect("nothing has changed");
    // The order of the pipelines is nothing, nor are the ends of lines.
    let [one, other] = old::all();
    lock::verify(&path, [other, one]).expect("nothing has changed");
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, text.replace('\n', "\r\n")).expect("it can be written");
    lock::verify(&path, old::all()).expect("nothing has changed");
    let before = fs::metadata(&path).and_then(|file| file.modified()).expect("a time");
    lock::update(&path, old::all()).expect("it can be written");
    assert_eq!(
        fs::metadata(&path).and_then(|file| file.modified()).expect("a time"),
        before,
        "left untouched"
    );
}

#[test]
fn the_file_is_for_people_and_for_merges() {
    let text = fs::read_to_string(written("text.lock")).expect("it is there");
    expect_test::expect_file!["written.lock"].assert_eq(&text);
}

#[test]
fn changes_are_told() {
    let path = written("changes.lock");
    let error = lock::verify(&path, new::all()).expect_err("contracts have changed");
    expect_test::expect_file!["../../handoff/src/lock/example.txt"]
        .assert_eq(&format!("{error}\n").replace("changes.lock", "handoff.lock"));
    assert!(
        matches!(&error, LockError::Differs(differences) if differences.differences.len() == 3),
        "{error}"
    );

    lock::update(&path, new::all()).expect("it can be written");
    lock::verify(&path, new::all()).expect("they are as they were written");
}

#[test]
fn new_unused_and_renamed_contracts_are_told() {
    let path = written("names.lock");
    let error = lock::verify(&path, renamed::all()).expect_err("one has another name");
    expect![[r#"
        the contracts are not as names.lock has them

        Task (in research) was Step; it means the same

        if this is meant: HANDOFF_LOCK=update cargo test"#]]
    .assert_eq(&told(&error));

    // Not every pipeline of the file.
    let error = lock::verify(&path, [old::sketch.describe()]).expect_err("`research` is missing");
    expect![[r#"
        the contracts are not as names.lock has them

        Step is in none of the pipelines given

        Vec<String> is in none of the pipelines given

        if this is meant: HANDOFF_LOCK=update cargo test"#]]
    .assert_eq(&told(&error));

    let [_, sketch] = old::all();
    lock::update(&path, [sketch]).expect("it can be written");
    let error = lock::verify(&path, old::all()).expect_err("`research` is new");
    expect![[r#"
        the contracts are not as names.lock has them

        Step (in research) is new

        Vec<String> (in research) is new

        if this is meant: HANDOFF_LOCK=update cargo test"#]]
    .assert_eq(&told(&error));
}

#[test]
fn what_cannot_be_answered_says_what_to_do() {
    let [research, _] = old::all();
    let [_, sketch] = new::all();
    let error =
        lock::verify(path("same_name.lock"), [research.clone(), sketch]).expect_err("two contracts `Goal`");
    assert!(matches!(error, LockError::SameName { .. }));
    let mut texts = vec![told(&error)];
    assert_eq!(
        told(
            &lock::update(path("same_name.lock"), [research, new::research.describe()])
                .expect_err("the same")
        )
        .split(',')
        .next(),
        texts[0].split(',').next(),
    );

    let missing = path("missing.lock");
    texts.push(told(&lock::verify(&missing, old::all()).expect_err("there is none")));
    assert!(!missing.exists(), "looking writes nothing");

    let path = written("broken.lock");
    let good = fs::read_to_string(&path).expect("it is there");
    for (from, to) in [
        ("version 1", "version 2"),
        ("version 1", "versions"),
        ("contract Plan", "<<<<<<< HEAD\ncontract Plan"),
        ("contract Plan", "contract Goal"),
        ("contract Plan", "contrat Plan"),
        ("  fingerprint ", "  fingerprint x"),
        ("  fingerprint ", "  fingerprint \n"),
        ("  fingerprint ", "  print "),
        ("max_tokens 400", "max_tokens many"),
        ("\"maxItems\": 4", "\"maxItems\": 5"),
        ("\"maxItems\": 4,", "\"maxItems\": 4,,"),
    ] {
        let broken = good.replacen(from, to, 1);
        assert_ne!(broken, good, "{from}");
        fs::write(&path, broken).expect("it can be written");
        let error = lock::verify(&path, old::all()).expect_err(to);
        texts.push(told(&error).lines().next().unwrap_or_default().to_owned());
        lock::update(&path, old::all()).expect("it can be written anew");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), good);
    }
    fs::write(&path, "").expect("it can be written");
    texts.push(told(&lock::verify(&path, old::all()).expect_err("empty")));
    expect![[r#"
        two different contracts are called `Goal`, one in pipeline `research` and one in `sketch`: give one of them another name, or each pipeline a lock file of its own
        there is no …/lock/missing.lock
        to write it: HANDOFF_LOCK=update cargo test
        …/lock/broken.lock:6: expected `version 1`, which this version of handoff reads, found 2
        …/lock/broken.lock:6: expected `version 1`, which this version of handoff reads, found something else
        …/lock/broken.lock:25: a merge conflict: take either side
        …/lock/broken.lock:25: `Goal` stands here for the second time
        …/lock/broken.lock:24: the schema of `Goal` cannot be read: trailing characters
        …/lock/broken.lock:9: expected a fingerprint of 64 hexadecimal digits
        …/lock/broken.lock:9: expected a fingerprint of 64 hexadecimal digits
        …/lock/broken.lock:8: `Goal` has no fingerprint
        …/lock/broken.lock:10: expected a number of tokens
        …/lock/broken.lock:27: the schema of `Plan` is not the one of its fingerprint: one of them was edited by hand, or badly merged
        …/lock/broken.lock:61: the schema of `Plan` cannot be read: key must be a string
        …/lock/broken.lock:1: there is nothing in it
        to write it anew: HANDOFF_LOCK=update cargo test"#]].assert_eq(&texts.join("\n"));

    let error = lock::update(path.join("below"), old::all()).expect_err("a file is no folder");
    assert!(matches!(error, LockError::Io { .. }), "{error}");
}

#[test]
fn updates_at_the_same_time_leave_a_whole_file() {
    let path = written("parallel.lock");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    lock::update(&path, new::all()).expect("it can be written");
                    lock::update(&path, old::all()).expect("it can be written");
                }
            });
            scope.spawn(|| {
                for _ in 0..50 {
                    match lock::verify(&path, old::all()) {
                        Ok(()) | Err(LockError::Differs(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    lock::update(&path, old::all()).expect("it can be written");
    lock::verify(&path, old::all()).expect("nothing has changed");
    let left = fs::read_dir(path.parent().expect("a folder")).expect("it can be read");
    let left: Vec<_> = left
        .flatten()
        .map(|file| file.file_name())
        .filter(|name| name.to_string_lossy().starts_with("parallel.lock."))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn tools_read_the_file() {
    let path = written("read.lock");
    let [old, new] =
        [Lock::read(&path).expect("it was written"), Lock::of(new::all()).expect("no name twice")];
    assert_eq!(old.to_string(), fs::read_to_string(&path).expect("it is there"));
    let names: Vec<_> = old.contracts().iter().map(|contract| &contract.name).collect();
    assert_eq!(names, ["Goal", "Plan", "Step", "String", "Vec<String>"]);
    let goal = old.contract("Goal").expect("it is one of them");
    assert_eq!((goal.max_tokens, goal.fingerprint), (Some(400), old::Goal::fingerprint()));
    assert!(old.contract("goal").is_none() && old.prompts().is_empty());
    assert!(old.compare(&Lock::of(old::all()).expect("no name twice")).is_empty());

    // Files say nothing of pipelines.
    let read = Lock::from_text(&new.to_string(), "new.lock").expect("as it was written");
    let differences = old.compare(&read);
    let breaks: Vec<_> = differences.iter().map(Difference::breaks).collect();
    assert_eq!(breaks, [Breaks::Senders, Breaks::Both, Breaks::Receivers]);
    assert_eq!(differences[0].to_string(), "Goal has changed:\n  max_tokens 300, was 400  breaks senders");
    let added = Lock::default().compare(&old);
    assert_eq!((added.len(), added[0].to_string()), (5, "Goal is new".to_owned()));

    let error = Lock::from_text("version 1\n\ncontract\n", "-").expect_err("it has no name");
    assert_eq!(error.to_string().lines().next(), Some("-:3: expected `contract` or `prompt`, and a name"));
    assert!(matches!(Lock::read(path.with_extension("none")), Err(LockError::Missing { .. })));
}
