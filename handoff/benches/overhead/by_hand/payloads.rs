//! The payloads, each with its checks.

use super::Payload;
use serde::{Deserialize, Serialize};
use std::ops::RangeBounds;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubTask {
    pub id: String,
    pub description: String,
    pub priority: u8,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub subtasks: Vec<SubTask>,
    pub reasoning: String,
    pub confidence: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub task: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub title: String,
    pub body: String,
}

impl Payload for Question {
    const SCHEMA: &'static str = "question/1";

    fn check(&self) -> Result<(), String> {
        length("text", &self.text, 1..=500)
    }
}

impl Payload for SubTask {
    const SCHEMA: &'static str = "sub-task/1";

    fn check(&self) -> Result<(), String> {
        length("id", &self.id, 1..=64)?;
        length("description", &self.description, 10..=500)?;
        within("priority", &self.priority, 1..=5)
    }
}

impl Payload for Plan {
    const SCHEMA: &'static str = "plan/1";

    fn check(&self) -> Result<(), String> {
        within("number of sub-tasks", &self.subtasks.len(), 1..=8)?;
        self.subtasks.iter().try_for_each(SubTask::check)?;
        length("reasoning", &self.reasoning, 20..)?;
        within("confidence", &self.confidence, 0.0..=1.0)
    }

    fn confidence(&self) -> Option<f64> {
        Some(self.confidence)
    }
}

impl Payload for Finding {
    const SCHEMA: &'static str = "finding/1";

    fn check(&self) -> Result<(), String> {
        length("task", &self.task, 1..=64)?;
        length("text", &self.text, 1..=2_000)
    }
}

impl Payload for Vec<Finding> {
    const SCHEMA: &'static str = "findings/1";

    fn check(&self) -> Result<(), String> {
        self.iter().try_for_each(Finding::check)
    }
}

impl Payload for Report {
    const SCHEMA: &'static str = "report/1";

    fn check(&self) -> Result<(), String> {
        length("title", &self.title, 1..=200)?;
        length("body", &self.body, 1..)
    }
}

fn length(what: &str, text: &str, allowed: impl RangeBounds<usize>) -> Result<(), String> {
    within(what, &text.chars().count(), allowed)
}

fn within<T: PartialOrd>(what: &str, found: &T, allowed: impl RangeBounds<T>) -> Result<(), String> {
    if allowed.contains(found) { Ok(()) } else { Err(format!("{what} is out of range")) }
}
