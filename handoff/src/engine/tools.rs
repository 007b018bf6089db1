//! Agents that call agents in the middle of an attempt: a call is a handoff there, and one back.

use super::attempt::{Attempt, Running};
use super::context::Context;
use super::door::Handoff;
use super::idle::Busy;
use super::nesting::{Here, Placed, placed};
use super::scope::Scope;
use super::words::words;
use super::{Calls, Drive, Driven, Engine};
use crate::agent::{AgentId, AgentSpec, Failure, Target, Tool, ToolError};
use crate::contract::{self, Confidence, Contract};
use crate::envelope::{Handed, Warnings};
use crate::error::{ErrorKind, Limit};
use crate::panics::caught_or;
use crate::text::one_line;
use crate::trace::SpanId;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{self, Poll};
use tokio::sync::{SemaphorePermit, mpsc, oneshot};

/// An engine on which agents can call the agent or the pipeline `T` as a tool.
#[diagnostic::on_unimplemented(message = "the engine `{Self}` cannot call `{T}` as a tool")]
pub trait CallsTool<T: AgentSpec>: Engine {
    /// Makes the call, in the run and the task of this engine, with a [`Keeper`](super::Keeper) of its own.
    ///
    /// # Cancellation
    ///
    /// Dropping the future drops the tool at its current await point.
    fn call_tool(&self, call: ToolCall) -> ToolCalling<'_>;
}

/// A call of a tool: everything but which tool it is.
#[derive(Debug)]
pub struct ToolCall {
    source: &'static AgentId,
    /// Who gets the output.
    to: Target,
    confidence: Confidence,
    arguments: String,
    /// The attempt that makes it, and how many that has made before.
    of: (SpanId, u64),
}

/// A call of a tool under way: the output as JSON, and the warnings.
pub type ToolCalling<'a> = Pin<Box<dyn Future<Output = Result<(String, Warnings), ToolError>> + Send + 'a>>;

impl ToolCall {
    /// Returns the scope for the engine of this call.
    ///
    /// What happens in the call is shown below the attempt that makes it.
    #[must_use]
    pub fn scope(&self, scope: &Scope) -> Scope {
        let (attempt, nth) = self.of;
        scope.in_call(attempt, nth)
    }

    /// Makes the call on an engine of its own. Panics are caught.
    ///
    /// It parses the arguments, hands them to the tool, and hands the tool's output to the agent that called
    /// it.
    ///
    /// # Errors
    ///
    /// Returns a [`ToolError`].
    pub async fn make<T: Drive<E>, E: Engine>(self, engine: &E) -> Result<(String, Warnings), ToolError> {
        let Self { source, to, confidence, arguments, of: _ } = self;
        let scope = engine.scope();
        let fail = |kind: ErrorKind| ToolError::Failed(Box::new(scope.error(kind, T::ID)));
        let made = async {
            let allowed = scope.settings().meter.byte_cap();
            if arguments.len() > allowed {
                let (allowed, found) = (allowed as u64, arguments.len() as u64);
                return Err(fail(ErrorKind::LimitExceeded { limit: Limit::PayloadBytes, allowed, found }));
            }
            let input = T::Input::parse(&arguments).map_err(ToolError::Arguments)?;
            let warnings = Warnings::default();
            let handoff =
                Handoff { source, target: Target::of::<T>(), max_output_tokens: None, confidence, warnings };
            let failed = |error| ToolError::Failed(Box::new(error));
            let input = T::receive(scope, handoff, input).map_err(failed)?;
            let (output, head) = T::drive(engine, input, to).await.map_err(failed)?.split();
            // It has been written before, to be counted.
            let unwritten =
                |_| fail(ErrorKind::Panicked { message: "its output is not the same twice".to_owned() });
            let json = contract::text(&output).map_err(unwritten)?;
            Ok((json, head.warnings))
        };
        // Agents guard themselves; this is for the rest of the user's code.
        let made = caught_or(made, |message| fail(ErrorKind::Panicked { message })).await;
        engine.keeper().clear();
        made
    }
}

