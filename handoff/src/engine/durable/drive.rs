//! Whoever drives a run: polls it, hands on what it asks for, and tells it what has come of that.

use super::queue::{Queue, Request};
use super::scheduled::{Shared, Until};
use super::times;
use super::{Journal, JournalError, Origin, Outcome, Scheduled, Site, Stop, Ticket};
use crate::agent::{AgentId, AgentSpec, Target};
use crate::contract::{Confidence, Contract as _};
use crate::engine::clock::inside;
use crate::engine::common::Common;
use crate::engine::halt::Reason;
use crate::engine::nesting::{Here, placed};
use crate::engine::run::{Begun, Options, Pipeline, Supervised, Watch, begin, own_of, refused};
use crate::engine::scope::Scope;
use crate::engine::{Drive, Engine as _, Handoff, Runtime};
use crate::envelope::{Envelope, Warnings};
use crate::error::{CancelledBy, ErrorKind, PipelineError, Record};
use crate::panics::{Guarded, caught, guarded};
use crate::trace::TraceId;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Drives a run from its input to its end, with a journal that makes its calls.
///
/// The input is JSON. The run has the limits, the token counter, the observers and the agents' options of the
/// runtime, and the runtime's shutdown ends it.
///
/// # Errors
///
/// Returns the errors of a [run](Runtime::run), and [`ErrorKind::Journal`]. Some of them do not end the run
/// for good: see [`ErrorKind::ends_a_kept_run`].
///
/// # Cancellation
///
/// Dropping the future stops driving the run, which can be resumed from its journal.
pub async fn drive<P, H, J, S>(
    runtime: &Runtime<S>,
    origin: Origin,
    journal: &mut J,
    hands: H,
    input: impl Into<String>,
) -> Result<Envelope<P::Output>, PipelineError>
where
    P: Drive<Scheduled<H>>,
    H: Site,
    J: Journal,
{
    let trace_id = origin.trace_id;
    let text = drive_to_text::<P, H, J, S>(runtime, origin, journal, hands, input).await?;
    read::<P>(&text, trace_id)
}

/// [Drives](drive) a run, and returns its result as the text that [`Envelope::to_json`] writes.
///
/// # Errors
///
/// Returns the errors of [`drive`].
pub async fn drive_to_text<P, H, J, S>(
    runtime: &Runtime<S>,
    origin: Origin,
    journal: &mut J,
    hands: H,
    input: impl Into<String>,
) -> Result<String, PipelineError>
where
    P: Drive<Scheduled<H>>,
    H: Site,
    J: Journal,
{
    let options = Options::of(origin.trace());
    let run = Driven { deadline: origin.deadline, until: origin.until, began: None, resumed: origin.resumed };
    let (common, input) = (Arc::clone(&runtime.common), input.into());
    drive_as::<P, H, J>(common, options, run, journal, hands, input).await
}

/// Reads what a run has come to.
///
/// # Errors
///
/// It is of another contract.
#[inline]
pub(in crate::engine) fn read<P: AgentSpec>(
    text: &str,
    trace_id: TraceId,
) -> Result<Envelope<P::Output>, PipelineError> {
    Envelope::from_json(text).map_err(|error| refused(error.into(), P::ID, trace_id))
}

/// What is to be known of a run that is driven, beside its options.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Driven {
    pub(in crate::engine) deadline: Option<Duration>,
    /// When that passes, as it is kept.
    pub(in crate::engine) until: Option<SystemTime>,
    /// When it began, in milliseconds since 1970; now, unless it is said.
    pub(in crate::engine) began: Option<u64>,
    pub(in crate::engine) resumed: Option<u64>,
}

impl Driven {
    /// When its deadline passes.
    #[inline]
    fn until(&self, deadline: Duration) -> Until {
        let elsewhere = self.until.map(times::millis_of);
        let at = elsewhere.or(self.began.map(|began| began.saturating_add(times::millis(deadline))));
        let here = at.map_or_else(|| Instant::now().checked_add(deadline), times::instant_of);
        Until { here, elsewhere }
    }
}

