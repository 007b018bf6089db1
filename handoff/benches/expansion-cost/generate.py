#!/usr/bin/env python3
"""Writes two crates that do the same: 100 contracts, 100 agents and 20 pipelines.

usage: generate.py FOLDER

FOLDER/with_handoff uses the macros; FOLDER/by_hand has the derives of serde and schemars, and checks,
agents and pipelines as one writes them without a framework (support.rs). `measure.sh` compiles both.
"""
import pathlib
import shutil
import string
import sys

PIPELINES = 20

# One pipeline: five contracts, five agents. `$g` is its number.
WITH_HANDOFF = """\
use handoff::prelude::*;

#[contract]
pub struct Goal$g {
    #[check(len(1..=400))]
    pub text: String,
    #[check(range(1..=9))]
    pub urgency: u8,
    pub audience: Option<String>,
}

#[contract]
pub struct Step$g {
    #[check(len(1..=64))]
    pub id: String,
    #[check(len(10..=500))]
    pub description: String,
    #[check(range(1..=5))]
    pub priority: u8,
}

#[contract]
pub struct Plan$g {
    #[check(len(1..=8))]
    pub steps: Vec<Step$g>,
    #[check(len(20..))]
    pub reasoning: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub enum Finding$g {
    Nothing,
    Answer {
        #[check(len(1..=200))]
        text: String,
        #[check(range(0.0..=1.0))]
        score: f64,
    },
}

#[contract]
pub struct Report$g {
    #[check(len(1..=4_000))]
    pub text: String,
    pub findings: Vec<Finding$g>,
    pub approved: bool,
}

#[agent(role = planner, max_output_tokens = 2_000)]
async fn plan_$g(goal: Goal$g) -> Result<Plan$g, String> {
    let describe = |part: &str| Step$g {
        id: format!("{part}-$g"),
        description: format!("look into {part} of {}", goal.text),
        priority: goal.urgency.min(5),
    };
    let steps = vec![describe("cause"), describe("effect")];
    Ok(Plan$g { steps, reasoning: "the cause comes before the effect".into(), confidence: 0.9 })
}

#[agent(max_output_tokens = 500, timeout = "30s", retries = 2)]
async fn work_$g(step: Step$g) -> Result<Finding$g, String> {
    if step.priority == 0 {
        return Ok(Finding$g::Nothing);
    }
    Ok(Finding$g::Answer { text: step.description, score: 0.$g })
}

#[agent(role = aggregator, input_budget = 8_000)]
async fn merge_$g(findings: Vec<Finding$g>) -> Report$g {
    Report$g { text: format!("{} findings", findings.len()), findings, approved: false }
}

#[agent(role = critic, timeout = "60s")]
async fn review_$g(report: Report$g) -> Result<Report$g, String> {
    if report.findings.is_empty() {
        return Err("nothing was found".into());
    }
    Ok(Report$g { approved: true, ..report })
}

#[agent]
async fn publish_$g(report: Report$g) -> Report$g {
    report
}

pipeline! {
    pub answer_$g(Goal$g) -> Report$g {
        plan_$g
            => gate(confidence >= 0.6)
            => fan_out(steps) work_$g
            => barrier(all)
            => merge_$g
            => review_$g
            => publish_$g
    }
}

pub async fn run_$g(runtime: &Runtime, text: &str) -> Result<String, PipelineError> {
    let goal = Goal$g { text: text.into(), urgency: 3, audience: None };
    Ok(runtime.run(answer_$g, goal).await?.payload.text)
}
"""

