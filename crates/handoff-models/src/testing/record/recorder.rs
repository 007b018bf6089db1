//! Writing a recording.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::line::{self, Answer, Line};
use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::json::Json;
use crate::provider::{Completing, Provider, Sink};
use crate::request::Request;

/// A provider that records the requests and answers of another one, for a [`Replay`](super::Replay).
///
/// Each request is a line of JSON with its result. Keys, headers and addresses are not recorded. Prompts and
/// answers are in the file, so look at it before it is committed.
///
/// A file belongs to one model in one test: two recorders of the same file overwrite each other. A line is
/// written when its call has ended, in one piece. If the process is killed, the recording lacks the calls
/// that were under way, and its last line may be broken. A call that nobody waits for any more (a timeout, a
/// race) is recorded as one that never answers.
///
/// ```
/// use handoff_models::testing::{FakeModel, Recorder};
///
/// # let path = std::env::temp_dir().join(format!("handoff-recorder-doc-{}.jsonl", std::process::id()));
/// let provider = Recorder::to(&path, FakeModel::seeded(7))?;
/// # drop(provider); std::fs::remove_file(path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Recorder<P> {
    provider: P,
    file: Mutex<File>,
}

impl<P: Provider> Recorder<P> {
    /// Records to a file, which is overwritten. Its folder is created if there is none.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be created.
    pub fn to(path: impl AsRef<Path>, provider: P) -> io::Result<Self> {
        let path = path.as_ref();
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let file = folder.and_then(|()| File::create(path)).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("the recording `{}` cannot be made: {error}", path.display()),
            )
        })?;
        Ok(Self { provider, file: Mutex::new(file) })
    }

    fn write(&self, request: Json, answer: Answer) -> Result<(), ProviderError> {
        let model = self.provider.name().to_owned();
        let line = Line { model, dialect: self.provider.dialect().into(), request, answer };
        let written = serde_json::to_string(&line).map_err(io::Error::from).and_then(|line| {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.write_all(format!("{line}\n").as_bytes())
        });
        written.map_err(|error| ProviderError::NoAnswer(format!("the recording cannot be written: {error}")))
    }
}

impl<P: Provider> Provider for Recorder<P> {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn dialect(&self) -> Dialect {
        self.provider.dialect()
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        Box::pin(async move {
            let mut call = Call { recorder: self, request: Some(line::request(request)) };
            let outcome = self.provider.complete(request, sink).await;
            if let Some(request) = call.request.take() {
                self.write(request, Answer::of(&outcome))?;
            }
            outcome
        })
    }
}

/// A call under way. Where it is dropped, nobody waits for its answer any more.
struct Call<'a, P: Provider> {
    recorder: &'a Recorder<P>,
    request: Option<Json>,
}

impl<P: Provider> Drop for Call<'_, P> {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            // Who would be told of an error is gone; the next call has the same one.
            let _ = self.recorder.write(request, Answer::Abandoned);
        }
    }
}

impl<P: Provider> fmt::Debug for Recorder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("provider", &self.provider.name()).finish_non_exhaustive()
    }
}