/// The same, for an engine that knows more of the run; its result is the text of its envelope.
pub(in crate::engine) async fn drive_as<P, H, J>(
    common: Arc<Common>,
    options: Options,
    run: Driven,
    journal: &mut J,
    hands: H,
    input: String,
) -> Result<String, PipelineError>
where
    P: Drive<Scheduled<H>>,
    H: Site,
    J: Journal,
{
    let trace_id = options.origin().trace_id;
    let deadline = run.deadline.into_iter().chain(common.settings.limits.deadline).min();
    // With no time at all nothing begins, neither at once nor where nothing was recorded of it.
    if deadline == Some(Duration::ZERO) && run.resumed.is_none_or(|recorded| recorded == 0) {
        options.halt().halt(Reason::Deadline(Duration::ZERO));
    }
    let pipeline = Pipeline::of::<P>().resumed(run.resumed);
    let begun = begin(common, options, &pipeline).map_err(|kind| refused(kind, P::ID, trace_id))?;
    let Begun { guard, supervised, .. } = &begun;
    let (queue, span) = (Arc::new(Queue::default()), supervised.scope.part());
    let until = deadline.map(|deadline| run.until(deadline)).unwrap_or_default();
    let shared = Arc::new(Shared { queue, deadline, until, span });
    let engine =
        Scheduled::new(supervised.scope.clone(), Arc::new(hands), Arc::clone(&shared), guard.clone());
    let main = Box::pin(main::<P, H>(engine, input));
    let too_late = |text: &str| Some(Record::too_late(Envelope::<P::Output>::from_json(text).ok()?));
    let is_resumed = run.resumed.is_some();
    let course = Course { pipeline: P::ID, entry: P::ENTRY, is_resumed, shared, main, too_late };
    course.drive(begun, journal).await
}

/// Takes the input through the stages of the pipeline.
#[inline]
async fn main<P: Drive<Scheduled<H>>, H: Site>(
    engine: Scheduled<H>,
    input: String,
) -> Result<String, PipelineError> {
    let scope = engine.scope();
    let broken = |kind| scope.in_pipeline(scope.error(kind, AgentId::CALLER), P::ID);
    let parsed = guarded(|| P::Input::parse(&input));
    let parsed = parsed.map_err(|message| broken(ErrorKind::Panicked { message }))?;
    let payload = parsed.map_err(|violation| broken(ErrorKind::Contract(violation)))?;
    drop(input);
    let handoff = Handoff {
        source: AgentId::CALLER,
        target: Target::of::<P>(),
        max_output_tokens: None,
        confidence: Confidence::FULL,
        warnings: Warnings::default(),
    };
    let received = scope.hand_off(handoff, payload).map_err(|error| scope.in_pipeline(error, P::ID))?;
    let outcome = P::drive(&engine, received, Target::caller()).await;
    let kept = engine.keeper().take();
    let (payload, head) = outcome.map_err(|error| error.keep_before(kept))?.split();
    let written = scope.envelope(payload, head).to_json();
    // It has been checked and written before, to be counted.
    written.map_err(|violation| scope.in_pipeline(scope.error(ErrorKind::Contract(violation), P::ID), P::ID))
}

type Main = Pin<Box<dyn Future<Output = Result<String, PipelineError>> + Send>>;

/// A run that is driven, without its type.
struct Course {
    pipeline: &'static AgentId,
    entry: &'static AgentId,
    is_resumed: bool,
    shared: Arc<Shared>,
    main: Main,
    /// A result that came when the run had been stopped.
    too_late: fn(&str) -> Option<Record>,
}

/// Why a run is driven no further.
enum End {
    /// By itself, maybe in a panic.
    Came(Result<Result<String, PipelineError>, String>),
    /// It has been stopped.
    Halted,
    /// It cannot go on here.
    Trouble(PipelineError),
}

