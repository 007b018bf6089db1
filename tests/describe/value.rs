//! The value: what is in it, and that it can be kept.

use super::pipelines::{
    Outage, Plan, Ticket, a_share, at_least, branched, first, in_chains, kept, raced, settled, support, work,
};
use handoff::Contract;
use handoff::barrier::Policy;
use handoff::describe::{Agent, FanOut, Stage};
use handoff::prelude::*;
use std::time::Duration;

#[track_caller]
fn agent<'d>(description: &'d Description, name: &str) -> &'d Agent {
    description.agents().into_iter().find(|agent| agent.name == name).expect("it is one of the agents")
}

#[track_caller]
fn fan_out(description: &Description) -> &FanOut {
    let fan_out = description.stages.iter().find_map(|stage| match stage {
        Stage::FanOut(fan_out) => Some(fan_out),
        _ => None,
    });
    fan_out.expect("one of the stages is a fan-out")
}

#[test]
fn branches_are_more_than_agents() {
    let description = branched.describe();
    let [Stage::Join(join)] = description.stages.as_slice() else { panic!("{description:#?}") };
    let [Stage::Branch(stages), Stage::Branch(optional)] = join.branches.as_slice() else {
        panic!("{join:#?}")
    };
    assert_eq!((stages.optional, stages.stages.len()), (false, 2));
    assert_eq!((optional.optional, optional.stages.len()), (true, 1));
    assert_eq!(description.agents().len(), 4);
    let json = serde_json::to_value(&join.branches[1]).unwrap();
    assert_eq!((&json["stage"], &json["optional"]), (&"branch".into(), &true.into()));
}

#[test]
fn races_have_branches() {
    let description = raced.describe();
    let [Stage::Race(race), Stage::Agent(_)] = description.stages.as_slice() else {
        panic!("{description:#?}")
    };
    let [Stage::Branch(stages), Stage::Branch(fallback)] = race.branches.as_slice() else {
        panic!("{race:#?}")
    };
    assert_eq!((stages.optional, stages.stages.len(), fallback.stages.len()), (false, 2, 1));
    assert_eq!(description.agents().len(), 3);
    let json = serde_json::to_value(&description.stages[0]).unwrap();
    assert_eq!(json["stage"], "race");
    assert_eq!(serde_json::from_value::<Stage>(json).unwrap(), description.stages[0]);
}

#[test]
fn agents_have_all_that_they_declare() {
    let description = support.describe();
    let names: Vec<_> = description.agents().iter().map(|agent| agent.name.as_str()).collect();
    let expected = [
        "quick",
        "slow",
        "triage",
        "billing",
        "page <now>",
        "resolve",
        "plan",
        "merge",
        "critique",
        "legal",
        "cost",
        "sign",
    ];
    assert_eq!(names, expected);

    let billing = agent(&description, "billing");
    assert_eq!((billing.role.clone(), billing.retries), (Role::Worker, 2));
    assert_eq!((billing.input_budget, billing.max_output_tokens), (Some(4_000), Some(500)));
    assert_eq!(billing.timeout, Some(Duration::from_secs(30)));
    assert_eq!((billing.input.name.as_str(), billing.output.name.as_str()), ("Ticket", "Answer"));

    let page = agent(&description, "page <now>");
    assert_eq!(page.role, Role::Other("on \"call\"".into()));
    assert_eq!((page.timeout, page.input_budget, page.retries), (None, None, 0));
    assert_eq!(agent(&description, "triage").timeout, Some(Duration::from_mins(2)));
}

/// May this go out?
#[agent(signal, timeout = "3d", input_budget = 90)]
async fn approval(draft: String) -> bool;

#[agent(signal, timeout = "none", role = critic)]
async fn criticism(approved: bool) -> String;

pipeline! { approving(String) -> String { approval => criticism } }

