//! What a host tells Restate of its agents and pipelines.

use crate::preflight::{self, Called};
use crate::signals::{ANSWER, SIGNALS};
use crate::{name, schema};
use handoff::{AgentSpec, Description};
use restate_sdk::discovery::Service;
use serde_json::{Value, json};
use std::time::Duration;

/// The handler of an agent.
pub(crate) const CALL: &str = "call";
/// The handler of a pipeline.
pub(crate) const RUN: &str = "run";

/// What an agent may take beside its timeout: it may have to wait until one of its host's attempts has ended.
const WAITING: Duration = Duration::from_hours(1);
/// For an agent without a timeout: as good as for ever, and still a number that Restate takes.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);
/// How long Restate tries again, before it pauses what it cannot call.
const TRIES_FOR: Duration = Duration::from_hours(24);

/// The bytes that there may be around a payload in a message.
pub(crate) const AROUND: usize = 64 << 10;

/// What goes for all services of a host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// The longest pause between two tries.
    pub(crate) retry_interval: Duration,
    /// How long the result of a run is kept.
    pub(crate) keep_results: Duration,
    /// The most bytes of a message that the server takes.
    pub(crate) message_limit: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retry_interval: Duration::from_secs(2),
            keep_results: Duration::from_hours(24 * 7),
            message_limit: 32 << 20,
        }
    }
}