BY_HAND = """\
use crate::support::{Agent, Envelope, Failure, Payload, all, call, gate, hand_off};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal$g {
    #[schemars(length(min = 1, max = 400))]
    pub text: String,
    #[schemars(range(min = 1, max = 9))]
    pub urgency: u8,
    pub audience: Option<String>,
}

impl Payload for Goal$g {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        if !(1..=400).contains(&self.text.chars().count()) {
            broken.push(format!("{at}/text: 1 to 400 characters"));
        }
        if !(1..=9).contains(&self.urgency) {
            broken.push(format!("{at}/urgency: 1 to 9"));
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step$g {
    #[schemars(length(min = 1, max = 64))]
    pub id: String,
    #[schemars(length(min = 10, max = 500))]
    pub description: String,
    #[schemars(range(min = 1, max = 5))]
    pub priority: u8,
}

impl Payload for Step$g {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        if !(1..=64).contains(&self.id.chars().count()) {
            broken.push(format!("{at}/id: 1 to 64 characters"));
        }
        if !(10..=500).contains(&self.description.chars().count()) {
            broken.push(format!("{at}/description: 10 to 500 characters"));
        }
        if !(1..=5).contains(&self.priority) {
            broken.push(format!("{at}/priority: 1 to 5"));
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan$g {
    #[schemars(length(min = 1, max = 8))]
    pub steps: Vec<Step$g>,
    #[schemars(length(min = 20))]
    pub reasoning: String,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
}

impl Payload for Plan$g {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        if !(1..=8).contains(&self.steps.len()) {
            broken.push(format!("{at}/steps: 1 to 8 items"));
        }
        self.steps.check(&format!("{at}/steps"), broken);
        if self.reasoning.chars().count() < 20 {
            broken.push(format!("{at}/reasoning: at least 20 characters"));
        }
        if !(0.0..=1.0).contains(&self.confidence) {
            broken.push(format!("{at}/confidence: 0 to 1"));
        }
    }

    fn confidence(&self) -> Option<f64> {
        Some(self.confidence)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Finding$g {
    Nothing,
    Answer {
        #[schemars(length(min = 1, max = 200))]
        text: String,
        #[schemars(range(min = 0.0, max = 1.0))]
        score: f64,
    },
}

impl Payload for Finding$g {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        match self {
            Self::Nothing => {}
            Self::Answer { text, score } => {
                if !(1..=200).contains(&text.chars().count()) {
                    broken.push(format!("{at}/Answer/text: 1 to 200 characters"));
                }
                if !(0.0..=1.0).contains(score) {
                    broken.push(format!("{at}/Answer/score: 0 to 1"));
                }
            }
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report$g {
    #[schemars(length(min = 1, max = 4000))]
    pub text: String,
    pub findings: Vec<Finding$g>,
    pub approved: bool,
}

impl Payload for Report$g {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        if !(1..=4_000).contains(&self.text.chars().count()) {
            broken.push(format!("{at}/text: 1 to 4000 characters"));
        }
        self.findings.check(&format!("{at}/findings"), broken);
    }
}

async fn plan_$g(goal: Goal$g) -> Result<Plan$g, String> {
    let describe = |part: &str| Step$g {
        id: format!("{part}-$g"),
        description: format!("look into {part} of {}", goal.text),
        priority: goal.urgency.min(5),
    };
    let steps = vec![describe("cause"), describe("effect")];
    Ok(Plan$g { steps, reasoning: "the cause comes before the effect".into(), confidence: 0.9 })
}

async fn work_$g(step: Step$g) -> Result<Finding$g, String> {
    if step.priority == 0 {
        return Ok(Finding$g::Nothing);
    }
    Ok(Finding$g::Answer { text: step.description, score: 0.$g })
}

async fn merge_$g(findings: Vec<Finding$g>) -> Result<Report$g, String> {
    Ok(Report$g { text: format!("{} findings", findings.len()), findings, approved: false })
}

async fn review_$g(report: Report$g) -> Result<Report$g, String> {
    if report.findings.is_empty() {
        return Err("nothing was found".into());
    }
    Ok(Report$g { approved: true, ..report })
}

async fn publish_$g(report: Report$g) -> Result<Report$g, String> {
    Ok(report)
}

const CALLER: Agent = agent("caller", 120, 1, None, None);
const PLAN: Agent = agent("plan_$g", 120, 1, None, Some(2_000));
const WORK: Agent = agent("work_$g", 30, 3, None, Some(500));
const MERGE: Agent = agent("merge_$g", 120, 1, Some(8_000), None);
const REVIEW: Agent = agent("review_$g", 60, 1, None, None);
const PUBLISH: Agent = agent("publish_$g", 120, 1, None, None);

const fn agent(
    name: &'static str,
    seconds: u64,
    attempts: u32,
    input_budget: Option<usize>,
    max_output: Option<usize>,
) -> Agent {
    Agent { name, timeout: Duration::from_secs(seconds), attempts, input_budget, max_output }
}

pub async fn answer_$g(goal: Goal$g) -> Result<Envelope<Report$g>, Failure> {
    let goal = hand_off(&CALLER, &PLAN, 1.0, goal)?;
    let plan = gate(call(&PLAN, &WORK, goal, plan_$g).await?, 0.6)?;
    let confidence = plan.confidence;
    let findings = all(plan.payload.steps, 8, |step| async move {
        let step = hand_off(&PLAN, &WORK, confidence, step)?;
        Ok(call(&WORK, &MERGE, step, work_$g).await?.payload)
    })
    .await?;
    let findings = hand_off(&WORK, &MERGE, 1.0, findings)?;
    let report = call(&MERGE, &REVIEW, findings, merge_$g).await?;
    let report = call(&REVIEW, &PUBLISH, report, review_$g).await?;
    call(&PUBLISH, &CALLER, report, publish_$g).await
}

pub async fn run_$g(text: &str) -> Result<String, Failure> {
    let goal = Goal$g { text: text.into(), urgency: 3, audience: None };
    Ok(answer_$g(goal).await?.payload.text)
}
"""


def crate(folder, template, first_lines):
    source = folder / "src"
    source.mkdir(parents=True, exist_ok=True)
    names = []
    for number in range(1, PIPELINES + 1):
        text = string.Template(template.replace("_$g", "_${g}").replace("$g", "${g}")).substitute(g=number)
        (source / f"p{number}.rs").write_text(text)
        names.append(f"pub mod p{number};\n")
    (source / "lib.rs").write_text(first_lines + "".join(names))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = pathlib.Path(__file__).resolve().parent
    handoff = here.parent.parent
    repository = handoff.parent
    workspace = pathlib.Path(sys.argv[1])
    crate(workspace / "with_handoff", WITH_HANDOFF, "")
    crate(workspace / "by_hand", BY_HAND, "pub mod support;\n")
    shutil.copy(here / "support.rs", workspace / "by_hand/src/support.rs")
    package = '[package]\nname = "{}"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n'
    tokio = 'tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }\n'
    (workspace / "with_handoff/Cargo.toml").write_text(
        package.format("with_handoff") + f'handoff = {{ path = "{handoff}" }}\n' + tokio
    )
    (workspace / "by_hand/Cargo.toml").write_text(
        package.format("by_hand")
        + 'serde = { version = "1", features = ["derive"] }\nserde_json = "1"\nschemars = "1"\n'
        + tokio
    )
    (workspace / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = ["with_handoff", "by_hand"]\n')
    for name in ("Cargo.lock", "rust-toolchain.toml"):
        shutil.copy(repository / name, workspace / name)


main()
