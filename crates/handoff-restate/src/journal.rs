//! Restate as the journal of a run.

use crate::manifest::CALL;
use crate::payload::Payload;
use crate::signals::{self, WITHDRAWN};
use handoff::SpanId;
use handoff::durable::{Call, Journal, JournalError, Outcome, SignalAsked, Stop, Ticket, Timer};
use restate_sdk::context::macro_support::SealedDurableFuture as _;
use restate_sdk::context::{CallFuture as _, RequestTarget, RunFuture as _};
use restate_sdk::endpoint::ContextInternal;
use restate_sdk::errors::TerminalError;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

/// The run of one workflow.
///
/// Which of several calls is said to have ended first is in Restate's journal, so it is the same at each replay.
pub(crate) struct Restate {
    /// Shared by what waits: a clone of it has two names of its own.
    ctx: Arc<ContextInternal>,
    /// What the run waits for.
    waits: BTreeMap<Ticket, Wait>,
    /// What signals ask, of which nobody can know yet.
    asked: BTreeMap<Ticket, Box<SignalAsked>>,
    replay: Replay,
}

/// Whether what is said was said before: as far as can be told from outside the SDK.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replay {
    /// Nothing has been said yet.
    Unknown,
    /// What was asked for had ended already.
    UnderWay,
    /// Something had to be waited for.
    Over,
}

/// A call, a timer or a signal, as a future that owns what it borrows: those of the SDK borrow the context.
struct Wait {
    handle: u32,
    line: Arc<Line>,
    future: Ended,
    what: What,
}

/// What is waited for.
enum What {
    /// The end of a call of this service.
    Call(&'static str),
    Timer,
    /// The answer from outside of this name.
    Signal(String),
}

type Ended = Pin<Box<dyn Future<Output = Option<Result<Payload, Failure>>> + Send>>;

/// An end that is no outcome, and that no later attempt would change.
struct Failure {
    error: TerminalError,
    /// Of the call.
    invocation: Option<String>,
}

impl From<TerminalError> for Failure {
    fn from(error: TerminalError) -> Self {
        Self { error, invocation: None }
    }
}

impl Failure {
    /// Says why there is no answer of this service, and what to do.
    fn explain(&self, service: &str) -> String {
        let Self { error, invocation } = self;
        let said = error.message().lines().next().unwrap_or_default();
        let invocation = invocation.as_deref().unwrap_or("of an unknown id");
        let code = error.code();
        format!(
            "Restate has no answer of service `{service}`, and asks no more: its invocation {invocation} has ended with {code}, `{said}`; it was cancelled or killed beside the run, or no agent of handoff is behind the service: mend that, and run under another id"
        )
    }
}

impl What {
    fn is_no_answer(&self) -> String {
        match self {
            Self::Call(service) => format!(
                "service `{service}` has answered what no agent of this version of handoff does: register a host that has the agent, of the version that the pipeline has, and run under another id"
            ),
            Self::Timer | Self::Signal(_) => "the answer is none of this version of handoff".to_owned(),
        }
    }
}

/// What a [`Wait`] is told: nothing yet, to come to its end, or to be given up.
const NOTHING: u8 = 0;
const END: u8 = 1;
const GIVE_UP: u8 = 2;

/// That something has been cancelled, as Restate says it.
pub(crate) const CANCELLED: u16 = 409;

/// Between a [`Wait`] and its future: where that says its handle, and hears what to do.
struct Line {
    handle: AtomicU32,
    told: AtomicU8,
}

impl Line {
    /// Says the handle, and waits to be told.
    async fn hear(&self, handle: u32) -> u8 {
        self.handle.store(handle, Ordering::Relaxed);
        poll_fn(|_| match self.told.load(Ordering::Relaxed) {
            NOTHING => Poll::Pending,
            told => Poll::Ready(told),
        })
        .await
    }
}

impl Restate {
    pub(crate) fn new(ctx: ContextInternal) -> Self {
        Self { ctx: Arc::new(ctx), waits: BTreeMap::new(), asked: BTreeMap::new(), replay: Replay::Unknown }
    }

    fn begin(
        &mut self,
        ticket: Ticket,
        what: What,
        make: impl FnOnce(Arc<ContextInternal>, Arc<Line>) -> Ended,
    ) {
        let line = Arc::new(Line { handle: AtomicU32::new(u32::MAX), told: AtomicU8::new(NOTHING) });
        let mut future = make(Arc::clone(&self.ctx), Arc::clone(&line));
        // It is this that writes the command down, and nothing is ready before it is told.
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let handle = line.handle.load(Ordering::Relaxed);
        self.waits.insert(ticket, Wait { handle, line, future, what });
    }

    /// Waits for an answer from outside.
    fn ask(&mut self, ticket: Ticket, span: SpanId, asked: Box<SignalAsked>) {
        let name = signals::name(span);
        self.asked.insert(ticket, asked);
        self.begin(ticket, What::Signal(name.clone()), |ctx, line| {
            Box::pin(async move {
                let promise = ctx.promise::<Payload>(&name);
                if line.hear(promise.handle().into()).await == END {
                    return Some(promise.await.map_err(Failure::from));
                }
                None
            })
        });
    }

