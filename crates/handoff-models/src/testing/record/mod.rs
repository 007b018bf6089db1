//! Answers of a real model, kept in a file and played again.

mod line;
mod recorder;
mod replay;

use std::env;
use std::io;
use std::path::Path;

pub use self::recorder::Recorder;
pub use self::replay::Replay;
use crate::provider::Provider;

/// Plays a recording, or makes it if the environment has `HANDOFF_RECORD=1`.
///
/// Tests that were written against a real model then run without a network and a key. With `HANDOFF_RECORD=1
/// cargo test plans` the provider is created and asked, and its answers replace those in the file.
///
/// ```no_run
/// use handoff_models::testing::replay_or_record;
/// # use handoff_models::testing::FakeModel;
/// # fn openai() -> FakeModel { FakeModel::seeded(1) }
///
/// # fn run() -> std::io::Result<()> {
/// let provider = replay_or_record("tests/recordings/plans.jsonl", || openai())?;
/// # let _ = provider;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Returns an error if there is no recording, or it cannot be read or written, and if the environment has
/// both `HANDOFF_RECORD` and `CI`, since nobody reviews what is recorded there.
pub fn replay_or_record<P: Provider>(
    path: impl AsRef<Path>,
    provider: impl FnOnce() -> P,
) -> io::Result<Box<dyn Provider>> {
    let is_set =
        |name| env::var_os(name).is_some_and(|value| !matches!(value.to_str(), Some("" | "0" | "false")));
    choose(path.as_ref(), provider, is_set(RECORD), is_set("CI"))
}

/// Says that a recording is made and not played.
const RECORD: &str = "HANDOFF_RECORD";

fn choose<P: Provider>(
    path: &Path,
    provider: impl FnOnce() -> P,
    record: bool,
    ci: bool,
) -> io::Result<Box<dyn Provider>> {
    match (record, ci) {
        (true, true) => {
            Err(io::Error::other("`HANDOFF_RECORD` is set beside `CI`: recordings are made by people"))
        }
        (true, false) => Ok(Box::new(Recorder::to(path, provider())?)),
        (false, _) => match Replay::from(path) {
            Ok(replay) => Ok(Box::new(replay)),
            Err(error) => {
                Err(io::Error::new(error.kind(), format!("{error}; `{RECORD}=1` makes the recording anew")))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeModel;

    #[test]
    fn a_recording_is_played_unless_one_is_asked_for() {
        let path = env::temp_dir().join(format!("handoff-mode-{}.jsonl", std::process::id()));
        let choose = |record, ci| {
            let chosen = choose(&path, || FakeModel::seeded(1), record, ci);
            chosen.map(|provider| provider.name().to_owned()).map_err(|error| error.to_string())
        };
        let shown = path.display();
        let none = format!(
            "the recording `{shown}` cannot be read: No such file or directory (os error 2); `HANDOFF_RECORD=1` makes the \
             recording anew"
        );
        assert_eq!(choose(false, true), Err(none));
        assert_eq!(
            choose(true, true),
            Err("`HANDOFF_RECORD` is set beside `CI`: recordings are made by people".to_owned())
        );
        assert_eq!(choose(true, false).as_deref(), Ok("fake"));
        assert_eq!(choose(false, false).as_deref(), Ok("replay"));
        std::fs::remove_file(path).expect("the recording is there");
    }
}
