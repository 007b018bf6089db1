//! A host: which agents and pipelines run in this process.

use crate::manifest::{self, AROUND, Policy, Unusable};
use crate::server;
use crate::service::{AgentService, PipelineService};
use handoff::Runtime;
use handoff::durable::{Elsewhere, OneAttempt, Scheduled, payload_bytes_of};
use handoff::engine::Drive;
use handoff::pipeline::Names;
use restate_sdk::discovery::Service;
use restate_sdk::endpoint::Builder;
use restate_sdk::service::ServiceDefinition;
use restate_sdk::service::macro_support::service_definition;
use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;

/// A host: the agents and pipelines of this process, for Restate to call.
///
/// An agent is a service that only pipelines can call; one call is one attempt. A pipeline is a workflow that
/// anybody can start; its agents may be in this process or in others. Both have the names that they have in
/// the program.
///
/// ```no_run
/// use handoff::prelude::*;
/// use handoff_restate::Endpoint;
/// use tokio::net::TcpListener;
///
/// # #[agent] async fn plan(question: String) -> Vec<String> { vec![question] }
/// # #[agent] async fn work(part: String) -> String { part }
/// # pipeline! { pub research(String) -> Vec<String> { plan => fan_out(|parts| parts) work => barrier(all) } }
/// # async fn host() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = TcpListener::bind("0.0.0.0:9080").await?;
/// Endpoint::new(Runtime::default())
///     .pipeline(research)
///     .agent::<plan>()
///     .agent::<work>()
///     .serve(listener, tokio::signal::ctrl_c())
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct Endpoint<S = ()> {
    runtime: Runtime<S>,
    policy: Policy,
    identity: Vec<String>,
    services: Vec<Bound<S>>,
}

/// An agent or a pipeline, until it is known what goes for all of them.
struct Bound<S> {
    name: &'static str,
    manifest: fn(Policy) -> Result<Service, Unusable>,
    define: fn(Runtime<S>, Service) -> ServiceDefinition,
}

/// The error of a host that cannot be served, with everything that is wrong with it.
#[derive(Debug)]
pub struct EndpointError {
    wrong: Vec<String>,
}

