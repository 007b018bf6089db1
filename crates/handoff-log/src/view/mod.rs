//! A log as a page.

mod contracts;
mod data;
mod page;

use std::convert::Infallible;
use std::io::{self, Write};

use crate::read::RunLog;

/// Makes a page of a log: one HTML file, which works offline.
///
/// It shows the runs of the log, the last one first: figures, the pipeline with the outcome of each stage, a
/// timeline, how close the handoffs came to their budgets, what failed, and why. A failed run is opened at
/// the place of the failure. A click on an agent shows its documentation and its contracts, with that of each
/// field. `?` on the page lists the keys.
///
/// Payloads are on the page if they are in the log. All content of the log is shown as text: nothing in it
/// can become a part of the page.
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
/// A page of five thousand nested tasks has less than 3 MB.
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
/// Returns the errors of `to`.
pub fn write_view(log: &RunLog, mut to: impl Write) -> io::Result<()> {
    page::parts(log, |part| to.write_all(part.as_bytes()))
}
