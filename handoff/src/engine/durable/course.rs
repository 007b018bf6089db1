//! One run that is kept in files, from its opening to its end.

use super::drive::{drive_as, read};
use super::opening::{Begun, How, Opened, Opening, Program};
use super::signals::take_answers;
use super::{Here, Scheduled};
use crate::contract::{Contract, ContractViolation, MOST_LEVELS, Violations};
use crate::engine::clock::inside;
use crate::engine::run::{Course, Options, refused};
use crate::engine::{Drive, Runtime};
use crate::error::ErrorKind;
use crate::json::{self, Unwritten};
use crate::panics::guarded;
use std::convert::Infallible;
use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::sync::Arc;

/// Which run is wanted, and for what.
pub(super) struct Wanted<T> {
    pub(super) id: String,
    pub(super) input: Option<T>,
    pub(super) how: How,
}

/// All that this process does for a run.
pub(super) fn course<P, S>(
    runtime: Runtime<S>,
    options: Options,
    program: Program,
    asked: Wanted<P::Input>,
) -> Course<P::Output>
where
    P: Drive<Scheduled<Here<S>>>,
    S: Send + Sync + 'static,
{
    let trace_id = options.origin().trace_id;
    let refuse = move |kind| refused(kind, P::ID, trace_id);
    let tokio = match options.may_begin(&runtime.common) {
        Ok(tokio) => tokio,
        Err(kind) => return Box::pin(ready(Err(refuse(kind)))),
    };
    let Wanted { id, input, how } = asked;
    Box::pin(inside(tokio, async move {
        let text = input.as_ref().map(text_of).transpose();
        let text = text.map_err(|kind| refuse(kind).blame(P::ENTRY))?;
        let waits = program.waits.then(|| program.files.clone());
        let opening = Opening { program, id, how, input: text };
        match opening.open(options).await.map_err(refuse)? {
            Opened::Ended { end, course } => {
                read::<P>(&end?, trace_id).map_err(|error| course.explain(error))
            }
            Opened::Begun(begun) => {
                let Begun { mut journal, options, run, input, course } = *begun;
                let trace_id = options.origin().trace_id;
                let (common, hands) = (Arc::clone(&runtime.common), Here::new(&runtime));
                let taking = waits.map(|files| {
                    take_answers(Arc::clone(&common), files, journal.head().id.clone(), trace_id)
                });
                let drive = drive_as::<P, _, _>(common, options, run, &mut journal, hands, input);
                let outcome = beside(drive, taking).await;
                read::<P>(&course.end(journal, outcome).await?, trace_id)
            }
        }
    }))
}

/// A future, beside one that never ends.
#[inline]
async fn beside<T>(main: impl Future<Output = T>, side: Option<impl Future<Output = Infallible>>) -> T {
    let Some(side) = side else { return main.await };
    // Boxed: hardly any pipeline has signals.
    let (mut main, mut side) = (pin!(main), Box::pin(side));
    poll_fn(|cx| {
        let _ = side.as_mut().poll(cx);
        main.as_mut().poll(cx)
    })
    .await
}

/// The JSON of an input.
#[inline]
fn text_of<T: Contract>(input: &T) -> Result<String, ErrorKind> {
    let unwritten = match guarded(|| json::text(input, MOST_LEVELS)) {
        Ok(Ok(text)) => return Ok(text),
        Ok(Err(unwritten)) => unwritten,
        Err(message) => return Err(ErrorKind::Panicked { message }),
    };
    let mut violations = Violations::new();
    match unwritten {
        Unwritten::TooDeep => violations.report_depth(),
        _ => violations.report("type", "cannot be written as JSON"),
    }
    Err(ErrorKind::Contract(ContractViolation::of::<T>(violations)))
}