/// A function that calls one tool.
#[doc(hidden)]
pub type CallOf<E> = for<'a> fn(&'a E, ToolCall) -> ToolCalling<'a>;

/// Calls an agent that may call others.
#[doc(hidden)]
pub fn call_with_tools<A, E, const N: usize>(
    engine: &E,
    input: Handed<A::Input>,
    to: Target,
    tools: [CallOf<E>; N],
) -> Driven<'_, A::Output>
where
    A: AgentSpec,
    E: Calls<A>,
{
    Box::pin(async move {
        let tools = Bound { engine, tools };
        engine.call(input, to, Some(&tools)).await
    })
}

/// The tools of an agent, on the engine that calls it.
pub trait Toolbox: Send + Sync {
    /// Calls the tool of this index among those of the agent; `None` if there is none.
    fn call(&self, tool: usize, call: ToolCall) -> Option<ToolCalling<'_>>;
}

struct Bound<'a, E, const N: usize> {
    engine: &'a E,
    tools: [CallOf<E>; N],
}

impl<E: Engine, const N: usize> Toolbox for Bound<'_, E, N> {
    fn call(&self, tool: usize, call: ToolCall) -> Option<ToolCalling<'_>> {
        self.tools.get(tool).map(|tool| tool(self.engine, call))
    }
}

/// Where an attempt's calls of tools arrive.
pub(super) struct Desk<'a> {
    toolbox: &'a dyn Toolbox,
    /// The agent that has them, which reads the outputs.
    agent: Target,
    orders: Orders,
    inbox: Mutex<mpsc::UnboundedReceiver<Order>>,
}

/// A call of a tool that the agent waits for.
pub(super) struct Order {
    pub(super) tool: usize,
    pub(super) arguments: String,
    pub(super) answer: oneshot::Sender<Result<String, ToolError>>,
}

impl<'a> Desk<'a> {
    /// That of an attempt of the agent `A`.
    #[cold] // hardly any agent has tools
    pub(super) fn of<A: AgentSpec>(toolbox: &'a dyn Toolbox) -> Self {
        let (sender, inbox) = mpsc::unbounded_channel();
        let orders =
            Orders { tools: A::CONFIG.its_tools(), max_turns: A::MAX_TURNS.unwrap_or(TURNS), sender };
        // Nobody keeps an output for the run's error: it is part of an attempt, and no stage.
        let agent = Target::of::<A>().at_the_end();
        Self { toolbox, agent, orders, inbox: Mutex::new(inbox) }
    }
}

impl Desk<'_> {
    /// The way to it, for the attempt's context.
    pub(super) fn orders(&self) -> Orders {
        self.orders.clone()
    }
}

/// How often a model is asked within an attempt whose agent has tools, and does not say how often.
const TURNS: u32 = 10;

/// The tools of an attempt, and where they are called.
#[derive(Clone)]
pub(super) struct Orders {
    pub(super) tools: &'static [Tool],
    pub(super) max_turns: u32,
    pub(super) sender: mpsc::UnboundedSender<Order>,
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("agent", &self.agent).finish_non_exhaustive()
    }
}

/// The agent of an attempt, and the tools that it calls meanwhile: these run where it runs, and are dropped where it is.
pub(super) fn with_tools<'a, T: 'a>(attempt: &'a Attempt<'_>, agent: Running<'a, T>) -> Running<'a, T> {
    let Some(desk) = attempt.desk() else { return agent };
    Box::pin(async move {
        // Those are dropped first.
        let mut agent = agent;
        let mut service = Service {
            attempt,
            desk,
            context: attempt.context(),
            waiting: VecDeque::new(),
            calls: Vec::new(),
            begun: 0,
        };
        poll_fn(|cx| {
            loop {
                if let Poll::Ready(output) = agent.as_mut().poll(cx) {
                    return Poll::Ready(output);
                }
                match service.serve(cx) {
                    Ok(true) => {}
                    Ok(false) => return Poll::Pending,
                    Err(kind) => return Poll::Ready(Err(Failure::Halted(kind))),
                }
            }
        })
        .await
    })
}

/// The calls of an attempt's tools, those under way and those that wait for room.
struct Service<'a> {
    attempt: &'a Attempt<'a>,
    desk: &'a Desk<'a>,
    context: Context,
    waiting: VecDeque<Order>,
    calls: Vec<Call<'a>>,
    begun: u64,
}