impl<S: Send + Sync + 'static> Endpoint<S> {
    /// Creates an empty endpoint with the state, limits, token counter, options and observers of this
    /// runtime.
    ///
    /// The `concurrency` of an agent applies to its attempts on this host. The tasks in flight, deadline,
    /// retries and tokens of a run are limited by the runtime of the pipeline's host.
    #[must_use]
    pub fn new(runtime: Runtime<S>) -> Self {
        Self { runtime, policy: Policy::default(), identity: Vec::new(), services: Vec::new() }
    }

    /// Adds an agent.
    #[must_use]
    pub fn agent<A: Drive<OneAttempt<S>>>(mut self) -> Self {
        self.services.push(Bound {
            name: A::ADDRESS,
            manifest: manifest::agent::<A>,
            define: |runtime, service| service_definition(AgentService::<A, S>::new(runtime), service),
        });
        self
    }

    /// Adds a pipeline, without its agents.
    #[must_use]
    pub fn pipeline<P: Drive<Scheduled<Elsewhere>>, Arguments>(
        mut self,
        pipeline: impl Names<P, Arguments>,
    ) -> Self {
        drop(pipeline);
        self.services.push(Bound {
            name: P::ADDRESS,
            manifest: manifest::pipeline::<P>,
            define: |runtime, service| service_definition(PipelineService::<P, S>::new(runtime), service),
        });
        self
    }

    /// Sets how long results are kept after the end of their runs. The default is a week.
    ///
    /// For that time a result can be fetched, and its id means the same run.
    #[must_use]
    pub fn keep_results(mut self, time: Duration) -> Self {
        self.policy.keep_results = time;
        self
    }

    /// Sets the longest pause before Restate calls an unreachable host again. The default is two seconds.
    ///
    /// It applies to hosts that could not be reached, and to those that went away during a call. Pauses begin
    /// at 50 ms and double. After a day an invocation is paused until somebody resumes it.
    ///
    /// It is not related to the retries of agents, which are calls of their own.
    #[must_use]
    pub fn retry_interval(mut self, at_most: Duration) -> Self {
        self.policy.retry_interval = at_most;
        self
    }

    /// Sets the most bytes of a message that the server takes, which is its `worker.invoker.message_size_limit`.
    /// The default is that of the server, 32 MiB.
    ///
    /// A server refuses a larger message and calls again, and again. So a runtime whose
    /// [`Limits::payload_bytes`](handoff::Limits::payload_bytes) allow such a payload is an error of the
    /// endpoint; the default of 8 MiB is smaller. The error of a run holds what had finished before it, and is
    /// not bounded by this.
    #[must_use]
    pub fn message_limit(mut self, bytes: usize) -> Self {
        self.policy.message_limit = bytes;
        self
    }

    /// Accepts only requests that a server has signed with this key, `publickeyv1_…`.
    ///
    /// Several keys may be added. Without one, anybody who reaches the host can call its agents.
    #[must_use]
    pub fn identity_key(mut self, key: impl Into<String>) -> Self {
        self.identity.push(key.into());
        self
    }

    /// Serves until `stop` resolves, and then for at most ten seconds until the calls under way have ended.
    ///
    /// Calls that have not ended by then are made again, here or on another host. [`Runtime::shutdown`] ends
    /// them before.
    ///
    /// # Errors
    ///
    /// Before anything is served, returns everything that Restate cannot have as a service.
    pub async fn serve(self, listener: TcpListener, stop: impl Future) -> Result<(), EndpointError> {
        server::serve(self.build()?, listener, stop).await;
        Ok(())
    }

    pub(crate) fn build(self) -> Result<restate_sdk::endpoint::Endpoint, EndpointError> {
        let Self { runtime, policy, identity, services } = self;
        let mut builder = Builder::new();
        let (mut wrong, mut names) = (Vec::new(), BTreeSet::new());
        let (allowed, taken) = (payload_bytes_of(&runtime), policy.message_limit.saturating_sub(AROUND));
        if allowed > taken {
            let limit = policy.message_limit;
            wrong.push(format!(
                "its runtime allows payloads of {allowed} bytes, and the server takes messages of {limit}: set `Limits::payload_bytes` to at most {taken}, or raise the server's limit and say it by `message_limit`"
            ));
        }
        for Bound { name, manifest, define } in services {
            if !names.insert(name) {
                // The SDK would keep the second, and say nothing.
                wrong.push(format!("two of its agents and pipelines are called `{name}`"));
            }
            match manifest(policy) {
                Ok(service) => builder = builder.bind(define(runtime.clone(), service)),
                Err(unusable) => wrong.push(unusable.to_string()),
            }
        }
        for key in identity {
            match Builder::new().identity_key(&key) {
                // It takes the builder with it where it fails.
                Ok(_) => builder = builder.identity_key(&key).unwrap_or_default(),
                Err(error) => wrong.push(format!("`{key}` is no identity key: {error}")),
            }
        }
        if wrong.is_empty() { Ok(builder.build()) } else { Err(EndpointError { wrong }) }
    }
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.services.iter().map(|bound| bound.name).collect();
        f.debug_struct("Endpoint")
            .field("services", &names)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for EndpointError {
    /// Each thing on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wrong.join("\n"))
    }
}

impl std::error::Error for EndpointError {}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff::prelude::*;

    #[agent]
    async fn plan(text: String) -> String {
        text
    }

    mod other {
        use handoff::prelude::*;

        #[agent]
        pub(crate) async fn plan(number: u32) -> u32 {
            number
        }
    }

    #[agent(name = "legal review")]
    async fn review(text: String) -> String {
        text
    }

    pipeline! { pub(crate) openapi(String) -> String { plan } }

    #[test]
    fn all_that_is_wrong_with_a_host_is_said_at_once() {
        let endpoint = Endpoint::new(Runtime::default())
            .agent::<plan>()
            .agent::<other::plan>()
            .agent::<review>()
            .pipeline(openapi)
            .message_limit(1 << 20)
            .identity_key("key");
        let wrong = endpoint.build().err().map(|error| error.to_string()).unwrap_or_default();
        let wrong: Vec<_> = wrong.lines().collect();
        assert_eq!(wrong.len(), 5, "{wrong:?}");
        assert_eq!(
            wrong[0],
            "its runtime allows payloads of 8388608 bytes, and the server takes messages of 1048576: set `Limits::payload_bytes` to at most 983040, or raise the server's limit and say it by `message_limit`"
        );
        assert_eq!(wrong[1], "two of its agents and pipelines are called `plan`");
        assert!(wrong[2].starts_with("`legal review` cannot be the name of a Restate service"), "{wrong:?}");
        assert_eq!(wrong[3], "`openapi` is a name that Restate keeps for itself");
        assert!(wrong[4].starts_with("`key` is no identity key"), "{wrong:?}");
    }
}
