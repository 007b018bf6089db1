//! What a description looks like.

use super::{Agent, Barrier, ContractId, Description, FanOut, Pipeline, Repeat, Stage, duration};
use handoff_diagram as drawn;

#[inline]
pub(super) fn of(description: &Description) -> String {
    let Description { input, output, stages, .. } = description;
    drawn::flowchart(&ends(input, output), &chain(stages))
}

#[inline]
fn chain(stages: &[Stage]) -> Vec<drawn::Stage> {
    let mut chain = Vec::new();
    for described in stages {
        chain.extend(stage(described));
    }
    chain
}

#[inline]
fn stage(stage: &Stage) -> Option<drawn::Stage> {
    Some(match stage {
        Stage::Agent(agent) => drawn::Stage::Agent {
            name: agent.name.clone(),
            notes: notes(agent),
            ends: ends(&agent.input, &agent.output),
        },
        Stage::Pipeline(pipeline) => drawn::Stage::Pipeline {
            name: pipeline.name.clone(),
            ends: ends(&pipeline.input, &pipeline.output),
            stages: chain(&pipeline.stages),
        },
        Stage::Gate(gate) => drawn::Stage::Gate { condition: format!("confidence ≥ {}", gate.confidence) },
        Stage::FanOut(fan_out) => drawn::Stage::FanOut {
            title: title(fan_out),
            stages: chain(&fan_out.stages),
            barrier: barrier(&fan_out.barrier),
            hands_on: Some(fan_out.barrier.hands_on.name.clone()),
        },
        Stage::Match(routing) => {
            let arms = routing.arms.iter().map(|arm| (arm.pattern.clone(), chain(&arm.stages)));
            drawn::Stage::Match { arms: arms.collect() }
        }
        Stage::Repeat(Repeat { max, until, or_last, stages }) => {
            let or_last = if *or_last { ", else last" } else { "" };
            let title = format!("repeat, at most {max}, until {until}{or_last}");
            drawn::Stage::Repeat { title, stages: chain(stages) }
        }
        Stage::Join(join) => drawn::Stage::Join { branches: chain(&join.branches) },
        Stage::Race(race) => drawn::Stage::Race { branches: chain(&race.branches) },
        Stage::Branch(branch) => {
            drawn::Stage::Branch { optional: branch.optional, stages: chain(&branch.stages) }
        }
        Stage::Or(or) => drawn::Stage::Or { attempts: chain(&or.attempts) },
        Stage::Map(_) => drawn::Stage::Map { text: "map".to_owned() },
        Stage::Bind(_) => return None,
    })
}

#[inline]
fn ends(input: &ContractId, output: &ContractId) -> drawn::Ends {
    drawn::Ends { takes: Some(input.name.clone()), hands_on: Some(output.name.clone()) }
}

#[inline]
fn notes(agent: &Agent) -> Vec<String> {
    let mut notes = vec![agent.role.to_string()];
    if agent.signal {
        let most = agent.timeout.map(|timeout| format!(", at most {}", duration::text(timeout)));
        notes.push(format!("waits for an answer{}", most.unwrap_or_default()));
    }
    notes.extend(agent.asks.as_ref().map(|asked| format!("asks {asked}")));
    notes.extend(agent.input_budget.map(|budget| format!("in ≤ {budget} tokens")));
    notes.extend(agent.max_output_tokens.map(|max| format!("out ≤ {max} tokens")));
    notes.extend((!agent.tools.is_empty()).then(|| format!("may call {}", names(&agent.tools))));
    notes
}

#[inline]
fn names(tools: &[Stage]) -> String {
    let mut names = Vec::new();
    for tool in tools {
        if let Stage::Agent(Agent { name, .. }) | Stage::Pipeline(Pipeline { name, .. }) = tool {
            names.push(name.as_str());
        }
    }
    names.join(", ")
}

#[inline]
fn title(fan_out: &FanOut) -> String {
    let mut title = format!("fan_out({})", fan_out.of);
    title.extend(fan_out.max.map(|max| format!(", at most {max}")));
    title.push_str(if fan_out.allow_empty { ", or none" } else { "" });
    title.push_str(if fan_out.keep { ", keep" } else { "" });
    title.extend(fan_out.concurrency.map(|most| format!(", {most} at once")));
    title.extend(fan_out.recover.as_ref().map(|recover| format!(", recover = {recover}")));
    title
}

#[inline]
fn barrier(barrier: &Barrier) -> String {
    let deadline = barrier.deadline.map(|deadline| format!(", deadline = {}", duration::text(deadline)));
    format!("barrier({}{})", barrier.rule, deadline.unwrap_or_default())
}