struct Call<'a> {
    tool: usize,
    made: Pin<Box<Placed<ToolCalling<'a>>>>,
    answer: oneshot::Sender<Result<String, ToolError>>,
    /// Its room among the tasks in flight; the first call has that of its agent.
    _room: Option<SemaphorePermit<'a>>,
    _busy: Option<Busy>,
}

impl Service<'_> {
    /// Starts what has been ordered, and answers what has ended: whether anything has.
    ///
    /// # Errors
    ///
    /// Why the run ends.
    fn serve(&mut self, cx: &mut task::Context<'_>) -> Result<bool, ErrorKind> {
        {
            let mut inbox = self.desk.inbox.lock().unwrap_or_else(PoisonError::into_inner);
            while let Poll::Ready(Some(order)) = inbox.poll_recv(cx) {
                self.waiting.push_back(order);
            }
        }
        let mut has_answered = false;
        self.begin();
        let mut at = 0;
        while let Some(call) = self.calls.get_mut(at) {
            if call.answer.poll_closed(cx).is_ready() {
                // Nobody waits for it any more.
                self.calls.swap_remove(at);
                has_answered = true;
                continue;
            }
            match call.made.as_mut().poll(cx) {
                Poll::Pending => at += 1,
                Poll::Ready(made) => {
                    let Call { tool, answer, .. } = self.calls.swap_remove(at);
                    let made = self.noticed(tool, made)?;
                    // Its agent may have dropped it just now.
                    let _ = answer.send(made);
                    has_answered = true;
                }
            }
        }
        Ok(has_answered)
    }

    /// Starts what there is room for. One call has it always, so that agents with tools in one another never wait for
    /// each other's.
    fn begin(&mut self) {
        while !self.waiting.is_empty() {
            let room = if self.calls.is_empty() {
                None
            } else {
                let Ok(room) = self.attempt.scope.common().permits.try_acquire() else { return };
                Some(room)
            };
            let Some(Order { tool, arguments, answer }) = self.waiting.pop_front() else { return };
            let Attempt { agent, head, guard, scope, begin, .. } = self.attempt;
            let (source, to, confidence) = (*agent, self.desk.agent, head.confidence);
            let call = ToolCall { source, to, confidence, arguments, of: (begin.span_id, self.begun) };
            self.begun += 1;
            // Unreachable otherwise: the context has found it by its name.
            let Some(made) = self.desk.toolbox.call(tool, call) else { continue };
            // What it starts is part of it, and not of its agent.
            let here = Here::new((*guard).clone(), scope.task_path().cloned());
            let busy = self.context.busy();
            let made = Box::pin(placed(here, made));
            self.calls.push(Call { tool, made, answer, _room: room, _busy: busy });
        }
    }

    /// What its agent is told. What was noticed in the call is noticed by its agent.
    ///
    /// # Errors
    ///
    /// Why the run ends.
    fn noticed(
        &self,
        tool: usize,
        made: Result<(String, Warnings), ToolError>,
    ) -> Result<Result<String, ToolError>, ErrorKind> {
        let name = self.context.tools().get(tool).map(Tool::name).unwrap_or_default();
        match made {
            Ok((json, warnings)) => {
                self.context.pass_on(warnings);
                Ok(Ok(json))
            }
            Err(ToolError::Failed(mut error)) => {
                if error.kind().ends_the_run() {
                    return Err(error.into_kind());
                }
                self.context.pass_on(error.take_warnings());
                self.context.warn(format!("its call of `{name}` failed: {}", one_line(&words(error.kind()))));
                Ok(Err(ToolError::Failed(error)))
            }
            Err(ToolError::Arguments(violation)) => {
                self.context.warn(format!("its call of `{name}` was refused: {}", violation.without_names()));
                Ok(Err(ToolError::Arguments(violation)))
            }
            Err(other) => Ok(Err(other)),
        }
    }
}
