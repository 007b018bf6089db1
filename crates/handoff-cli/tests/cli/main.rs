//! The binary, as it is called.

mod habits;
mod locks;
mod logs;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a call came to.
struct Came {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Came {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
    command.args(args).env_remove("CARGO_MANIFEST_DIR");
    command
}

fn call(args: &[&str]) -> Came {
    call_with(args, "")
}

/// Calls it with a text on standard input.
fn call_with(args: &[&str], input: &str) -> Came {
    let piped = || Stdio::piped();
    let mut child =
        command(args).stdin(piped()).stdout(piped()).stderr(piped()).spawn().expect("it was built");
    let mut stdin = child.stdin.take().expect("it is piped");
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Came { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    })
}

/// A folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("it can be removed");
    }
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

/// A file in a folder, as an argument.
fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("it can be written");
    path.to_str().expect("UTF-8").to_owned()
}
