//! Runs from outside.

mod error;
mod http;
mod progress;
mod signals;

pub use error::ClientError;
pub use progress::{AgentProgress, Progress};
pub use signals::NamesPipeline;

use self::http::{Address, Answer, segment};
use crate::manifest::RUN;
use crate::name;
use crate::preflight::{Called, Missing, Services};
use ::http::{Method, StatusCode};
use handoff::pipeline::Names;
use handoff::{AgentSpec, Description, Envelope, PipelineError, TraceParent};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A client of a Restate server, which starts runs and returns their results.
///
/// A run is identified by its pipeline and its id, for every client: one client may start it, and another one
/// wait for its result. An id is used once: running it again returns the result of the first run, whatever
/// the input is. [`Endpoint::keep_results`](crate::Endpoint::keep_results) sets for how long that holds.
///
/// The client speaks plain HTTP with a connection for each request. Other programs can do the same: see [the
/// crate](crate#without-a-client).
///
/// # Cancel safety
///
/// Dropping the future of a method drops the request, not the run. The request can be sent again.
#[derive(Clone, Debug)]
pub struct Client {
    ingress: Address,
    admin: Address,
    parent: Option<TraceParent>,
}

/// The result of a request to start a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// The run is new.
    Now,
    /// A run of this id was started before. It may have ended.
    Before,
}

/// How Restate says what went wrong.
#[derive(Deserialize)]
struct Failed {
    message: String,
}

impl Client {
    /// Creates a client of the server with this ingress and this admin API.
    ///
    /// Both are of the form `http://host:port`. By default a server has its ingress at port 8080, and its
    /// admin API at 9070.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Address`] if one of them is not an address. No connection is made yet.
    pub fn new(ingress: &str, admin: &str) -> Result<Self, ClientError> {
        Ok(Self { ingress: Address::read(ingress)?, admin: Address::read(admin)?, parent: None })
    }