    /// Keeps what signals ask, where everybody can know.
    async fn publish(&mut self) -> Result<(), Stop> {
        if self.asked.is_empty() {
            return Ok(());
        }
        // What is kept has to be the same at each replay, and so the time is.
        let now = self.ctx.run(|| async { Ok(now()) }).name("asked");
        let now = now.await.map_err(|_| Stop::Cancelled)?;
        for (ticket, mut asked) in std::mem::take(&mut self.asked) {
            asked.at = now;
            asked.until = asked.until.map(|after| now.saturating_add(after));
            if let Some(Wait { what: What::Signal(name), .. }) = self.waits.get(&ticket)
                && let Ok(asked) = serde_json::to_string(&asked)
            {
                self.ctx.set(name, Payload::from(asked));
            }
        }
        Ok(())
    }

    /// Nothing is waited for any more: the run has ended. What goes on all the same is cancelled.
    pub(crate) async fn give_up_all(&mut self) {
        for (ticket, wait) in std::mem::take(&mut self.waits) {
            self.give_up(ticket, wait).await;
        }
    }

    async fn give_up(&mut self, ticket: Ticket, wait: Wait) {
        self.withdraw(ticket, &wait);
        wait.line.told.store(GIVE_UP, Ordering::Relaxed);
        wait.future.await;
    }

    /// Whoever answers from now on is too late.
    fn withdraw(&mut self, ticket: Ticket, wait: &Wait) {
        if let What::Signal(name) = &wait.what
            && self.asked.remove(&ticket).is_none()
        {
            self.ctx.set(name, Payload::from(WITHDRAWN.to_owned()));
        }
    }

    /// Which of what is waited for has ended first.
    async fn select(&mut self) -> Result<Ticket, Stop> {
        let handles = self.waits.values().map(|wait| wait.handle.into()).collect();
        let mut select = pin!(self.ctx.select(handles));
        let replay = &mut self.replay;
        let first = poll_fn(|cx| {
            let first = select.as_mut().poll(cx);
            match (&first, *replay) {
                (Poll::Pending, _) => *replay = Replay::Over,
                (Poll::Ready(_), Replay::Unknown) => *replay = Replay::UnderWay,
                (Poll::Ready(_), _) => {}
            }
            first
        });
        // What a run waits for can fail, and waiting cannot, but for being cancelled. The SDK has then cancelled what the
        // run has called.
        let first = first.await.map_err(|_| Stop::Cancelled)?;
        self.waits.keys().nth(first).copied().ok_or(Stop::Gone)
    }
}

impl Journal for Restate {
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError> {
        if let Some(asked) = SignalAsked::of(&call, 0) {
            self.ask(ticket, call.span, asked);
            return Ok(());
        }
        let service = call.address;
        let target = RequestTarget::service(service, CALL);
        let asked = call.to_json().ok_or_else(|| JournalError::elsewhere("a call without its envelope"))?;
        let asked = Payload::from(asked);
        self.begin(ticket, What::Call(service), |ctx, line| {
            Box::pin(async move {
                let mut call =
                    pin!(ctx.call::<Payload, Payload>(target, None, None, None, Vec::new(), asked));
                if line.hear(call.handle().into()).await == END {
                    return Some(match call.as_mut().await {
                        Ok(answered) => Ok(answered),
                        Err(error) => {
                            let invocation = call.invocation_handle().await.ok();
                            let invocation = invocation.map(|handle| handle.invocation_id().to_owned());
                            Err(Failure { error, invocation })
                        }
                    });
                }
                if let Ok(invocation) = call.invocation_handle().await {
                    invocation.cancel();
                }
                None
            })
        });
        Ok(())
    }

    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError> {
        self.begin(ticket, What::Timer, |ctx, line| {
            Box::pin(async move {
                let sleep = ctx.sleep(timer.after);
                if line.hear(sleep.handle().into()).await == END {
                    return Some(sleep.await.map(|()| Payload::default()).map_err(Failure::from));
                }
                // One that nobody waits for is not worth a command.
                None
            })
        });
        Ok(())
    }

    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        self.publish().await?;
        let ticket = self.select().await?;
        let Some(wait) = self.waits.remove(&ticket) else { return Err(Stop::Gone) };
        wait.line.told.store(END, Ordering::Relaxed);
        let Some(ended) = wait.future.await else { return Err(Stop::Gone) };
        // What has ended is in Restate's journal, and no other host would come to anything else.
        let outcome = match (&wait.what, ended) {
            (What::Call(_), Ok(answered)) => answered.text().ok().and_then(Outcome::from_json),
            (What::Call(service), Err(failure)) => Some(Outcome::Refused(failure.explain(service))),
            (What::Timer, Ok(_)) => Some(Outcome::Fired),
            (What::Signal(name), Ok(answered)) => {
                self.ctx.clear(name);
                answered.text().ok().and_then(signals::outcome)
            }
            (What::Timer | What::Signal(_), Err(Failure { error, .. })) if error.code() == CANCELLED => {
                return Err(Stop::Cancelled);
            }
            (What::Timer | What::Signal(_), Err(Failure { error, .. })) => {
                Some(Outcome::Refused(error.message().to_owned()))
            }
        };
        Ok((ticket, outcome.unwrap_or_else(|| Outcome::Refused(wait.what.is_no_answer()))))
    }

    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        for ticket in tickets {
            if let Some(wait) = self.waits.remove(&ticket) {
                self.give_up(ticket, wait).await;
            }
        }
        Ok(())
    }

    fn was_replayed(&self) -> Option<bool> {
        Some(self.replay == Replay::UnderWay)
    }
}

/// In milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