/// Why something cannot be a service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error(transparent)]
    Name(#[from] name::Unfit),
    #[error("the SDK cannot describe `{name}`: {source}")]
    Manifest { name: &'static str, source: serde_json::Error },
}

/// How long an invocation of an agent may be silent.
///
/// One that is silent for longer is suspended: its agent is dropped where it is, and as nothing that it waits for is in
/// Restate's journal, it would never be woken. So this is more than an attempt can take.
pub(crate) fn silence<A: AgentSpec>() -> Duration {
    A::TIMEOUT.map_or(FOR_EVER, |timeout| timeout.saturating_add(WAITING).min(FOR_EVER))
}

/// An agent: a service that only other services can call.
pub(crate) fn agent<A: AgentSpec>(policy: Policy) -> Result<Service, Unusable> {
    let metadata = json!({
        preflight::ROLE: A::ID.role.as_str(),
        preflight::INPUT: preflight::contract::<A::Input>(),
        preflight::OUTPUT: preflight::contract::<A::Output>(),
    });
    let mut service = service::<A>("SERVICE", &handler(CALL, &true.into(), &true.into()), &metadata, policy)?;
    service["ingressPrivate"] = true.into();
    service["inactivityTimeout"] = millis(silence::<A>()).into();
    read::<A>(service)
}

/// A pipeline: a workflow, of which each run is one, by its id.
pub(crate) fn pipeline<P: AgentSpec>(policy: Policy) -> Result<Service, Unusable> {
    let description = Description::of::<P>();
    let calls = Called::by(&description);
    let metadata = json!({
        preflight::INPUT: preflight::contract::<P::Input>(),
        preflight::OUTPUT: preflight::contract::<P::Output>(),
        preflight::CALLS: Called::to_json(&calls),
    });
    let mut handler = handler(RUN, &schema::payload::<P::Input>(), &schema::envelope::<P::Output>());
    handler["ty"] = "WORKFLOW".into();
    handler["workflowCompletionRetention"] = millis(policy.keep_results).into();
    let mut service = service::<P>("WORKFLOW", &handler, &metadata, policy)?;
    if preflight::waits(&description)
        && let Some(handlers) = service["handlers"].as_array_mut()
    {
        handlers.extend(of_signals());
    }
    read::<P>(service)
}

/// What a run can be asked and told while it is under way.
fn of_signals() -> [Value; 2] {
    let given = json!({
        "type": "object",
        "properties": { "signal": { "type": "string" }, "agent": { "type": "object" }, "answer": true },
        "required": ["signal", "answer"],
        "additionalProperties": false,
    });
    let mut answer = handler(ANSWER, &given, &json!({ "type": "null" }));
    let mut list = handler(SIGNALS, &true.into(), &json!({ "type": "array" }));
    list["input"] = json!({});
    for handler in [&mut answer, &mut list] {
        handler["ty"] = "SHARED".into();
    }
    [answer, list]
}

fn handler(name: &str, input: &Value, output: &Value) -> Value {
    const JSON: &str = "application/json";
    json!({
        "name": name,
        "input": { "contentType": JSON, "required": true, "jsonSchema": input },
        "output": { "contentType": JSON, "setContentTypeIfEmpty": false, "jsonSchema": output },
    })
}

fn service<A: AgentSpec>(
    ty: &str,
    handler: &Value,
    metadata: &Value,
    policy: Policy,
) -> Result<Value, Unusable> {
    let interval = policy.retry_interval.max(Duration::from_millis(50));
    let mut service = json!({
        "name": name::fit(A::ADDRESS)?,
        "ty": ty,
        "handlers": [handler],
        "metadata": metadata,
        "retryPolicyInitialInterval": 50,
        "retryPolicyExponentiationFactor": 2.0,
        "retryPolicyMaxInterval": millis(interval),
        "retryPolicyMaxAttempts": (millis(TRIES_FOR) / millis(interval)).max(1),
        "retryPolicyOnMaxAttempts": "PAUSE",
    });
    if let Some(doc) = documentation::<A>() {
        service["documentation"] = doc.into();
    }
    Ok(service)
}

/// What its doc comment says.
fn documentation<A: AgentSpec>() -> Option<String> {
    let description = Description::of::<A>();
    match description.stages.first() {
        Some(handoff::describe::Stage::Agent(agent)) if agent.name == description.name => agent.doc.clone(),
        _ => description.doc,
    }
}

fn read<A: AgentSpec>(service: Value) -> Result<Service, Unusable> {
    serde_json::from_value(service).map_err(|source| Unusable::Manifest { name: A::ADDRESS, source })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff::prelude::*;

    #[contract]
    pub(crate) struct Part {
        pub(crate) text: String,
    }

    /// Works on a part.
    #[agent(role = critic, timeout = "90s", retries = 4)]
    async fn work(part: Part) -> Part {
        part
    }

    #[agent(timeout = "none")]
    async fn ponder(part: Part) -> Part {
        part
    }

    #[agent(name = "legal review")]
    async fn review(part: Part) -> Part {
        part
    }

    #[agent(signal, timeout = "1h")]
    async fn consent(part: Part) -> Part;

    pipeline! { pub(crate) ask(Part) -> Vec<Part> { ponder => fan_out(|part| vec![part]) consent => barrier(all) } }

    pipeline! {
        /// Thinks, and works.
        pub(crate) think(Part) -> Vec<Part> {
            ponder => fan_out(|part| vec![part]) work => barrier(all)
        }
    }

    fn written(service: Result<Service, Unusable>) -> Value {
        serde_json::to_value(service.unwrap()).unwrap()
    }

    #[test]
    fn an_agent_may_be_silent_for_longer_than_an_attempt_takes() {
        let work = written(agent::<work>(Policy::default()));
        assert_eq!(work["inactivityTimeout"], (90 + 60 * 60) * 1_000);
        let ponder = written(agent::<ponder>(Policy::default()));
        assert_eq!(ponder["inactivityTimeout"], 365_u64 * 24 * 60 * 60 * 1_000);
    }

    #[test]
    fn an_agent_is_private_and_says_its_role_and_its_contracts() {
        let service = written(agent::<work>(Policy::default()));
        assert_eq!(service["ingressPrivate"], true);
        assert_eq!(service["ty"], "SERVICE");
        assert_eq!(service["documentation"], "Works on a part.");
        assert_eq!(service["metadata"][preflight::ROLE], "critic");
        assert_eq!(service["metadata"][preflight::INPUT], format!("Part {}", Part::fingerprint()));
    }

    #[test]
    fn tries_are_bounded_in_their_pauses_and_their_number() {
        let policy = Policy { retry_interval: Duration::from_secs(20), ..Policy::default() };
        let service = written(agent::<work>(policy));
        assert_eq!(service["retryPolicyMaxInterval"], 20_000);
        assert_eq!(service["retryPolicyMaxAttempts"], 24 * 60 * 3);
        assert_eq!(service["retryPolicyOnMaxAttempts"], "PAUSE");
    }

    #[test]
    fn a_pipeline_is_a_workflow_whose_results_are_kept() {
        let policy = Policy { keep_results: Duration::from_secs(30), ..Policy::default() };
        let service = written(pipeline::<think>(policy));
        assert_eq!(service["ty"], "WORKFLOW");
        assert_eq!(service["documentation"], "Thinks, and works.");
        assert_eq!(service["handlers"][0]["ty"], "WORKFLOW");
        assert_eq!(service["handlers"][0]["workflowCompletionRetention"], 30_000);
        assert_eq!(service["handlers"][0]["input"]["jsonSchema"]["properties"]["text"]["type"], "string");
        assert!(service.get("ingressPrivate").is_none_or(Value::is_null));
    }

    #[test]
    fn a_run_can_be_answered_where_its_pipeline_has_signals() {
        let names = |service: &Value| -> Vec<String> {
            let handlers = service["handlers"].as_array().unwrap().iter();
            handlers
                .map(|handler| format!("{} {}", handler["name"], handler["ty"]).replace('"', ""))
                .collect()
        };
        let asking = written(pipeline::<ask>(Policy::default()));
        assert_eq!(names(&asking), ["run WORKFLOW", "answer SHARED", "signals SHARED"]);
        assert_eq!(names(&written(pipeline::<think>(Policy::default()))), ["run WORKFLOW"]);
        // No host has to have the signal.
        let calls = asking["metadata"][preflight::CALLS].as_str().unwrap();
        assert!(calls.contains("ponder") && !calls.contains("consent"), "{calls}");
    }

    #[test]
    fn an_agent_whose_name_restate_cannot_have_is_refused() {
        let refused = agent::<review>(Policy::default()).unwrap_err().to_string();
        assert!(refused.starts_with("`legal review` cannot be the name of a Restate service"), "{refused}");
    }
}
