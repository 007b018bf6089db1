//! The page in a browser: a script of Node's drives Chromium.
//!
//! `tests/page/browser/install.sh` installs both. Where they are not, the test says so and passes, unless
//! `HANDOFF_BROWSER` names the browser: then it has to be there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use super::logs::{Ending, Log};
use super::{hostile, page};

#[test]
fn opens_and_does_what_it_is_told() {
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
    let pages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&pages).unwrap();
    let label = |task| format!("part {task}");
    let three = [Ending::Succeeds, Ending::Unsure, Ending::Fails].into_iter().zip(0..);
    for (name, log) in [
        ("small", Log::study(0, 5, Ending::Succeeds, label)),
        ("failed", Log::study(0, 60, Ending::Fails, label)),
        ("large", Log::study(0, 5000, Ending::Fails, label)),
        ("killed", Log::study(0, 40, Ending::Killed, label)),
        ("unsure", Log::study(0, 40, Ending::Unsure, label)),
        ("several", three.map(|(ending, run)| Log::study(run, 7, ending, label)).collect()),
        ("hostile", hostile::log()),
    ] {
        fs::write(pages.join(name).with_extension("html"), page(&log)).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/browser/page.mjs");
    let output = Command::new("node").arg(script).arg(browser).arg(&pages).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{told}");
}

fn runs(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}
