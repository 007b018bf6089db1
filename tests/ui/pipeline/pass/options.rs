#![deny(warnings)]

use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub steps: Vec<Step>,
    pub note: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub struct Step {
    pub id: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
pub async fn plan(goal: Goal) -> Plan {
    Plan { steps: vec![Step { id: goal.text }], note: String::new(), confidence: 1.0 }
}

#[agent]
pub async fn work(step: Step) -> Step {
    step
}

#[agent]
pub async fn merge(steps: Partial<Step>) -> Report {
    Report { text: steps.total().to_string() }
}

const AT_ONCE: usize = 4;

fn name(step: &Step) -> &str {
    &step.id
}

fn stand_in(step: &Step, _: &TaskFailure) -> Step {
    step.clone()
}

pipeline! {
    pub by_name(Goal) -> Report {
        plan
            => fan_out(steps, label = name, recover = stand_in,) work
            => barrier(deadline = "2m", at_least = 50%,)
            => merge
    }
}

pipeline! {
    pub p(Goal) -> Report {
        plan
            => fan_out(
                |plan| plan.steps.into_iter().filter(|step| !step.id.is_empty()).collect(),
                max = 4 + 4,
                concurrency = AT_ONCE,
                allow_empty,
                label = |step| &step.id,
                recover = |step, failure| Step { id: format!("{}: {}", step.id, failure.message) },
            ) work
            => barrier(first = 2, deadline = "30s")
            => merge
    }
}
