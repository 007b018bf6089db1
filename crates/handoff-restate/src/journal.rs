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
    ctx: ContextInternal,
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
    told: Arc<AtomicU8>,
    future: Ended,
    what: What,
}

/// What is waited for.
enum What {
    Call,
    Timer,
    /// The answer from outside of this name.
    Signal(String),
}

type Ended = Pin<Box<dyn Future<Output = Option<Result<Payload, TerminalError>>> + Send>>;

/// What a [`Wait`] is told: nothing yet, to come to its end, or to be given up.
const NOTHING: u8 = 0;
const END: u8 = 1;
const GIVE_UP: u8 = 2;

/// That something has been cancelled, as Restate says it.
pub(crate) const CANCELLED: u16 = 409;

/// The other end of a [`Wait`]: where it says its handle, and hears what to do.
struct Line {
    handle: Arc<AtomicU32>,
    told: Arc<AtomicU8>,
}

impl Line {
    /// Says the handle, and waits to be told.
    async fn hear(self, handle: u32) -> u8 {
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
        Self { ctx, waits: BTreeMap::new(), asked: BTreeMap::new(), replay: Replay::Unknown }
    }

    fn begin(&mut self, ticket: Ticket, what: What, make: impl FnOnce(ContextInternal, Line) -> Ended) {
        let (handle, told) = (Arc::new(AtomicU32::new(u32::MAX)), Arc::new(AtomicU8::new(NOTHING)));
        let line = Line { handle: Arc::clone(&handle), told: Arc::clone(&told) };
        let mut future = make(self.ctx.clone(), line);
        // It is this that writes the command down, and nothing is ready before it is told.
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let handle = handle.load(Ordering::Relaxed);
        self.waits.insert(ticket, Wait { handle, told, future, what });
    }

    /// Waits for an answer from outside.
    fn ask(&mut self, ticket: Ticket, span: SpanId, asked: Box<SignalAsked>) {
        let name = signals::name(span);
        self.asked.insert(ticket, asked);
        self.begin(ticket, What::Signal(name.clone()), |ctx, line| {
            Box::pin(async move {
                let promise = ctx.promise::<Payload>(&name);
                if line.hear(promise.handle().into()).await == END {
                    return Some(promise.await);
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

    /// Nothing is waited for any more: the run has ended.
    pub(crate) fn withdraw_all(&mut self) {
        for (ticket, wait) in std::mem::take(&mut self.waits) {
            self.withdraw(ticket, &wait);
        }
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
        let target = RequestTarget::service(call.address, CALL);
        let asked = call.to_json().ok_or_else(|| JournalError::elsewhere("a call without its envelope"))?;
        let asked = Payload::from(asked);
        self.begin(ticket, What::Call, |ctx, line| {
            Box::pin(async move {
                let mut call =
                    pin!(ctx.call::<Payload, Payload>(target, None, None, None, Vec::new(), asked));
                if line.hear(call.handle().into()).await == END {
                    return Some(call.await);
                }
                if let Ok(invocation) = call.as_mut().invocation_handle().await {
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
                    return Some(sleep.await.map(|()| Payload::default()));
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
        wait.told.store(END, Ordering::Relaxed);
        let failed = |message: String| Stop::Failed(JournalError::elsewhere(message));
        match wait.future.await {
            Some(Ok(answered)) => {
                let answered = answered.text().ok();
                let outcome = match &wait.what {
                    What::Call => answered.and_then(Outcome::from_json),
                    What::Timer => Some(Outcome::Fired),
                    What::Signal(name) => {
                        self.ctx.clear(name);
                        answered.and_then(signals::outcome)
                    }
                };
                let outcome = outcome.map(|outcome| (ticket, outcome));
                outcome.ok_or_else(|| failed("whoever was asked has answered something else".to_owned()))
            }
            // Somebody has cancelled what the run has called, beside it.
            Some(Err(error)) if error.code() == CANCELLED => Err(Stop::Cancelled),
            Some(Err(error)) => Err(failed(error.message().to_owned())),
            None => Err(Stop::Gone),
        }
    }

    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        for ticket in tickets {
            if let Some(wait) = self.waits.remove(&ticket) {
                self.withdraw(ticket, &wait);
                wait.told.store(GIVE_UP, Ordering::Relaxed);
                wait.future.await;
            }
        }
        Ok(())
    }

    fn is_replaying(&self) -> bool {
        self.replay == Replay::UnderWay
    }
}

/// In milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
