//! `diff`, `schema` and `check`.

use expect_test::expect;
use handoff::lock::Lock;
use handoff::prelude::*;
use serde_json::json;

use crate::{Came, call, call_with, folder, write};

/// One build of a crate with a pipeline.
macro_rules! build {
    ($build:ident { $($contracts:tt)* }) => {
        #[allow(unreachable_pub)] // the pipeline is public, and so are its contracts
        mod $build {
            use handoff::prelude::*;

            $($contracts)*

            #[agent]
            async fn plan(goal: Goal) -> Plan { Plan { steps: vec![Step { id: goal.text, share: 1.0 }] } }
            #[agent]
            async fn merge(plan: Plan) -> String { plan.steps[0].id.clone() }

            pipeline! { pub research(Goal) -> String { plan => merge } }
        }
    };
}

build! { old {
    #[contract(max_tokens = 400)]
    pub struct Goal { pub text: String }
    #[contract]
    pub struct Step { #[check(len(1..=32))] pub id: String, #[check(range(0.0..=1.0))] pub share: f64 }
    #[contract]
    pub struct Plan { #[check(len(1..=4))] pub steps: Vec<Step> }
} }

build! { new {
    #[contract(max_tokens = 400)]
    pub struct Question { pub text: String }
    pub type Goal = Question;
    #[contract]
    pub struct Step { #[check(len(1..=64))] pub id: String, #[check(range(0.0..=1.0))] pub share: f64 }
    #[contract]
    pub struct Plan { #[check(len(1..=4))] pub steps: Vec<Step> }
} }

fn locks(name: &str) -> [String; 2] {
    let folder = folder(name);
    let text = |pipeline: Description| Lock::of([pipeline]).expect("no name twice").to_string();
    [
        write(&folder, "old.lock", &text(old::research.describe())),
        write(&folder, "new.lock", &text(new::research.describe())),
    ]
}

#[test]
fn a_change_that_breaks_somebody_is_told_and_exits_with_1() {
    let [old, new] = locks("diff");
    let Came { code, out, err } = call(&["diff", &old, &new]);
    assert_eq!((code, &*err), (Some(1), ""));
    expect![[r"
        Plan has changed:
          /steps/*/id  len 1..=64, was 1..=32  breaks receivers

        Question was Goal; it means the same

        breaks receivers: what the new build sends, an old one may refuse
    "]]
    .assert_eq(&out);

    let json = call(&["diff", &old, &new, "--json"]);
    assert_eq!(json.code, Some(1));
    assert_eq!(
        json.json(),
        json!({
            "breaks": "receivers",
            "differences": [
                { "is": "changed", "contract": "Plan", "breaks": "receivers", "changes": [
                    { "pointer": "/steps/*/id", "message": "len 1..=64, was 1..=32", "breaks": "receivers" },
                ] },
                { "is": "renamed", "contract": "Question", "from": "Goal" },
            ],
            "documentation": [],
        })
    );
}