#[test]
fn signals_are_told_apart() {
    let description = approving.describe();
    let signal = agent(&description, "approval");
    assert!(signal.signal && agent(&description, "criticism").signal);
    assert!(!agent(&support.describe(), "plan").signal);
    assert_eq!((signal.role.as_str(), signal.doc.as_deref()), ("signal", Some("May this go out?")));
    assert_eq!(serde_json::to_value(signal).unwrap()["timeout"], "3d");
    let drawn = description.mermaid();
    assert!(drawn.contains("signal<br/>waits for an answer, at most 3d<br/>in ≤ 90 tokens"), "{drawn}");
    assert!(drawn.contains("critic<br/>waits for an answer\"]"), "{drawn}");
}

#[test]
fn stages_nest() {
    let description = support.describe();
    let [Stage::Or(or), _, Stage::Bind(keep), Stage::Match(routing), Stage::Repeat(repeat), rest @ ..] =
        description.stages.as_slice()
    else {
        panic!("{description:#?}")
    };
    assert_eq!(or.attempts.len(), 2);
    assert_eq!(keep.name, "found");
    let patterns: Vec<_> = routing.arms.iter().map(|arm| arm.pattern.as_str()).collect();
    let expected = [
        "Triage::Billing(ticket) if ticket.text.len() > 9",
        "Triage::Outage(outage)",
        "Triage::Billing(_) | Triage::Other",
    ];
    assert_eq!(patterns, expected);
    assert_eq!(routing.arms[1].stages.len(), 2);
    let [Stage::Pipeline(nested)] = routing.arms[2].stages.as_slice() else { panic!("{routing:#?}") };
    assert_eq!((nested.name.as_str(), &nested.stages), ("work", &work.describe().stages));
    assert_eq!((repeat.max, repeat.until.as_str(), repeat.stages.len()), (3, "|answer| answer.approved", 1));
    assert!(repeat.or_last);
    let [Stage::Join(join), Stage::Agent(_), Stage::Map(map), Stage::Agent(last)] = rest else {
        panic!("{rest:#?}")
    };
    assert_eq!(join.branches.len(), 2);
    assert_eq!(map.function, "|ticket| { let _ = found; ticket }");
    assert_eq!(last.name, "quick");
}

#[test]
fn fan_outs_have_their_width_and_barriers_their_rule() {
    for (description, max, rule, hands_on) in [
        (work.describe(), 4, Policy::All, "Vec<Answer>"),
        (in_chains.describe(), 3, Policy::All, "Vec<Answer>"),
        (at_least.describe(), 4, Policy::AtLeast(2), "Partial<Answer>"),
        (a_share.describe(), 4, Policy::AtLeastPercent(80), "Partial<Answer>"),
        (settled.describe(), 4, Policy::Settled, "Partial<Answer>"),
    ] {
        let fan_out = fan_out(&description);
        assert_eq!((fan_out.of.as_str(), fan_out.max), ("steps", Some(max)), "{}", description.name);
        assert_eq!((fan_out.barrier.rule, fan_out.barrier.deadline), (rule, None), "{}", description.name);
        assert_eq!(fan_out.barrier.hands_on.name, hands_on);
        assert!(description.contracts.iter().any(|contract| contract.id == fan_out.barrier.hands_on));
    }
    assert_eq!(fan_out(&in_chains.describe()).stages.len(), 3);
}

#[test]
fn kept_items_are_told() {
    let description = kept.describe();
    let fan_out = fan_out(&description);
    assert!(fan_out.keep);
    assert_eq!(fan_out.barrier.hands_on.name, "Vec<(Ticket, Answer)>");
    assert!(description.mermaid().contains("fan_out(steps), at most 4, keep"), "{}", description.mermaid());
}

