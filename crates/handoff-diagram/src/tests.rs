//! What diagrams look like. Every text in here has been through Mermaid's own parser (11.17).

use crate::{Ends, Stage, flowchart};
use expect_test::expect;

fn ends(takes: &str, hands_on: &str) -> Ends {
    Ends { takes: Some(takes.to_owned()), hands_on: Some(hands_on.to_owned()) }
}

fn agent(name: &str) -> Stage {
    Stage::Agent { name: name.to_owned(), notes: Vec::new(), ends: Ends::default() }
}

fn typed(name: &str, takes: &str, hands_on: &str) -> Stage {
    Stage::Agent {
        name: name.to_owned(),
        notes: vec!["worker".to_owned(), "takes at most 400 tokens".to_owned()],
        ends: ends(takes, hands_on),
    }
}

#[test]
fn a_fan_out_is_a_group_before_its_barrier() {
    let stages = [
        typed("plan", "Question", "Plan"),
        Stage::Gate { condition: "confidence >= 0.6".to_owned() },
        Stage::FanOut {
            title: "fan_out(steps), at most 8".to_owned(),
            stages: vec![typed("work", "Step", "Finding"), typed("review", "Finding", "Finding")],
            barrier: "barrier(all)".to_owned(),
            hands_on: Some("Vec<Finding>".to_owned()),
        },
        Stage::Gate { condition: "confidence >= 0.5".to_owned() },
        typed("merge", "Vec<Finding>", "Report"),
    ];
    expect![[r#"
        flowchart TD
            caller(["caller"])
            plan["plan<br/>worker<br/>takes at most 400 tokens"]
            gate{"confidence #62;= 0.6"}
            subgraph fan_out["fan_out(steps), at most 8"]
                work["work<br/>worker<br/>takes at most 400 tokens"]
                review["review<br/>worker<br/>takes at most 400 tokens"]
            end
            barrier{{"barrier(all)"}}
            gate_2{"confidence #62;= 0.5"}
            merge["merge<br/>worker<br/>takes at most 400 tokens"]
            result(["caller"])
            caller -->|"Question"| plan
            plan -->|"Plan"| gate
            gate -->|"Step"| work
            work -->|"Finding"| review
            review -->|"Finding"| barrier
            barrier -->|"Vec#60;Finding#62;"| gate_2
            gate_2 -->|"Vec#60;Finding#62;"| merge
            merge -->|"Report"| result
    "#]]
    .assert_eq(&flowchart(&ends("Question", "Report"), &stages));
}

#[test]
fn ways_part_and_meet() {
    let stages = [
        typed("triage", "Ticket", "Triage"),
        Stage::Match {
            arms: vec![
                ("Triage::Billing(ticket)".to_owned(), vec![typed("billing", "Ticket", "Answer")]),
                (
                    "Triage::Outage(outage) if outage.severity > 3".to_owned(),
                    vec![Stage::Pipeline {
                        name: "escalate".to_owned(),
                        ends: ends("Outage", "Answer"),
                        stages: vec![typed("page", "Outage", "Outage"), typed("resolve", "Outage", "Answer")],
                    }],
                ),
                ("_".to_owned(), vec![Stage::Or { attempts: vec![agent("quick"), agent("slow")] }]),
            ],
        },
        Stage::Repeat {
            title: "repeat, at most 3 rounds, until |answer| answer.approved".to_owned(),
            stages: vec![typed("critique", "Answer", "Answer"), typed("revise", "Answer", "Answer")],
        },
        Stage::Join { branches: vec![agent("legal"), agent("cost")] },
        Stage::Map { text: "map".to_owned() },
    ];
    expect![[r##"
        flowchart TD
            caller(["caller"])
            triage["triage<br/>worker<br/>takes at most 400 tokens"]
            route{"match"}
            billing["billing<br/>worker<br/>takes at most 400 tokens"]
            subgraph escalate["escalate"]
                page["page<br/>worker<br/>takes at most 400 tokens"]
                resolve["resolve<br/>worker<br/>takes at most 400 tokens"]
            end
            quick["quick"]
            slow["slow"]
            subgraph repeat["repeat, at most 3 rounds, until #124;answer#124; answer.approved"]
                critique["critique<br/>worker<br/>takes at most 400 tokens"]
                revise["revise<br/>worker<br/>takes at most 400 tokens"]
            end
            legal["legal"]
            cost["cost"]
            join{{"join"}}
            map[/"map"/]
            result(["caller"])
            caller -->|"Ticket"| triage
            triage -->|"Triage"| route
            route -->|"Triage::Billing(ticket)"| billing
            route -->|"Triage::Outage(outage) if outage.severity #62; 3"| page
            page -->|"Outage"| resolve
            route -->|"#95;"| quick
            quick -.->|"if it fails"| slow
            billing -->|"Answer"| critique
            resolve -->|"Answer"| critique
            quick -->|"Answer"| critique
            slow -->|"Answer"| critique
            critique -->|"Answer"| revise
            revise -.->|"again"| critique
            revise -->|"Answer"| legal
            revise -->|"Answer"| cost
            legal --> join
            cost --> join
            join --> map
            map -->|"(Ticket, Outage)"| result
    "##]]
    .assert_eq(&flowchart(&ends("Ticket", "(Ticket, Outage)"), &stages));
}

#[test]
fn names_are_only_names() {
    let hostile = [
        "end",
        "graph",
        "subgraph",
        "click",
        "styled",
        "default",
        "class",
        "o",
        "x",
        "\"]; A-->B[\"",
        "a --> b %% c",
        "`code`",
        "<b>bold</b>",
        "#quot;",
        "1. list",
        "two\nlines",
        "end",
        "caller",
        "翻訳",
        "%%{init: {}}%%",
    ];
    let stages: Vec<_> = hostile.map(agent).into();
    expect![[r##"
        flowchart TD
            caller(["caller"])
            stage_end["end"]
            stage_graph["graph"]
            stage_subgraph["subgraph"]
            stage_click["click"]
            styled["styled"]
            stage_default["default"]
            stage_class["class"]
            o["o"]
            x["x"]
            stage_____A___B__["#34;#93;#59; A--#62;B#91;#34;"]
            a_____b____c["a --#62; b %% c"]
            stage__code_["#96;code#96;"]
            stage__b_bold__b_["#60;b#62;bold#60;/b#62;"]
            stage__quot_["#35;quot#59;"]
            stage_1__list["1#46; list"]
            two_lines["two<br/>lines"]
            stage_end_2["end"]
            caller_2["caller"]
            stage___["翻訳"]
            stage____init_______["%%#123;init: #123;#125;#125;%%"]
            result(["caller"])
            caller -->|"In"| stage_end
            stage_end --> stage_graph
            stage_graph --> stage_subgraph
            stage_subgraph --> stage_click
            stage_click --> styled
            styled --> stage_default
            stage_default --> stage_class
            stage_class --> o
            o --> x
            x --> stage_____A___B__
            stage_____A___B__ --> a_____b____c
            a_____b____c --> stage__code_
            stage__code_ --> stage__b_bold__b_
            stage__b_bold__b_ --> stage__quot_
            stage__quot_ --> stage_1__list
            stage_1__list --> two_lines
            two_lines --> stage_end_2
            stage_end_2 --> caller_2
            caller_2 --> stage___
            stage___ --> stage____init_______
            stage____init_______ -->|"Out"| result
    "##]]
    .assert_eq(&flowchart(&ends("In", "Out"), &stages));
}
