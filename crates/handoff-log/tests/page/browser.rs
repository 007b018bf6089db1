//! The page in a browser: a script of Node's drives Chromium.
//!
//! `tests/page/browser/install.sh` installs both. Where they are not, the test says so and passes, unless
//! `HANDOFF_BROWSER` names the browser: then it has to be there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use handoff::Runtime;
use handoff_log::Log;
use serde_json::json;

use super::logs::{self, Ending};
use super::study::study;
use super::{hostile, page};

#[tokio::test]
async fn opens_and_does_what_it_is_told() {
    let wanted = env::var_os("HANDOFF_BROWSER");
    let browser = wanted.clone().map_or_else(|| "chromium".into(), PathBuf::from);
    for program in [&browser, Path::new("node")] {
        if !runs(program) {
            let missing =
                format!("no `{}` here: tests/page/browser/install.sh installs it", program.display());
            assert!(wanted.is_none(), "{missing}");
            // Not `eprintln!`: that is kept from whoever watches a test that passes.
            writeln!(io::stderr(), "skipped: {missing}").unwrap();
            return;
        }
    }
    let real = real().await;
    let pages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&pages).unwrap();
    let label = |task| format!("part {task}");
    let three = [Ending::Succeeds, Ending::Unsure, Ending::Fails].into_iter().zip(0..);
    for (name, log) in [
        ("small", logs::Log::study(0, 5, Ending::Succeeds, label)),
        ("failed", logs::Log::study(0, 60, Ending::Fails, label)),
        ("large", logs::Log::study(0, 5000, Ending::Fails, label)),
        ("killed", logs::Log::study(0, 40, Ending::Killed, label)),
        ("unsure", logs::Log::study(0, 40, Ending::Unsure, label)),
        ("several", three.map(|(ending, run)| logs::Log::study(run, 7, ending, label)).collect()),
        ("tools", tools()),
        ("hostile", hostile::log()),
        ("real", real),
    ] {
        fs::write(pages.join(name).with_extension("html"), page(&log)).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/browser/page.mjs");
    let output = Command::new("node").arg(script).arg(browser).arg(&pages).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{told}");
}

/// The log of a run in which an agent and a pipeline are tools of an agent.
fn tools() -> String {
    let span = |id: u64| format!("{id:016x}");
    let call = |t: u64, id: u64, within: u64, agent: &str| json!({ "e": "call", "t": t, "span": span(id), "in": span(within), "agent": agent, "role": "worker", "n": 1, "of": 1 });
    let ended = |t: u64, id: u64, of: &str| json!({ "e": of, "t": t, "span": span(id), "end": "ok" });
    let lines = [
        json!({ "e": "run", "v": 1, "t": 0, "span": span(1), "trace": format!("{:032x}", 7), "pipeline": "answer" }),
        call(1, 2, 1, "ask"),
        call(2, 3, 2, "look"),
        json!({ "e": "pipeline", "t": 2, "span": span(4), "in": span(2), "name": "refine" }),
        call(3, 5, 4, "narrow"),
        ended(400, 3, "/call"),
        ended(500, 5, "/call"),
        ended(500, 4, "/pipeline"),
        ended(900, 2, "/call"),
        json!({ "e": "/run", "t": 1000, "span": span(1), "end": "ok", "ms": 1, "usage": [0, 0] }),
    ];
    lines.map(|line| line.to_string()).join("\n")
}

/// The log of a run that was, with its payloads.
async fn real() -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real.jsonl");
    let log = Log::create(&path).unwrap().payloads();
    let runtime = Runtime::builder().observer(log.clone()).build();
    runtime.run(study, "alpha beta gamma".to_owned()).await.unwrap_err();
    log.flush().unwrap();
    fs::read_to_string(path).unwrap()
}

fn runs(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}
