//! Every case on journals, cut at every entry.

use crate::support::paused;
use handoff::{Durability, Files};
use handoff_conformance::journals::{cut, cut_elsewhere};
use handoff_conformance::{About, Case, Engine, Told, cases};
use serde_json::Value;
use std::fs;

/// What a case comes to has to be what it comes to on tokio, but for what has been said of that.
fn compare(engine: Engine, case: &Case, expected: &Told, found: &Told, wrong: &mut Vec<String>) {
    let About { group, what, .. } = &case.about;
    match (expected == found, engine.differs(&case.about)) {
        (true, None) | (false, Some(_)) => {}
        (true, Some(how)) => wrong.push(format!("{group}, {what}: is the same, and not {how}")),
        (false, None) => {
            wrong.push(format!("{group}, {what}: on tokio\n  {expected:?}\nand here\n  {found:?}"));
        }
    }
}

fn tell(wrong: &[String], cases: usize, cuts: usize) {
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
    println!("{cases} cases, cut {cuts} times");
}

#[test]
fn a_journal_in_memory_that_is_cut_anywhere() {
    paused().block_on(async {
        let (mut wrong, mut cuts, cases) = (Vec::new(), 0, cases());
        for case in &cases {
            let uncut = case.on_memory(None).await;
            compare(Engine::Journal, case, &case.on_tokio().await, &uncut.outcome, &mut wrong);
            match cut(&uncut, &|entries| case.on_memory(Some(entries))).await {
                Ok(times) => cuts += times,
                Err(what) => wrong.push(format!("{}, {}: {what}", case.about.group, case.about.what)),
            }
        }
        tell(&wrong, cases.len(), cuts);
    });
}

#[test]
fn agents_elsewhere_and_answers_that_are_cut_anywhere() {
    paused().block_on(async {
        let (mut wrong, mut cuts, cases) = (Vec::new(), 0, cases());
        for case in &cases {
            let (told, first) = case.on_fake(case.fake()).await;
            compare(Engine::Elsewhere, case, &case.on_tokio().await, &told, &mut wrong);
            match cut_elsewhere(&told, &first, &|second| case.on_fake(second)).await {
                Ok(times) => cuts += times,
                Err(what) => wrong.push(format!("{}, {}: {what}", case.about.group, case.about.what)),
            }
        }
        tell(&wrong, cases.len(), cuts);
    });
}

#[test]
fn files_that_are_asked_again() {
    let folder = std::env::temp_dir().join(format!("handoff-conformance-{}", std::process::id()));
    paused().block_on(async {
        let files = Files::open(&folder, Durability::Process).expect("a folder");
        let (mut wrong, cases) = (Vec::new(), cases());
        for (number, case) in cases.iter().enumerate() {
            let (expected, id) = (case.on_tokio().await, format!("case-{number}"));
            compare(Engine::Files, case, &expected, &case.on_files(files.clone(), &id).await, &mut wrong);
            // How it has ended is written down, and nothing is asked.
            let again = case.on_files(files.clone(), &id).await;
            assert_eq!(again.against, [""; 0]);
            compare(Engine::Files, case, &expected, &again.against(expected.against.clone()), &mut wrong);
        }
        tell(&wrong, cases.len(), 0);
    });
    fs::remove_dir_all(&folder).expect("it is there");
}

/// The file of a run that is cut within a line, as a machine that goes down may leave it: the lines before are kept.
#[test]
fn files_that_are_cut_in_any_line() {
    let folder = std::env::temp_dir().join(format!("handoff-conformance-cut-{}", std::process::id()));
    paused().block_on(async {
        let files = Files::open(&folder, Durability::Process).expect("a folder");
        let (mut wrong, mut cuts, cases) = (Vec::new(), 0, cases());
        for case in &cases {
            let uncut = case.on_files(files.clone(), "a").await;
            let (open, ended) = (folder.join("open/a.jsonl"), folder.join("ended/a.jsonl"));
            let text = fs::read_to_string(&ended).expect("it has ended");
            let all = ends(&text);
            let mut begin = 0;
            // Deadlines and timers go on by the clock of the system, which does not stand still for the test.
            let has_deadline = case.about.terms.deadline.is_some_and(|deadline| !deadline.is_zero());
            let has_timers = has_deadline || text.contains("{\"timer\":");
            for line in text.split_inclusive('\n').filter(|_| !has_timers) {
                fs::remove_file(&ended).expect("it is there");
                fs::write(&open, &text[..begin + line.len() / 2]).expect("it can be written");
                let resumed = case.on_files(files.clone(), "a").await;
                let after = fs::read_to_string(&ended).expect("it has ended");
                if !resumed.ends_as(&uncut) || !after.starts_with(&text[..begin]) || ends(&after) != all {
                    let About { group, what, .. } = &case.about;
                    wrong.push(format!("{group}, {what}, cut after {begin} bytes: {resumed:?}\n{after}"));
                }
                (begin, cuts) = (begin + line.len(), cuts + 1);
            }
            fs::remove_file(&ended).expect("it is there");
        }
        tell(&wrong, cases.len(), cuts);
    });
    fs::remove_dir_all(&folder).expect("it is there");
}

/// The attempts that have ended by these lines, each as often as it has.
fn ends(lines: &str) -> Vec<String> {
    let mut ends = Vec::new();
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).expect("a line is JSON");
        if let Some(end) = entry.get("done").or_else(|| entry.get("failed")) {
            ends.push(format!("{} {}", end["place"], end["attempt"]));
        }
    }
    ends.sort();
    ends
}

/// The control: a journal that keeps answers and not their order is found out.
#[test]
fn a_journal_that_forgets_the_order_is_found_out() {
    paused().block_on(async {
        let mut found_out = 0;
        for case in cases() {
            let (told, first) = case.on_fake(case.fake()).await;
            let (again, second) = case.on_fake(first.forgetful()).await;
            found_out += usize::from(again != told || second.said() != first.said());
        }
        assert!(found_out > 50, "{found_out}");
    });
}
