//! `show` and `ls`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::{call, call_with, command, folder, write};

/// A run of a fan-out over so many tasks, of which every tenth fails twice, and then the run.
pub(crate) fn log(tasks: u32) -> String {
    let mut log = String::from(concat!(
        r#"{"e":"run","t":0,"v":1,"span":"00000000000000a0","wall":1796050800000,"trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"triage"}"#,
        "\n",
        r#"{"e":"call","t":10,"span":"00000000000000a1","in":"00000000000000a0","agent":"plan","n":1,"of":3}"#,
        "\n",
        r#"{"e":"/call","t":80000,"span":"00000000000000a1","end":"ok","usage":[812,64]}"#,
        "\n",
    ));
    let mut line = |text: std::fmt::Arguments<'_>| {
        log.write_fmt(text).and_then(|()| log.write_char('\n')).expect("a string takes everything");
    };
    line(format_args!(
        r#"{{"e":"fan","t":80001,"span":"00000000000000a2","in":"00000000000000a0","kind":"fan_out","of":"tickets","agent":"judge","width":{tasks},"policy":"at_least = 95%","needed":{tasks}}}"#
    ));
    let mut failed = 0;
    for task in 0..tasks {
        let (span, call, again) = (0x1000 + task * 16, 0x1001 + task * 16, 0x1002 + task * 16);
        line(format_args!(
            r#"{{"e":"task","t":80002,"span":"{span:016x}","in":"00000000000000a2","path":"{task}","agent":"judge","i":{task},"label":"ticket\n{task}"}}"#
        ));
        let attempt = |n: u32, call: u32| {
            format!(
                r#"{{"e":"call","t":80003,"span":"{call:016x}","in":"{span:016x}","path":"{task}","agent":"judge","n":{n},"of":2}}"#
            )
        };
        line(format_args!("{}", attempt(1, call)));
        if task % 10 == 3 {
            failed += 1;
            let why = r#""why":{"kind":"timed_out","message":"timed out after 30s"}"#;
            line(format_args!(
                r#"{{"e":"/call","t":90000,"span":"{call:016x}","end":"failed",{why},"retry_ms":200}}"#
            ));
            line(format_args!("{}", attempt(2, again)));
            line(format_args!(r#"{{"e":"/call","t":99000,"span":"{again:016x}","end":"failed",{why}}}"#));
            line(format_args!(
                r#"{{"e":"/task","t":99001,"span":"{span:016x}","end":"failed","by":"judge",{why}}}"#
            ));
        } else {
            line(format_args!(r#"{{"e":"/call","t":90000,"span":"{call:016x}","end":"ok"}}"#));
            line(format_args!(r#"{{"e":"/task","t":90001,"span":"{span:016x}","end":"ok"}}"#));
        }
    }
    let ok = tasks - failed;
    line(format_args!(
        r#"{{"e":"warn","t":99500,"span":"00000000000000a2","agent":"judge","kind":"noted","message":"the index is \u001b[31mold"}}"#
    ));
    let why = format!(r#""why":{{"kind":"barrier","message":"{ok} of {tasks} tasks succeeded"}}"#);
    line(format_args!(
        r#"{{"e":"/fan","t":100000,"span":"00000000000000a2","end":"failed","ok":{ok},"failed":{failed},"by":"triage",{why}}}"#
    ));
    line(format_args!(
        r#"{{"e":"/run","t":100001,"span":"00000000000000a0","end":"failed","ms":100,"usage":[97049,4429],"by":"judge","path":"3",{why},"error":"pipeline `triage`, agent `judge`: {ok} of {tasks} tasks succeeded"}}"#
    ));
    log
}

#[test]
fn a_run_is_a_tree_and_what_failed() {
    let shown = call_with(&["show", "-"], &log(72));
    assert_eq!((shown.code, &*shown.err), (Some(0), ""));
    expect![[r"
        triage failed after 100 ms, 97,049 + 4,429 tokens, 72 tasks, 80 calls, 2026-11-30 15:00:00 UTC
        trace 0af7651916cd43dd8448eb211c80319c
        pipeline `triage`, agent `judge`: 65 of 72 tasks succeeded

        plan                          ok                     79 ms  812 + 64 tokens
        fan_out(tickets) judge        65 of 72 ok, 7 failed  19 ms  at_least = 95%
        ├ 3 ticket 3                  failed                 18 ms
        │ ├ judge                     retried                 9 ms  timed out after 30s
        │ └ judge, attempt 2 of 2     failed                 18 ms  ← the run failed here  timed out after 30s
        ├ 13 ticket 13                failed                 18 ms
        │ ├ judge                     retried                 9 ms  timed out after 30s
        │ └ judge, attempt 2 of 2     failed                 18 ms  timed out after 30s
        ├ 23 ticket 23                failed                 18 ms
        │ ├ judge                     retried                 9 ms  timed out after 30s
        │ └ judge, attempt 2 of 2     failed                 18 ms  timed out after 30s
        ├ 33 ticket 33                failed                 18 ms
        │ ├ judge                     retried                 9 ms  timed out after 30s
        │ └ judge, attempt 2 of 2     failed                 18 ms  timed out after 30s
        ├ 43 ticket 43                failed                 18 ms
        │ ├ judge                     retried                 9 ms  timed out after 30s
        │ └ judge, attempt 2 of 2     failed                 18 ms  timed out after 30s
        └ … 67 more: 65 ok, 2 failed

        failed
          judge timed_out: 7 times
            timed out after 30s
            in 3 ticket 3, 13 ticket 13, 23 ticket 23, 33 ticket 33, 43 ticket 43, and 2 more

        failed, and tried again
          judge timed_out: 7 times
            timed out after 30s
            in 3 ticket 3, 13 ticket 13, 23 ticket 23, 33 ticket 33, 43 ticket 43, and 2 more

        warnings
          judge: the index is \u{1b}[31mold
    "]]
    .assert_eq(&shown.out);
}

#[test]
fn every_task_is_shown_where_that_is_asked_for() {
    let tasks = |args: &[&str]| {
        let shown = call_with(&[&["show", "-"], args].concat(), &log(72));
        shown.out.lines().filter(|line| line.contains("ticket ")).count()
    };
    assert!(tasks(&[]) < 20);
    assert!(tasks(&["--all"]) >= 72);
}

#[test]
fn json_has_the_tree_and_the_groups() {
    let json = call_with(&["show", "-", "--json"], &log(12)).json();
    let run = &json["runs"][0];
    assert_eq!((&run["end"], &run["by"], &run["run"]), (&"failed".into(), &"judge".into(), &0.into()));
    assert_eq!(run["failures"][0]["count"], 1);
    assert_eq!(run["failures"][0]["first"][0], "3 ticket 3");
    assert_eq!(run["retries"][0]["kind"], "timed_out");
    let fan_out = &run["spans"][1];
    assert_eq!((&fan_out["is"], &fan_out["settled"]["failed"]), (&"fan_out".into(), &1.into()));
    assert_eq!(fan_out["spans"].as_array().map(Vec::len), Some(12));
    assert_eq!(fan_out["spans"][3]["spans"][1]["attempt"], 2);
}

#[test]
fn lines_that_are_missing_are_counted() {
    for (lost, said) in [(1, "1 line was lost"), (2, "2 lines were lost")] {
        let log = format!("{}{{\"e\":\"lost\",\"t\":100002,\"n\":{lost}}}\n", log(1));
        let shown = call_with(&["show", "-"], &log);
        let last = shown.out.lines().last();
        assert_eq!(last, Some(&*format!("{said}: the disk did not keep up, or failed")), "{}", shown.out);
    }
}

#[test]
fn what_a_log_says_gives_the_terminal_no_orders() {
    let shown = call_with(&["show", "-"], &log(12));
    assert!(
        !shown.out.contains('\x1b') && shown.out.contains(r"the index is \u{1b}[31mold"),
        "{}",
        shown.out
    );
    assert!(shown.out.contains("3 ticket 3"), "{}", shown.out);
}

/// A run of these lines, which has failed of this.
fn run(lines: &[&str], end: &str) -> String {
    let start = r#"{"e":"run","t":0,"v":1,"span":"00000000000000a0","trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"triage"}"#;
    let end = format!(
        r#"{{"e":"/run","t":100,"span":"00000000000000a0","end":"failed","ms":1,"usage":[812,64],{end},"error":"no"}}"#
    );
    [&[start], lines, &[&*end]].concat().join("\n")
}

const TRIED_AGAIN: [&str; 4] = [
    r#"{"e":"call","t":1,"span":"00000000000000a1","in":"00000000000000a0","agent":"plan","n":1,"of":2}"#,
    r#"{"e":"/call","t":10,"span":"00000000000000a1","end":"failed","why":{"kind":"\u001b[2J"},"retry_ms":0}"#,
    r#"{"e":"call","t":11,"span":"00000000000000a2","in":"00000000000000a0","agent":"plan","n":2,"of":2}"#,
    r#"{"e":"/call","t":20,"span":"00000000000000a2","end":"ok"}"#,
];

#[test]
fn a_gate_that_was_not_passed_is_in_the_tree() {
    let gate = r#"{"e":"gate","t":21,"span":"00000000000000a0","agent":"plan","conf":0.25,"min":0.5,"end":"failed"}"#;
    let passed = gate.replace("0.25", "0.75").replace("failed", "ok");
    let log = run(
        &[&TRIED_AGAIN[..], &[&passed, gate]].concat(),
        r#""by":"plan","why":{"kind":"low_confidence","message":"0.25 is below 0.5"}"#,
    );
    let shown = call_with(&["show", "-"], &log).out;
    let tree: Vec<_> = shown.split("\n\n").nth(1).expect("a tree").lines().collect();
    expect![[r"
        plan                  retried  9 µs  \u{1b}[2J
        plan, attempt 2 of 2  ok       9 µs
        gate ≥ 0.5            failed         ← the run failed here  plan is 0.25 sure"]]
    .assert_eq(&tree.join("\n"));
    let run = &call_with(&["show", "-", "--json"], &log).json()["runs"][0];
    assert_eq!((&run["cause"]["is"], &run["cause"]["gate"]), (&"gate".into(), &run["gates"][1]));
    assert_eq!((&run["gates"][0]["passed"], &run["gates"][1]["passed"]), (&true.into(), &false.into()));
}

#[test]
fn a_run_that_failed_as_a_whole_failed_nowhere_in_it() {
    let log = run(&TRIED_AGAIN, r#""by":"plan","why":{"kind":"deadline","message":"1 s have passed"}"#);
    let shown = call_with(&["show", "-"], &log).out;
    assert!(!shown.contains("the run failed here"), "{shown}");
    assert!(call_with(&["show", "-", "--json"], &log).json()["runs"][0]["cause"].is_null());
}

#[test]
fn what_was_not_read_is_told_by_what_it_is() {
    let mut log = log(1);
    log.push_str("none\n{\"e\":\"tool\",\"t\":1}\n{\"e\":\"lost\",\"run\":7,\"t\":1,\"n\":1}\n{\"e\":\"wa");
    let json = call_with(&["show", "-", "--json"], &log).json();
    let skipped = serde_json::json!({ "unknown": 1, "broken": 1, "stray": 1, "half": true });
    assert_eq!(json["skipped"], skipped);
    let shown = call_with(&["show", "-"], &log).out;
    for line in [
        "1 line is skipped: no JSON of a log",
        "1 line is skipped: of a run or a span whose start is not in the log",
        "1 line is skipped: of a newer version",
        "the last line is cut off",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn what_is_too_deep_is_counted() {
    let pipelines: Vec<_> = (0..150)
        .map(|level| {
            let (span, within) = (0xa1 + level, 0xa0 + level);
            format!(
                r#"{{"e":"pipeline","t":1,"span":"{span:016x}","in":"{within:016x}","name":"level {level}"}}"#
            )
        })
        .collect();
    let lines: Vec<_> = pipelines.iter().map(|line| &**line).collect();
    let log = run(&lines, r#""by":"plan""#);
    let json = call_with(&["show", "-", "--json"], &log).json();
    let mut at = &json["runs"][0]["spans"][0];
    let mut depth = 1;
    while let Some(within) = at["spans"].get(0) {
        (at, depth) = (within, depth + 1);
    }
    assert_eq!(at["spans_left_out"], 150 - depth);
    let shown = call_with(&["show", "-"], &log).out;
    assert!(shown.contains("level 100") && shown.contains("└ … 49 parts below"), "{shown}");
}

#[test]
fn runs_are_listed_the_latest_first() {
    let folder = folder("ls");
    let (failed, whole) = (log(12), log(1));
    let ok = whole
        .replace(r#""end":"failed","ms""#, r#""end":"ok","ms""#)
        .replace("1796050800000", "1796050900000");
    write(&folder, "b.jsonl", &failed);
    write(&folder, "a.jsonl", &ok);
    write(&folder, "notes.jsonl", "{\"mine\": 1}\n");
    write(&folder, "killed.jsonl", &failed[..failed.len() / 2]);
    write(&folder, "c.txt", &failed);
    let dir = folder.to_str().expect("UTF-8");
    let files = |args: &[&str]| {
        let listed = call(&[&["ls", dir, "--json"], args].concat());
        assert_eq!((listed.code, &*listed.err), (Some(0), ""));
        let runs = listed.json()["runs"].as_array().expect("a list").clone();
        let name = |run: &serde_json::Value| {
            run["file"].as_str().and_then(|file| file.rsplit('/').next()).map(str::to_owned)
        };
        runs.iter().filter_map(name).collect::<Vec<_>>()
    };
    assert_eq!(files(&[]), ["a.jsonl", "b.jsonl", "killed.jsonl"]);
    assert_eq!(files(&["--failed"]), ["b.jsonl", "killed.jsonl"]);
    let json = call(&["ls", dir, "--json"]).json();
    assert_eq!(json["runs"][0]["usage"], call_with(&["show", "-", "--json"], &ok).json()["runs"][0]["usage"]);
    let listed = call(&["ls", dir]).out.replace(dir, "runs");
    expect![[r"
        ok          triage  2026-11-30 15:01:40       100 ms  runs/a.jsonl       pipeline `triage`, agent `judge`: 1 of 1 tasks succeeded
        failed      triage  2026-11-30 15:00:00       100 ms  runs/b.jsonl       pipeline `triage`, agent `judge`: 11 of 12 tasks succeeded
        unfinished  triage  2026-11-30 15:00:00        99 ms  runs/killed.jsonl
    "]].assert_eq(&listed);
}

/// No more of a log is kept than how its runs began and ended, and of several runs in a file each has its own.
#[test]
fn runs_of_one_file_are_told_apart() {
    let folder = folder("ls_several");
    let (first, second) = (log(1), log(12).replace(r#","t":"#, r#","run":1,"t":"#));
    // Side by side, as two runs at once write them; the first was killed.
    let mut lines: Vec<_> = first.lines().take(4).chain(second.lines()).collect();
    lines.swap(1, 4);
    let file = write(&folder, "two.jsonl", &lines.join("\n"));
    let runs = call(&["ls", &file, "--json"]).json()["runs"].clone();
    let told =
        |run: usize| (runs[run]["run"].clone(), runs[run]["end"].clone(), runs[run]["elapsed_us"].clone());
    assert_eq!(told(0), (0.into(), serde_json::Value::Null, 80_001.into()));
    assert_eq!(told(1), (1.into(), "failed".into(), 100_001.into()));
    let none = write(&folder, "none.jsonl", "{}\n");
    let listed = call(&["ls", &none]);
    assert_eq!(listed.code, Some(2));
    assert!(listed.err.ends_with("is not a run log: none of its lines starts a run\n"), "{}", listed.err);
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_gives_the_terminal_no_orders() {
    let folder = folder("ls_hostile");
    write(&folder, "\u{1b}[31m\u{9b}2J.jsonl", &log(1));
    write(&folder, "\u{1b}[2J.jsonl", &log(1).replacen(r#""v":1"#, r#""v":9"#, 1));
    let dir = folder.to_str().expect("UTF-8");
    for args in [&["ls", dir][..], &["ls", dir, "--json"]] {
        let listed = call(args);
        let said = listed.out + &listed.err;
        assert!(!said.contains(['\x1b', '\u{9b}']), "{said:?}");
        assert!(said.contains("31m") && said.contains("of version 9"), "{said:?}");
    }
}

#[test]
fn a_page_is_written_beside_the_log_or_where_it_is_wanted() {
    let folder = folder("view");
    let file = write(&folder, "run.jsonl", &log(12));
    let (beside, other) = (folder.join("run.html"), folder.join("other.html"));
    let said = call(&["view", &file]);
    assert_eq!((said.code, said.out), (Some(0), format!("{}\n", beside.display())));
    let page = fs::read_to_string(&beside).expect("it was written");
    assert!(page.starts_with("<!doctype html>") && page.contains("triage"));

    let other_name = other.to_str().expect("UTF-8");
    let json = call(&["view", &file, "--out", other_name, "--json"]).json();
    assert_eq!((&json["page"], &json["runs"]), (&other_name.into(), &1.into()));
    assert_eq!(fs::read_to_string(&other).expect("it was written"), page);
    assert_eq!(call(&["view", &file, "-o", "-"]).out, page);
    assert_eq!(call_with(&["view", "-"], &log(12)).out, page);

    let nowhere = call(&["view", &file, "-o", folder.to_str().expect("UTF-8")]);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.err.starts_with("handoff: cannot write `"), "{}", nowhere.err);
    let unnamed = call_with(&["view", "-", "--open"], &log(1));
    assert_eq!((unnamed.code, &*unnamed.out), (Some(2), ""));
}

/// What opens pages is a program of the system's: one that is found first is asked, and one that is not is told of.
#[cfg(target_os = "linux")]
#[test]
fn a_page_is_opened_by_what_the_system_has() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("open");
    let file = write(&folder, "run.jsonl", &log(1));
    let call = || command(&["view", &file, "--open"]).env("PATH", &folder).output().expect("it was built");
    let none = call();
    let said = String::from_utf8_lossy(&none.stderr);
    assert_eq!(none.status.code(), Some(2));
    assert!(said.contains("the page is written, but `xdg-open` cannot be run"), "{said}");

    let opener = write(&folder, "xdg-open", "#!/bin/sh\necho \"$1\" > \"${0%/*}/opened\"\n");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("it is ours");
    assert_eq!(call().status.code(), Some(0));
    let asked = fs::read_to_string(folder.join("opened")).expect("it was asked");
    assert_eq!(Path::new(asked.trim_end()).file_name(), Some("run.html".as_ref()));
}

#[test]
fn what_is_no_log_says_so() {
    let folder = folder("no_log");
    let file = write(&folder, "Cargo.toml", "[package]\n");
    let shown = call(&["show", &file]);
    assert_eq!((shown.code, &*shown.out), (Some(2), ""));
    assert!(shown.err.contains("is not a run log"), "{}", shown.err);
    let none = call_with(&["show", "-", "--run", "7"], &log(1));
    assert_eq!(
        (none.code, &*none.err),
        (Some(2), "handoff: the runs in standard input have numbers up to 0: write `--run 0`\n")
    );
    let empty = call(&["ls", folder.to_str().expect("UTF-8")]);
    assert_eq!((empty.code, &*empty.out), (Some(0), ""));
    assert!(empty.err.starts_with("handoff: no runs in "), "{}", empty.err);
}