impl End {
    /// Whether it is how the run has ended, and not why it goes on elsewhere.
    #[inline]
    fn is_of_the_run(&self, supervised: &Supervised) -> bool {
        match (supervised.halt.reason(), self) {
            (_, Self::Trouble(_)) | (None, Self::Halted) => false,
            (Some(reason), _) => reason.kind().ends_a_kept_run(),
            (None, Self::Came(Ok(Err(error)))) => error.kind().ends_a_kept_run(),
            (None, Self::Came(_)) => true,
        }
    }
}

impl Course {
    #[inline]
    async fn drive<J: Journal>(self, begun: Begun, journal: &mut J) -> Result<String, PipelineError> {
        let Self { pipeline, entry, is_resumed, shared, main, too_late } = self;
        let Begun { tokio, mut watch, guard, supervised, held } = begun;
        let here = Here::new(guard, None);
        let driver = Driver {
            pipeline,
            entry,
            is_resumed,
            queue: &shared.queue,
            supervised: &supervised,
            watch: &watch,
        };
        let outcome = {
            let mut main = pin!(caught(placed(here, main)));
            let deadline = shared.deadline;
            let end = inside(tokio.clone(), driver.until_the_end(main.as_mut(), deadline, journal)).await;
            // A panic on the way out is nobody's answer.
            let _ = watch.span.inside(|| main.as_mut().stop());
            let left = if end.is_of_the_run(&supervised) {
                // What is dropped with it is given up.
                inside(tokio, driver.submit(journal)).await
            } else {
                // It is waited for where the run goes on.
                inside(tokio, journal.leave()).await;
                Ok(())
            };
            match (end, left) {
                (End::Trouble(error), _) | (_, Err(error)) => Err(error),
                (End::Came(came), Ok(())) => Ok(Some(came)),
                (End::Halted, Ok(())) => Ok(None),
            }
        };
        supervised.scope.mute(false);
        let outcome = match outcome {
            Err(trouble) => Err(trouble),
            Ok(came) => ended(pipeline, entry, too_late, supervised, came),
        };
        watch.end(&outcome);
        drop(held);
        outcome
    }
}

/// What a run comes to that has been driven to its end.
#[inline]
fn ended(
    pipeline: &'static AgentId,
    entry: &'static AgentId,
    too_late: fn(&str) -> Option<Record>,
    mut supervised: Supervised,
    came: Option<Result<Result<String, PipelineError>, String>>,
) -> Result<String, PipelineError> {
    let left = supervised.gone.try_recv().unwrap_or_default();
    let Supervised { halt, scope, .. } = &supervised;
    match (halt.reason(), came) {
        (None, Some(Ok(outcome))) => outcome.map_err(|error| scope.told(error.blame(entry))),
        (None, Some(Err(message))) => {
            let error = scope.error(ErrorKind::Panicked { message }, pipeline);
            Err(scope.in_pipeline(error, pipeline).keep_before(left))
        }
        (reason, came) => {
            let reason = reason.cloned().unwrap_or(Reason::Cancelled(CancelledBy::Tokio));
            let (own, kept) = match came {
                Some(Ok(Err(error))) => own_of(&reason, error),
                // It was paid for all the same.
                Some(Ok(Ok(text))) => (None, too_late(&text).into_iter().collect()),
                Some(Err(_)) | None => (None, Vec::new()),
            };
            let (error, warnings) = supervised.stopped_by(pipeline, &reason, own, left);
            Err(error.after(warnings).keep_after(kept, pipeline))
        }
    }
}

struct Driver<'a> {
    pipeline: &'static AgentId,
    entry: &'static AgentId,
    /// It is gone on with.
    is_resumed: bool,
    queue: &'a Arc<Queue>,
    supervised: &'a Supervised,
    watch: &'a Watch,
}