    /// Sets the operation elsewhere that the runs are part of: they take its trace id.
    ///
    /// Without it, the trace id of a run is made from its id on the server.
    #[must_use]
    pub fn traceparent(mut self, parent: TraceParent) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Runs a pipeline under this id, or joins the run of this id, and waits for its result.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Run`] with the error of the run. After [`ClientError::Unreachable`] the run may
    /// have begun: calling this again waits for it.
    pub async fn run<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
        input: &P::Input,
    ) -> Result<Envelope<P::Output>, ClientError> {
        drop(pipeline);
        self.begin::<P>(id, input).await?;
        self.wait::<P>(id).await
    }

    /// Starts a run without waiting for it, unless there is one of this id.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`run`](Self::run), except for that of the run itself.
    pub async fn start<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
        input: &P::Input,
    ) -> Result<Started, ClientError> {
        drop(pipeline);
        self.begin::<P>(id, input).await
    }

    /// Waits for the result of a run that was started before.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`run`](Self::run), and [`ClientError::Unknown`] if no run of this id was
    /// started.
    pub async fn attach<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
    ) -> Result<Envelope<P::Output>, ClientError> {
        drop(pipeline);
        self.wait::<P>(id).await
    }

    /// Returns the result of a run, or `None` if it has not ended. It does not wait.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`attach`](Self::attach).
    pub async fn result<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
    ) -> Result<Option<Envelope<P::Output>>, ClientError> {
        drop(pipeline);
        let path = of_run::<P>(id, "output")?;
        let answer = self.ingress.ask(Method::GET, &path, &[], String::new()).await?;
        if answer.status.as_u16() == NOT_YET {
            return Ok(None);
        }
        outcome::<P>(id, &answer).map(Some)
    }

    /// Cancels a run, and with it all its agents that are at work. It does not wait.
    ///
    /// The run ends in an error that says where it was, which [`attach`](Self::attach) returns. A run that
    /// has ended is not affected.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`attach`](Self::attach), except for that of the run itself.
    pub async fn cancel<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
    ) -> Result<(), ClientError> {
        drop(pipeline);
        let invocation = self.invocation::<P>(id).await?;
        let path = format!("/invocations/{}/cancel", segment(&invocation));
        let answer = self.admin.ask(Method::PATCH, &path, &[], String::new()).await?;
        known::<P>(id, &answer)?;
        // Of one that has ended.
        if answer.status.is_success() || answer.status == StatusCode::CONFLICT {
            return Ok(());
        }
        Err(refused(&answer))
    }

    /// Returns the agents that were called in a run so far, and how many of their calls have ended.
    ///
    /// It is one query of the server's tables, and cheap enough to be called each second.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`attach`](Self::attach), except for that of the run itself.
    pub async fn progress<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: &str,
    ) -> Result<Progress, ClientError> {
        drop(pipeline);
        let invocation = self.invocation::<P>(id).await?;
        let mut progress = progress::of(self.rows(&progress::query(&invocation)).await?);
        // The run itself is one of those that are asked for. The server has a name for each that could be, too.
        progress.agents.remove(P::ADDRESS).ok_or_else(|| unknown::<P>(id))?;
        Ok(progress)
    }

    /// Queries the server's own tables with SQL: `sys_invocation`, `sys_journal` and others. A row is an
    /// object.
    ///
    /// The tables depend on the version of the server.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Refused`] with the server's message if the query is wrong.
    pub async fn query(&self, sql: &str) -> Result<Vec<Value>, ClientError> {
        self.rows(sql).await
    }

    /// Registers hosts at these addresses, such as `http://10.0.0.7:9080`: all of them, or none.
    ///
    /// The addresses are those at which the server reaches the hosts. A host that is registered already is
    /// asked again for its agents and pipelines.
    ///
    /// Each pipeline that would be known then has to find its agents, with the contracts by which it calls
    /// them. So register hosts that belong together in one call.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Missing`] with all that is missing, and [`ClientError::Refused`] with the
    /// server's message if it refuses a host.
    pub async fn register(&self, hosts: &[&str]) -> Result<(), ClientError> {
        let mut services = self.services().await?;
        for host in hosts {
            let answer = self.deploy(host, true).await?;
            services.extend(Services::read(&answer.text).map_err(|error| unexpected(&answer, &error))?);
        }
        nothing(services.missing())?;
        for host in hosts {
            self.deploy(host, false).await?;
        }
        Ok(())
    }

    /// Checks that the server knows a host for each agent of this pipeline, with the same contracts.
    ///
    /// It starts nothing.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError::Missing`] with all that is missing.
    pub async fn check<P: AgentSpec, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
    ) -> Result<(), ClientError> {
        drop(pipeline);
        let called = Called::by(&Description::of::<P>());
        nothing(self.services().await?.missing_to(&P::ID.name, called))
    }

    async fn begin<P: AgentSpec>(&self, id: &str, input: &P::Input) -> Result<Started, ClientError> {
        #[derive(Deserialize)]
        struct Accepted {
            status: String,
        }
        let body = serde_json::to_string(input).map_err(ClientError::Input)?;
        let path = format!("/{}/{}/{RUN}/send", address::<P>()?, segment(id));
        let parent = self.parent.map(|parent| ("traceparent", parent.to_string()));
        let answer = self.ingress.ask(Method::POST, &path, parent.as_slice(), body).await?;
        success(&answer)?;
        let accepted: Accepted =
            serde_json::from_str(&answer.text).map_err(|error| unexpected(&answer, &error))?;
        Ok(if accepted.status == "PreviouslyAccepted" { Started::Before } else { Started::Now })
    }

    async fn wait<P: AgentSpec>(&self, id: &str) -> Result<Envelope<P::Output>, ClientError> {
        let path = of_run::<P>(id, "attach")?;
        outcome::<P>(id, &self.ingress.wait(Method::GET, &path, &[], String::new()).await?)
    }

    /// What the server calls a run, whether or not there is one.
    async fn invocation<P: AgentSpec>(&self, id: &str) -> Result<String, ClientError> {
        #[derive(Deserialize)]
        struct Found {
            #[serde(rename = "invocationId")]
            invocation: String,
        }
        let target = json!({ "target": "workflow", "workflowName": address::<P>()?, "workflowKey": id });
        let answer = self.ingress.ask(Method::POST, "/restate/lookup", &[], target.to_string()).await?;
        success(&answer)?;
        let found: Found = serde_json::from_str(&answer.text).map_err(|error| unexpected(&answer, &error))?;
        Ok(found.invocation)
    }

    async fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, ClientError> {
        #[derive(Deserialize)]
        struct Rows<T> {
            rows: Vec<T>,
        }
        let headers = [("accept", "application/json".to_owned())];
        let answer =
            self.admin.ask(Method::POST, "/query", &headers, json!({ "query": sql }).to_string()).await?;
        success(&answer)?;
        let Rows { rows } =
            serde_json::from_str(&answer.text).map_err(|error| unexpected(&answer, &error))?;
        Ok(rows)
    }

    async fn services(&self) -> Result<Services, ClientError> {
        let answer = self.admin.ask(Method::GET, "/services", &[], String::new()).await?;
        success(&answer)?;
        Services::read(&answer.text).map_err(|error| unexpected(&answer, &error))
    }

    async fn deploy(&self, host: &str, dry_run: bool) -> Result<Answer, ClientError> {
        let body = json!({ "uri": host, "force": true, "dry_run": dry_run });
        let answer = self.admin.ask(Method::POST, "/deployments", &[], body.to_string()).await?;
        success(&answer)?;
        Ok(answer)
    }
}

