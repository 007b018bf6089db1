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
