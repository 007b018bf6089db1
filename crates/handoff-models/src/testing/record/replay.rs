//! Playing a recording.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::fs;
use std::future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::line::{self, Answer, Line};
use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::json::Json;
use crate::provider::{Completing, Provider, Sink};
use crate::request::Request;
use crate::testing::difference::{differences, reordered};

/// A provider that plays what a [`Recorder`](super::Recorder) has recorded.
///
/// Requests are matched by prompts, schema, cap, temperature and seed, but not by the `traceparent`. They may
/// come in any order, as those of a fan-out do; equal requests get their answers in the order in which those
/// were recorded. An answer arrives at once, in one piece. A call that was recorded as one that nobody waited
/// for never ends; with a paused clock that takes no time.
///
/// # Errors
///
/// A request that was not recorded, or not as often, fails with [`ProviderError::NoAnswer`], after which
/// there is no further attempt. The message shows the first difference from the most similar recorded
/// request:
///
/// ```text
/// this request for `Plan` is not in `plans.jsonl`: /messages/0/user from character 64: recorded `…"text":"Why is the sky
/// blue?"}\n</Question>`, now `…"text":"Why is the sea blue?"}\n</Question>`
/// ```
pub struct Replay {
    path: PathBuf,
    model: String,
    dialect: Dialect,
    /// Those of equal requests under their JSON.
    recorded: Mutex<HashMap<String, Recorded>>,
}

/// A request, and the answers that it got.
struct Recorded {
    request: Json,
    answers: VecDeque<Answer>,
    given: usize,
}

impl Replay {
    /// Reads a recording. A last line that is incomplete is ignored.
    ///
    /// # Errors
    ///
    /// Returns an error, with the line, if the file cannot be read or is not a recording.
    pub fn from(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("the recording `{}` cannot be read: {error}", path.display()),
            )
        })?;
        let wrong = |number: usize, why: &str| {
            let why = format!("line {number} of the recording `{}` is wrong: {why}", path.display());
            io::Error::new(io::ErrorKind::InvalidData, why)
        };
        let mut of = None;
        let mut recorded = HashMap::<String, Recorded>::new();
        for (index, text) in text.split_inclusive('\n').enumerate() {
            let Line { model, dialect, request, answer } = match serde_json::from_str(text.trim_end()) {
                Ok(line) => line,
                Err(_) if !text.ends_with('\n') => break,
                Err(error) => {
                    let why = error.to_string();
                    // Its line is 1, since it has read no other.
                    return Err(wrong(index + 1, why.split(" at line 1 ").next().unwrap_or(&why)));
                }
            };
            let (first_model, first_dialect) = of.get_or_insert_with(|| (model.clone(), dialect));
            if (&*first_model, *first_dialect) != (&model, dialect) {
                return Err(wrong(index + 1, "it is of another model than those before"));
            }
            let new = || Recorded { request: request.clone(), answers: VecDeque::new(), given: 0 };
            recorded.entry(request.to_string()).or_insert_with(new).answers.push_back(answer);
        }
        let (model, dialect) =
            of.map_or(("replay".to_owned(), Dialect::Plain), |(model, dialect)| (model, dialect.into()));
        Ok(Self { path: path.to_owned(), model, dialect, recorded: Mutex::new(recorded) })
    }

    /// Returns the number of recorded answers that were not requested yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.lock().values().map(|recorded| recorded.answers.len()).sum()
    }

    fn next(&self, request: &Request) -> Result<Answer, String> {
        let asked = line::request(request);
        let mut all = self.lock();
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).display();
        let contract = &request.contract;
        let Some(recorded) = all.get_mut(&asked.to_string()) else {
            let of = |request: &Json| request.get("contract") == asked.get("contract");
            let recorded = all.values().map(|recorded| &recorded.request).filter(|request| of(request));
            let how = difference(recorded, &asked);
            return Err(format!("this request for `{contract}` is not in `{file}`: {how}"));
        };
        let Some(answer) = recorded.answers.pop_front() else {
            let times =
                if recorded.given == 1 { "once".to_owned() } else { format!("{} times", recorded.given) };
            return Err(format!(
                "this request for `{contract}` is in `{file}` {times}, and is made once more"
            ));
        };
        recorded.given += 1;
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Recorded>> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What differs first from the nearest of the requests for the same contract: the one that begins as this one does for longest.
fn difference<'a>(recorded: impl Iterator<Item = &'a Json>, asked: &Json) -> String {
    let text = asked.to_string();
    let same = |request: &Json| {
        let other = request.to_string();
        let length = text.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
        // Of two that are as near, always the same one.
        (length, std::cmp::Reverse(other))
    };
    let Some(nearest) = recorded.max_by_key(|request| same(request)) else {
        return "none for this contract is".to_owned();
    };
    if let Some(difference) = differences("", nearest, asked).first() {
        return difference.say("recorded", "now");
    }
    let pointer = reordered("", nearest, asked).unwrap_or_default();
    format!("{pointer}: the keys were recorded in another order")
}

impl Provider for Replay {
    fn name(&self) -> &str {
        &self.model
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        Box::pin(async move {
            let answer = self.next(request).map_err(ProviderError::NoAnswer)?;
            let Some(outcome) = answer.outcome() else { return future::pending().await };
            if let Ok(completion) = &outcome {
                sink(&completion.text);
            }
            outcome
        })
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("path", &self.path).field("left", &self.left()).finish_non_exhaustive()
    }
}