/// That a run has not ended yet.
const NOT_YET: u16 = 470;

/// How a run has ended.
fn outcome<P: AgentSpec>(id: &str, answer: &Answer) -> Result<Envelope<P::Output>, ClientError> {
    if answer.status == StatusCode::OK {
        return Envelope::from_json(&answer.text).map_err(ClientError::Output);
    }
    known::<P>(id, answer)?;
    Err(run_error(answer).map_or_else(|| refused(answer), ClientError::from))
}

/// An error of a run, if this is one.
fn run_error(answer: &Answer) -> Option<PipelineError> {
    let Failed { message } = serde_json::from_str(&answer.text).ok()?;
    let (_line, whole) = message.split_once('\n')?;
    PipelineError::from_json(whole).ok()
}

fn address<P: AgentSpec>() -> Result<&'static str, ClientError> {
    name::fit(P::ADDRESS).map_err(|unfit| ClientError::Name(unfit.to_string()))
}

/// Where the server has this of a run.
fn of_run<P: AgentSpec>(id: &str, what: &str) -> Result<String, ClientError> {
    Ok(format!("/restate/workflow/{}/{}/{what}", address::<P>()?, segment(id)))
}

fn known<P: AgentSpec>(id: &str, answer: &Answer) -> Result<(), ClientError> {
    if answer.status != StatusCode::NOT_FOUND {
        return Ok(());
    }
    Err(unknown::<P>(id))
}

fn unknown<P: AgentSpec>(id: &str) -> ClientError {
    ClientError::Unknown { pipeline: P::ID.name.to_string(), id: id.to_owned() }
}

fn nothing(missing: Vec<Missing>) -> Result<(), ClientError> {
    if missing.is_empty() { Ok(()) } else { Err(ClientError::Missing(missing)) }
}

fn success(answer: &Answer) -> Result<(), ClientError> {
    if answer.status.is_success() { Ok(()) } else { Err(refused(answer)) }
}

fn refused(answer: &Answer) -> ClientError {
    let message = match serde_json::from_str(&answer.text) {
        Ok(Failed { message }) => message,
        Err(_) => answer.text.clone(),
    };
    ClientError::Refused { status: answer.status.as_u16(), message }
}

/// An answer of another form, as of another version of the server.
fn unexpected(answer: &Answer, error: &serde_json::Error) -> ClientError {
    ClientError::Refused {
        status: answer.status.as_u16(),
        message: format!("an answer of another form: {error}"),
    }
}
