//! A log as a page.

mod data;
mod page;

use std::convert::Infallible;
use std::io::{self, Write};

use crate::read::RunLog;

/// Makes a page of a log: one HTML file, which needs nothing beside itself and asks nobody for anything.
///
/// It shows the runs of the log, the last one first: its figures, its pipeline with what became of each stage, when
/// everything was under way, how close the handoffs came to their budgets, what failed, and why. A run that has failed
/// is opened where it did. `?` on the page says which keys there are.
///
/// Payloads are on the page where they are in the log, and nowhere else. Whatever the log says is shown as text: nothing
/// in it can become a part of the page.
///
/// ```
/// use handoff_log::{RunLog, view};
///
/// # let text = r#"{"e":"run","v":1,"t":0,"span":"00000000000000a0","trace":"0af7651916cd43dd8448eb211c80319c","pipeline":"study"}"#;
/// # let file = text.as_bytes();
/// let log = RunLog::read(file)?;
/// let page = view(&log);
/// assert!(page.starts_with("<!doctype html>"));
/// # Ok::<_, handoff_log::ReadError>(())
/// ```
///
/// A page of five runs or of five thousand tasks is looked at in the same way; of five thousand nested ones, it has less
/// than 3 MB.
#[must_use]
pub fn view(log: &RunLog) -> String {
    let mut page = String::new();
    let Ok(()) = page::parts(log, |part| {
        page.push_str(part);
        Ok::<_, Infallible>(())
    });
    page
}

/// Writes [the page](view) of a log, a run at a time.
///
/// # Errors
///
/// That of `to`.
pub fn write_view(log: &RunLog, mut to: impl Write) -> io::Result<()> {
    page::parts(log, |part| to.write_all(part.as_bytes()))
}