/// Says that something in the run can go on.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    #[inline]
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Driver<'_> {
    #[inline]
    async fn until_the_end<F, J>(
        &self,
        mut main: Pin<&mut Guarded<F>>,
        deadline: Option<Duration>,
        journal: &mut J,
    ) -> End
    where
        F: Future<Output = Result<String, PipelineError>>,
        J: Journal,
    {
        let Supervised { halt, scope, .. } = self.supervised;
        let mut deadline = deadline.map(|after| (after, self.queue.sleep("deadline".to_owned(), after)));
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        // What follows from what was said before has been told then.
        scope.mute(self.is_resumed || journal.is_replaying());
        loop {
            woken.0.store(false, Ordering::Relaxed);
            {
                let mut cx = Context::from_waker(&waker);
                if let Poll::Ready(came) = self.watch.span.inside(|| main.as_mut().poll(&mut cx)) {
                    return End::Came(came);
                }
                if let Some((after, timer)) = &mut deadline
                    && Pin::new(timer).poll(&mut cx).is_ready()
                {
                    halt.halt(Reason::Deadline(*after));
                }
            }
            if let Some(error) = self.queue.take_trouble() {
                return End::Trouble(scope.in_pipeline(error, self.pipeline));
            }
            if scope.halted().is_some() {
                return End::Halted;
            }
            if let Err(error) = self.submit(journal).await {
                return End::Trouble(error);
            }
            if woken.0.load(Ordering::Relaxed) {
                give_way().await;
                continue;
            }
            // The run's own deadline moves nothing.
            if self.queue.waits() == usize::from(deadline.is_some()) {
                return End::Trouble(self.trouble(self.queue.not_durable(self.entry)));
            }
            let is_replaying = journal.is_replaying();
            // What attempts have to tell meanwhile is new.
            scope.mute(false);
            let first = self.first(journal).await;
            scope.mute(journal.was_replayed().unwrap_or(is_replaying));
            match first {
                None => return End::Halted,
                Some(Ok((ticket, outcome))) => self.queue.answer(ticket, outcome),
                Some(Err(Stop::Failed(error))) => return End::Trouble(self.trouble(error)),
                Some(Err(Stop::Cancelled)) => halt.halt(Reason::Cancelled(CancelledBy::Handle)),
                Some(Err(Stop::Gone)) => halt.halt(Reason::Cancelled(CancelledBy::Tokio)),
            }
        }
    }

    /// What has ended first, if the run is not stopped before.
    #[inline]
    async fn first<J: Journal>(&self, journal: &mut J) -> Option<Result<(Ticket, Outcome), Stop>> {
        let halt = &self.supervised.halt;
        let mut over = pin!(halt.over());
        let mut first = pin!(journal.first());
        poll_fn(|cx| {
            if over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            first.as_mut().poll(cx).map(|first| match first {
                Ok((_, Outcome::Gone)) => Some(Err(Stop::Gone)),
                first => Some(first),
            })
        })
        .await
    }

    /// Hands on what has been asked for, in its order.
    #[inline]
    async fn submit<J: Journal>(&self, journal: &mut J) -> Result<(), PipelineError> {
        let mut given_up = Vec::new();
        for request in self.queue.take() {
            let asked = match request {
                Request::Call(ticket, call) => journal.call(ticket, *call),
                Request::Sleep(ticket, timer) => journal.sleep(ticket, timer),
                Request::Cancel(ticket) => {
                    given_up.push(ticket);
                    Ok(())
                }
            };
            asked.map_err(|error| self.trouble(error))?;
        }
        if given_up.is_empty() {
            return Ok(());
        }
        journal.cancel(given_up).await.map_err(|error| self.trouble(error))
    }

    #[inline]
    fn trouble(&self, error: JournalError) -> PipelineError {
        let scope: &Scope = &self.supervised.scope;
        let kind = ErrorKind::Journal(Box::new(error));
        scope.in_pipeline(scope.error(kind, self.pipeline), self.pipeline)
    }
}

/// Lets what else is on the thread have its turn.
#[inline]
pub(super) async fn give_way() {
    let mut has_waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
