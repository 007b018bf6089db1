//! What runs ask outside.

use super::http::segment;
use super::{Client, ClientError, address, refused, run_error, success, unexpected};
use crate::signals::{ANSWER, ANSWERED, ENDED, Given, SIGNALS, UNKNOWN};
use ::http::Method;
use handoff::durable::SignalAsked;
use handoff::engine::Single;
use handoff::pipeline::Names;
use handoff::{AgentId, AgentSpec, AnswerError, PendingSignal, SignalId};
use serde_json::value::{RawValue, to_raw_value};

/// The name of a pipeline, where an agent is named beside it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the name of a pipeline",
    label = "this is not the name of a pipeline",
    note = "a pipeline is named without parentheses: `answer::<approval>(article, …)`"
)]
pub trait NamesPipeline {
    /// The pipeline.
    type Pipeline: AgentSpec;
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> P, P: AgentSpec> NamesPipeline for F {
    type Pipeline = P;
}

/// Signals.
impl Client {
    /// Returns the [signals](macro@handoff::agent#signals) of a run that wait for an answer now.
    ///
    /// They are in the order in which they began to wait. A run that was not started, or has ended, has none.
    ///
    /// Signals that an agent calls as a tool, and those in a run that an agent has started, are part of an
    /// attempt, and known only to the [runtime](handoff::Runtime::signals) of its host.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Unreachable`] if the server cannot be reached, and [`ClientError::Refused`] if
    /// it does not know the pipeline, or the pipeline has no signals.
    pub async fn signals<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
    ) -> Result<Vec<PendingSignal>, ClientError> {
        drop(pipeline);
        let path = format!("/{}/{}/{SIGNALS}", address::<P>()?, segment(id));
        let answer = self.ingress.ask(Method::POST, &path, &[], String::new()).await?;
        success(&answer)?;
        let waiting: Vec<SignalAsked> =
            serde_json::from_str(&answer.text).map_err(|error| unexpected(&answer, &error))?;
        Ok(waiting.iter().map(|asked| asked.pending(&P::ID.name)).collect())
    }

    /// Answers a signal of a run.
    ///
    /// When this returns, the server has the answer, and the run goes on with it as soon as a host is up,
    /// unless the run is stopped, or the signal's time is over, at that moment.
    ///
    /// Before that, a host of the pipeline checks the answer, as [`Runtime::answer`] does.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Answer`] with the errors of [`Runtime::answer`]: after a refusal the signal
    /// still waits, and of several concurrent answers one is taken. Returns [`ClientError::Refused`] for a
    /// signal of another agent. After [`ClientError::Unreachable`] the answer may have been taken; answering
    /// again then reports that the signal is answered.
    ///
    /// [`Runtime::answer`]: handoff::Runtime::answer
    pub async fn answer<A: Single>(
        &self,
        pipeline: impl NamesPipeline,
        id: &str,
        signal: SignalId,
        answer: &A::Output,
    ) -> Result<(), ClientError> {
        let answer = to_raw_value(answer).map_err(ClientError::Input)?;
        self.give(pipeline, id, signal, Some(A::ID), &answer).await
    }

    /// Answers a signal with JSON, which is read strictly.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`answer`](Self::answer), and [`ClientError::Input`] if the text is not JSON.
    pub async fn answer_json(
        &self,
        pipeline: impl NamesPipeline,
        id: &str,
        signal: SignalId,
        answer: &str,
    ) -> Result<(), ClientError> {
        let answer = serde_json::from_str(answer).map_err(ClientError::Input)?;
        self.give(pipeline, id, signal, None, answer).await
    }

    async fn give<N: NamesPipeline>(
        &self,
        pipeline: N,
        id: &str,
        signal: SignalId,
        agent: Option<&AgentId>,
        answer: &RawValue,
    ) -> Result<(), ClientError> {
        drop(pipeline);
        let path = format!("/{}/{}/{ANSWER}", address::<N::Pipeline>()?, segment(id));
        let given = Given { signal, agent: agent.cloned(), answer };
        let body = serde_json::to_string(&given).map_err(ClientError::Input)?;
        let answer = self.ingress.ask(Method::POST, &path, &[], body).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        let error = match (answer.status.as_u16(), run_error(&answer)) {
            (_, Some(refused)) => AnswerError::Refused(Box::new(refused.into_kind())),
            (UNKNOWN, None) => AnswerError::Unknown(signal),
            (ANSWERED, None) => AnswerError::Answered(signal),
            (ENDED, None) => AnswerError::Ended(signal),
            _ => return Err(refused(&answer)),
        };
        Err(ClientError::Answer(error))
    }
}
