//! Runs on a Restate server. Where none is installed, nothing is tested, and that is said.

mod balancer;
#[path = "../../examples/cluster/count.rs"]
mod count;
mod hosts;
mod journal;
mod kills;
mod limits;
#[path = "../../examples/cluster/notes.rs"]
mod notes;
mod observed;
mod program;
mod refusals;
mod runs;
mod signals;
mod silence;

use handoff_restate::testing::{Server, ServerError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, process};

/// A server with these settings, unless none is installed.
fn server_with(settings: &[(&str, &str)]) -> Option<Server> {
    match Server::start_with(settings) {
        Ok(server) => Some(server),
        Err(error @ ServerError::NotInstalled) => {
            // Past the test harness, which shows nothing of a test that passes.
            let _ = writeln!(std::io::stderr(), "skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn server() -> Option<Server> {
    server_with(&[])
}

/// A file that goes with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("handoff-restate-{}-{name}", process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Waits for something that another process does.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_mins(2), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