#[test]
fn what_breaks_nobody_exits_with_0() {
    let [old, _] = locks("same");
    let same = call(&["diff", &old, &old]);
    assert_eq!((same.code, &*same.out), (Some(0), "both mean the same\n"));

    let text = std::fs::read_to_string(&old).expect("it was written");
    let start = text.find("contract String").expect("it is the last");
    let fewer = call_with(&["diff", &old, "-"], &text[..start]);
    assert_eq!(fewer.code, Some(0));
    assert_eq!(fewer.out, "String is gone\n\nnothing of this breaks senders or receivers\n");

    let comment = r#""description": "What is wanted.", "properties""#;
    let documented = text.replacen(r#""properties""#, comment, 1);
    let other = call_with(&["diff", &old, "-"], &documented);
    assert_eq!(other.code, Some(0));
    assert_eq!(other.out, "both mean the same\nother documentation, which breaks nobody: Goal\n");
    let json = call_with(&["diff", &old, "-", "--json"], &documented).json();
    assert_eq!(json, json!({ "breaks": "neither", "differences": [], "documentation": ["Goal"] }));
}

#[test]
fn a_schema_is_printed_as_it_is_in_the_file() {
    let [old, _] = locks("schema");
    let lock = Lock::read(&old).expect("it was written");
    assert_eq!(call(&["schema", &old]).out, "Goal\nPlan\nString\n");
    let plan = call(&["schema", &old, "Plan"]);
    assert_eq!(plan.json(), *lock.contract("Plan").expect("it is there").schema.as_value());
    let all = call(&["schema", &old, "--json"]).json();
    assert_eq!(all["contracts"][0]["max_tokens"], 400);
    assert_eq!(all["contracts"][0]["fingerprint"], old::Goal::fingerprint().to_string());

    let none = call(&["schema", &old, "Plam"]);
    assert_eq!((none.code, &*none.out), (Some(2), ""));
    assert!(none.err.ends_with("old.lock: it has `Goal`, `Plan`, `String`\n"), "{}", none.err);
}

const REPLIES: [&str; 8] = [
    r#"{"steps": [{"id": "a", "share": 0.5}]}"#,
    r#"{"steps": []}"#,
    r#"{"steps": [{"id": "", "share": 2}, {"id": 7}], "why": "secret-4711"}"#,
    r#"{"steps": [{"id": "a", "share": 0.5, "share": 1e999}]}"#,
    r#"{"steps": {"secret-4711": 1}}"#,
    "[]",
    "```json\n{\"steps\": [{\"id\": \"a\", \"share\": -1}]}\n```",
    "{\"steps\": [",
];

#[test]
fn a_reply_is_checked_in_the_words_of_parse() {
    let [lock, _] = locks("check");
    for reply in REPLIES {
        for lenient in [false, true] {
            let parsed = if lenient {
                old::Plan::parse_lenient(reply).map(|read| read.value)
            } else {
                old::Plan::parse(reply)
            };
            for values in [false, true] {
                let mut args = vec!["check", "-", "--lock", &lock, "--contract", "Plan"];
                args.extend(lenient.then_some("--lenient"));
                args.extend(values.then_some("--values"));
                let Came { code, out, err } = call_with(&args, reply);
                assert_eq!((code, &*err), (Some(i32::from(parsed.is_err())), ""), "{reply}: {out}");
                let Err(violation) = &parsed else {
                    assert!(out.starts_with("standard input fits `Plan`"), "{out}");
                    continue;
                };
                let expected: Vec<_> = violation
                    .violations()
                    .iter()
                    .map(|one| if values { one.with_value().to_string() } else { one.to_string() })
                    .collect();
                let lines: Vec<_> = out.lines().skip(1).map(str::trim_start).collect();
                assert_eq!(lines, expected, "{reply}");
                assert!(values || !out.contains("4711"), "{out}");
            }
        }
    }
}

#[test]
fn what_was_left_out_and_what_was_found_are_in_the_json() {
    let [lock, _] = locks("check_json");
    let check = |reply: &str, more: &[&str]| {
        let args = ["check", "-", "--json", "--lock", &lock, "--contract", "Plan"];
        call_with(&[&args[..], more].concat(), reply).json()
    };
    assert_eq!(
        check("```\n{\"steps\": [{\"id\": \"a\", \"share\": 1}]}\n```", &["--lenient"]),
        json!({ "contract": "Plan", "fits": true, "left_out": "fence" })
    );
    let violation = |found: Option<&str>| {
        let message = "expected a list, found a number";
        json!({ "pointer": "/steps", "keyword": "type", "message": message, "found": found })
    };
    for (more, found) in [(&["--values"][..], Some("7")), (&[], None)] {
        assert_eq!(
            check(r#"{"steps": 7}"#, more),
            json!({ "contract": "Plan", "fits": false, "total": 1, "violations": [violation(found)] })
        );
    }
}

#[test]
fn a_lock_file_gives_the_terminal_no_orders() {
    let [old, new] = locks("hostile_lock");
    let hostile = |file: &str| {
        let text = std::fs::read_to_string(file).expect("it was written");
        assert!(text.contains("Plan"));
        std::fs::write(file, text.replace("Plan", "Pl\u{9b}an\u{202e}")).expect("it can be written");
    };
    hostile(&old);
    hostile(&new);
    for args in [
        &["diff", &*old, &*new][..],
        &["diff", &*old, &*new, "--json"],
        &["schema", &*old],
        &["schema", &*old, "--json"],
        &["schema", &*old, "none"],
    ] {
        let came = call(args);
        let said = came.out + &came.err;
        assert!(said.contains("9b") && said.contains("202e"), "{args:?}: {said:?}");
        assert!(!said.contains(['\u{9b}', '\u{202e}']), "{args:?}: {said:?}");
    }
}
