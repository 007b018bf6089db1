//! The diagrams.

use super::pipelines::{first, in_chains, support, work};
use expect_test::expect;
use handoff::prelude::*;

#[test]
fn a_fan_out() {
    expect![[r#"
        flowchart TD
            caller(["caller"])
            plan["plan<br/>worker"]
            gate{"confidence ≥ 0.6"}
            subgraph fan_out["fan_out(steps), at most 4"]
                billing["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
            end
            barrier{{"barrier(all)"}}
            gate_2{"confidence ≥ 0.5"}
            merge["merge<br/>aggregator<br/>in ≤ 8000 tokens"]
            result(["caller"])
            caller -->|"Triage"| plan
            plan -->|"Plan"| gate
            gate -->|"Ticket"| billing
            billing -->|"Answer"| barrier
            barrier -->|"Vec#60;Answer#62;"| gate_2
            gate_2 -->|"Vec#60;Answer#62;"| merge
            merge -->|"Answer"| result
    "#]]
    .assert_eq(&work.describe().mermaid());
    expect![[r#"
        flowchart TD
            caller(["caller"])
            plan["plan<br/>worker"]
            subgraph fan_out["fan_out(steps), at most 3"]
                quick["quick<br/>worker"]
                billing["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
                critique["critique<br/>critic"]
            end
            barrier{{"barrier(all)"}}
            result(["caller"])
            caller -->|"Triage"| plan
            plan -->|"Ticket"| quick
            quick -->|"Ticket"| billing
            billing -->|"Answer"| critique
            critique -->|"Answer"| barrier
            barrier -->|"Vec#60;Answer#62;"| result
    "#]]
    .assert_eq(&in_chains.describe().mermaid());
}

#[test]
fn a_fan_out_with_options() {
    expect![[r#"
        flowchart TD
            caller(["caller"])
            plan["plan<br/>worker"]
            subgraph fan_out["fan_out(#124;plan#124; plan.steps), at most 3, or none, 2 at once, recover = given_up"]
                compute["compute<br/>worker"]
            end
            barrier{{"barrier(first = 2, deadline = 1m)"}}
            result(["caller"])
            caller -->|"Triage"| plan
            plan -->|"Ticket"| compute
            compute -->|"Answer"| barrier
            barrier -->|"Partial#60;Answer#62;"| result
    "#]].assert_eq(&first.describe().mermaid());
}

#[test]
fn every_stage() {
    expect![[r#"
        flowchart TD
            caller(["caller"])
            quick["quick<br/>worker"]
            slow["slow<br/>worker"]
            triage["triage<br/>router<br/>out ≤ 300 tokens"]
            route{"match"}
            billing["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
            page__now_["page #60;now#62;<br/>on #34;call#34;"]
            resolve["resolve<br/>worker"]
            subgraph work["work"]
                plan["plan<br/>worker"]
                gate{"confidence ≥ 0.6"}
                subgraph fan_out["fan_out(steps), at most 4"]
                    billing_2["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
                end
                barrier{{"barrier(all)"}}
                gate_2{"confidence ≥ 0.5"}
                merge["merge<br/>aggregator<br/>in ≤ 8000 tokens"]
            end
            subgraph repeat["repeat, at most 3, until #124;answer#124; answer.approved, else last"]
                critique["critique<br/>critic"]
            end
            legal["legal<br/>worker"]
            cost["cost<br/>worker"]
            join{{"join"}}
            sign["sign<br/>aggregator"]
            map[/"map"/]
            quick_2["quick<br/>worker"]
            result(["caller"])
            caller -->|"Ticket"| quick
            quick -.->|"if it fails"| slow
            quick -->|"Ticket"| triage
            slow -->|"Ticket"| triage
            triage -->|"Triage"| route
            route -->|"Triage::Billing(ticket) if ticket.text.len() #62; 9"| billing
            route -->|"Triage::Outage(outage)"| page__now_
            page__now_ -->|"Outage"| resolve
            route -->|"Triage::Billing(#95;) #124; Triage::Other"| plan
            plan -->|"Plan"| gate
            gate -->|"Ticket"| billing_2
            billing_2 -->|"Answer"| barrier
            barrier -->|"Vec#60;Answer#62;"| gate_2
            gate_2 -->|"Vec#60;Answer#62;"| merge
            billing -->|"Answer"| critique
            resolve -->|"Answer"| critique
            merge -->|"Answer"| critique
            critique -.->|"again"| critique
            critique -->|"Answer"| legal
            critique -->|"Answer"| cost
            legal -->|"Ticket"| join
            cost -->|"u32"| join
            join -->|"(Ticket, u32)"| sign
            sign -->|"Ticket"| map
            map -->|"Ticket"| quick_2
            quick_2 -->|"Ticket"| result
    "#]]
    .assert_eq(&support.describe().mermaid());
}

#[test]
fn branches() {
    expect![[r#"
        flowchart TD
            caller(["caller"])
            legal["legal<br/>worker"]
            quick["quick<br/>worker"]
            slow["slow<br/>worker"]
            cost["cost<br/>worker"]
            join{{"join"}}
            result(["caller"])
            caller -->|"Answer"| legal
            legal -->|"Ticket"| quick
            quick -.->|"if it fails"| slow
            caller -.->|"optional"| cost
            quick -->|"Ticket"| join
            slow -->|"Ticket"| join
            cost -->|"u32"| join
            join -->|"(Ticket, Option#60;u32#62;)"| result
    "#]]
    .assert_eq(&super::pipelines::branched.describe().mermaid());
}

#[test]
fn races() {
    expect![[r#"
        flowchart TD
            caller(["caller"])
            slow["slow<br/>worker"]
            billing["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
            billing_2["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
            billing_3["billing<br/>worker<br/>in ≤ 4000 tokens<br/>out ≤ 500 tokens"]
            race{{"race: the first to succeed"}}
            critique["critique<br/>critic"]
            result(["caller"])
            caller -->|"Ticket"| slow
            slow -->|"Ticket"| billing
            caller -->|"Ticket"| billing_2
            billing_2 -.->|"if it fails"| billing_3
            billing -->|"Answer"| race
            billing_2 -->|"Answer"| race
            billing_3 -->|"Answer"| race
            race -->|"Answer"| critique
            critique -->|"Answer"| result
    "#]]
    .assert_eq(&super::pipelines::raced.describe().mermaid());
}
