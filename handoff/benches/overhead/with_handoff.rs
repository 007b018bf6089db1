//! The pipeline as it is written with `handoff`.

use crate::answers::{self, as_json};
use handoff::prelude::*;

#[contract]
pub struct Question {
    #[check(len(1..=500))]
    pub text: String,
}

#[contract]
pub struct SubTask {
    #[check(len(1..=64))]
    pub id: String,
    #[check(len(10..=500))]
    pub description: String,
    #[check(range(1..=5))]
    pub priority: u8,
}

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub subtasks: Vec<SubTask>,
    #[check(len(20..))]
    pub reasoning: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub struct Finding {
    #[check(len(1..=64))]
    pub task: String,
    #[check(len(1..=2_000))]
    pub text: String,
}

#[contract]
pub struct Report {
    #[check(len(1..=200))]
    pub title: String,
    #[check(len(1..))]
    pub body: String,
}

/// Agents that return their output.
pub mod typed {
    use super::{Finding, Plan, Question, Report, SubTask, answers};
    use handoff::prelude::*;

    #[agent(role = planner, max_output_tokens = 2_000)]
    async fn plan(question: Question) -> Plan {
        let subtask = |part| SubTask {
            id: answers::id(part),
            description: answers::description(part, &question.text),
            priority: part + 1,
        };
        Plan {
            subtasks: (0..answers::PARTS).map(subtask).collect(),
            reasoning: answers::REASONING.to_owned(),
            confidence: 0.9,
        }
    }

    #[agent(input_budget = 4_000, max_output_tokens = 500, timeout = "30s", retries = 2)]
    async fn work(task: SubTask) -> Finding {
        Finding { text: answers::finding(&task.description), task: task.id }
    }

    #[agent(role = aggregator, input_budget = 8_000)]
    async fn aggregate(findings: Vec<Finding>) -> Report {
        let body = answers::body(findings.iter().map(|finding| finding.text.as_str()));
        Report { title: answers::TITLE.to_owned(), body }
    }

    pipeline! {
        pub research(Question) -> Report {
            plan => gate(confidence >= 0.6) => fan_out(subtasks) work => barrier(all) => aggregate
        }
    }
}

/// Agents that return what a model wrote.
pub mod replies {
    use super::{Finding, Plan, Question, Report, SubTask, as_json};
    use handoff::prelude::*;

    #[agent(output = Plan, role = planner, max_output_tokens = 2_000)]
    async fn plan(question: Question) -> Reply {
        Reply::new(as_json::plan(&question.text))
    }

    #[agent(output = Finding, input_budget = 4_000, max_output_tokens = 500, timeout = "30s", retries = 2)]
    async fn work(task: SubTask) -> Reply {
        Reply::new(as_json::finding(&task.id, &task.description))
    }

    #[agent(output = Report, role = aggregator, input_budget = 8_000)]
    async fn aggregate(findings: Vec<Finding>) -> Reply {
        Reply::new(as_json::report(findings.iter().map(|finding| finding.text.as_str())))
    }

    pipeline! {
        pub research(Question) -> Report {
            plan => gate(confidence >= 0.6) => fan_out(subtasks) work => barrier(all) => aggregate
        }
    }
}