#[test]
fn options_are_told() {
    let description = first.describe();
    let fan_out = fan_out(&description);
    assert_eq!(fan_out.of, "|plan| plan.steps");
    assert_eq!((fan_out.max, fan_out.concurrency, fan_out.allow_empty), (Some(3), Some(2), true));
    assert_eq!(fan_out.recover.as_deref(), Some("given_up"));
    assert_eq!(
        (fan_out.barrier.rule, fan_out.barrier.deadline),
        (Policy::First(2), Some(Duration::from_mins(1)))
    );
    assert!(agent(&description, "compute").blocking);
    assert!(!agent(&description, "plan").blocking);
}

#[test]
fn each_contract_is_there_once() {
    let description = support.describe();
    let names: Vec<_> = description.contracts.iter().map(|contract| contract.id.name.as_str()).collect();
    let expected = ["(Ticket, u32)", "Answer", "Outage", "Plan", "Ticket", "Triage", "Vec<Answer>", "u32"];
    assert_eq!(names, expected);
    for (name, fingerprint, max_tokens) in [
        ("Plan", Plan::fingerprint(), None),
        ("Ticket", Ticket::fingerprint(), None),
        ("Outage", Outage::fingerprint(), Some(90)),
    ] {
        let contract = description.contracts.iter().find(|contract| contract.id.name == name).unwrap();
        assert_eq!((contract.id.fingerprint, contract.max_tokens), (fingerprint, max_tokens));
    }
    let ticket = description.contracts.iter().find(|contract| contract.id.name == "Ticket").unwrap();
    assert_eq!(&ticket.schema, Ticket::schema());
}

#[test]
fn a_description_is_what_is_read_of_it() {
    for description in [
        support.describe(),
        work.describe(),
        in_chains.describe(),
        at_least.describe(),
        a_share.describe(),
        settled.describe(),
        first.describe(),
    ] {
        let json = serde_json::to_string_pretty(&description).unwrap();
        assert_eq!(serde_json::from_str::<Description>(&json).unwrap(), description, "{json}");
    }
}

#[test]
fn what_is_merely_new_is_ignored_and_another_version_is_not_read() {
    let description = settled.describe();
    let mut value = serde_json::to_value(&description).unwrap();
    value["colour"] = "blue".into();
    value["stages"][0]["colour"] = "blue".into();
    assert_eq!(serde_json::from_value::<Description>(value.clone()).unwrap(), description);
    value["version"] = 2.into();
    let error = serde_json::from_value::<Description>(value).unwrap_err().to_string();
    assert_eq!(error, "a description of version 2; this version of handoff reads 1");
}

#[test]
fn json_is_as_it_is_documented() {
    let value = serde_json::to_value(at_least.describe()).unwrap();
    let fingerprint = |name: &str| {
        let contracts = value["contracts"].as_array().unwrap();
        let found = contracts.iter().find(|contract| contract["name"] == name).unwrap();
        serde_json::json!({ "name": name, "fingerprint": found["fingerprint"] })
    };
    let expected = serde_json::json!([
        {
            "stage": "agent", "name": "plan", "role": "worker", "timeout": "2m",
            "input": fingerprint("Triage"), "output": fingerprint("Plan"),
        },
        {
            "stage": "fan_out", "of": "steps", "max": 4,
            "stages": [{
                "stage": "agent", "name": "billing", "role": "worker",
                "input": fingerprint("Ticket"), "output": fingerprint("Answer"),
                "input_budget": 4000, "max_output_tokens": 500, "timeout": "30s", "retries": 2,
            }],
            "barrier": { "rule": { "at_least": 2 }, "hands_on": fingerprint("Partial<Answer>") },
        },
        {
            "stage": "agent", "name": "merge_partial", "role": "aggregator", "input_budget": 8000, "timeout": "2m",
            "input": fingerprint("Partial<Answer>"), "output": fingerprint("Answer"),
        },
    ]);
    assert_eq!(value["stages"], expected);
}

#[test]
fn an_agent_alone_is_a_pipeline_of_one() {
    let description = Description::of::<super::pipelines::triage>();
    assert_eq!(description.name, "triage");
    assert!(matches!(description.stages.as_slice(), [Stage::Agent(_)]));
}
