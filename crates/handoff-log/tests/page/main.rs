//! The page of a log: what is in the file, and what a browser makes of it.

mod browser;
mod hostile;
mod logs;
mod study;

use handoff_log::{RunLog, view};
use logs::{Ending, Log};
use serde_json::Value;

fn page(log: &str) -> String {
    view(&RunLog::read(log.as_bytes()).unwrap())
}

/// What stands between the two, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split_once(after).unwrap().0)
}

fn blocks(page: &str) -> impl Iterator<Item = &str> {
    between(page, r#"class="run""#, "</script>").map(|block| block.split_once('>').unwrap().1)
}

fn runs(page: &str) -> Vec<Value> {
    blocks(page).map(|run| serde_json::from_str(run).unwrap()).collect()
}

#[test]
fn five_thousand_nested_tasks_are_less_than_five_megabytes() {
    let log = Log::study(0, 5000, Ending::Fails, |task| format!("part {task}"));
    let page = page(&log);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let [run] = &runs(&page)[..] else { panic!("one run") };
    let tasks = run["kind"].as_str().unwrap().matches('t').count();
    assert!(tasks > 10_000, "{tasks} tasks");
    println!("{} lines, {} bytes; the page has {} bytes", log.lines().count(), log.len(), page.len());
}

#[test]
fn a_log_cannot_break_out_of_its_block() {
    let page = page(&hostile::log());
    let harmless = self::page(&Log::study(0, 1, Ending::Succeeds, |_| String::new()));
    for end in ["</script", "</style", "<!--"] {
        assert_eq!(page.matches(end).count(), harmless.matches(end).count(), "{end}");
    }
    for run in blocks(&page) {
        assert!(!run.contains('<'));
    }
    // Nothing is lost by it.
    assert!(runs(&page)[0]["texts"].as_array().unwrap().iter().any(|text| text == hostile::TEXT));
}

#[test]
fn what_may_run_is_known_by_its_hash() {
    let page = page(&Log::study(0, 1, Ending::Succeeds, |_| String::new()));
    let [policy] = between(&page, r#"Content-Security-Policy" content=""#, "\"").collect::<Vec<_>>()[..]
    else {
        panic!("one policy")
    };
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    for elsewhere in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
}

#[test]
fn a_payload_is_shown_where_it_is_in_the_log() {
    let log = Log::study(0, 1, Ending::Succeeds, |_| String::new());
    assert!(runs(&page(&log))[0]["handoffs"]["payload"].is_null());
    let with = log.replacen(r#""e":"handoff""#, r#""e":"handoff","payload":{"secret": [1, 2.50]}"#, 1);
    let run = &runs(&page(&with))[0];
    let text = usize::try_from(run["handoffs"]["payload"][1][0].as_u64().unwrap()).unwrap();
    assert_eq!(run["texts"][text], r#"{"secret": [1, 2.50]}"#);
}

/// The row that the page opens at, and what it says of its end.
fn cause(log: &str) -> (Value, Value) {
    let run = runs(&page(log)).remove(0);
    let Some(row) = run["cause"].as_u64() else { return (Value::Null, Value::Null) };
    let row = usize::try_from(row).unwrap();
    let name = usize::try_from(run["name"][row].as_u64().unwrap()).unwrap();
    (run["kind"].as_str().unwrap()[row..=row].into(), run["texts"][name].clone())
}

#[test]
fn a_failed_run_opens_at_what_ended_it() {
    let study = |ending| Log::study(0, 60, ending, |task| format!("part {task}"));
    assert_eq!(cause(&study(Ending::Fails)), ("c".into(), "publish_plainly".into()));
    assert_eq!(cause(&study(Ending::Unsure)), ("g".into(), "plan".into()));
    assert_eq!(cause(&study(Ending::Succeeds)), (Value::Null, Value::Null));
    assert_eq!(cause(&study(Ending::Killed)), (Value::Null, Value::Null));
    // By its deadline, as a whole: what failed before did no harm.
    let late = study(Ending::Late);
    assert!(late.contains(r#""end":"failed""#) && late.contains("deadline"));
    assert_eq!(cause(&late), (Value::Null, Value::Null));
}
