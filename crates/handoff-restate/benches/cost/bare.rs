//! The pipeline of `ours` by hand, with the SDK alone: no contract, no envelope, no barrier but for the success of all.

// As the SDK wants them.
#![allow(clippy::unused_async)]

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) tasks: Vec<String>,
    pub(crate) confidence: f64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) what: String,
    pub(crate) priority: u8,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<Task>,
    pub(crate) confidence: f64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) id: String,
    pub(crate) text: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) parts: usize,
}

struct BarePlan;

#[restate_sdk::service]
impl BarePlan {
    #[handler]
    async fn call(&self, _ctx: Context<'_>, question: Json<Question>) -> HandlerResult<Json<Plan>> {
        let Question { tasks, confidence, .. } = question.into_inner();
        let tasks = tasks.into_iter().enumerate();
        let tasks = tasks.map(|(index, what)| Task { id: format!("t{index}"), what, priority: 1 }).collect();
        Ok(Json(Plan { tasks, confidence }))
    }
}

struct BareWork;

#[restate_sdk::service]
impl BareWork {
    #[handler]
    async fn call(&self, _ctx: Context<'_>, task: Json<Task>) -> HandlerResult<Json<Finding>> {
        let Task { id, what, .. } = task.into_inner();
        Ok(Json(Finding { id, text: format!("did {what}") }))
    }
}

struct BareMerge;

#[restate_sdk::service]
impl BareMerge {
    #[handler]
    async fn call(&self, _ctx: Context<'_>, findings: Json<Vec<Finding>>) -> HandlerResult<Json<Report>> {
        let findings = findings.into_inner();
        let text: Vec<_> = findings.iter().map(|finding| finding.text.as_str()).collect();
        Ok(Json(Report { text: text.join("; "), parts: findings.len() }))
    }
}

struct BareResearch;

#[restate_sdk::workflow]
impl BareResearch {
    #[handler]
    async fn run(&self, ctx: WorkflowContext<'_>, question: Json<Question>) -> HandlerResult<Json<Report>> {
        let plan = ctx.service_client::<BarePlanClient>().call(question).call().await?.into_inner();
        if plan.confidence < 0.6 {
            return Err(TerminalError::new("low confidence").into());
        }
        let width = plan.tasks.len();
        let mut calls = DurableFuturesUnordered::new();
        for task in plan.tasks {
            calls.push(ctx.service_client::<BareWorkClient>().call(Json(task)).call());
        }
        let mut found = vec![None; width];
        while let Some((index, finding)) = calls.next().await? {
            found[index] = Some(finding?.into_inner());
        }
        let found = found.into_iter().flatten().collect::<Vec<_>>();
        Ok(ctx.service_client::<BareMergeClient>().call(Json(found)).call().await?)
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::builder().bind(BarePlan).bind(BareWork).bind(BareMerge).bind(BareResearch).build()
}
