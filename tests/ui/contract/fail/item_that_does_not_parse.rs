use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len(1..))]
    pub steps: Vec<String>;
    pub text: String,
}

#[contract]
#[serde(tag = "kind")]
pub enum Step {
    Search { query: String }
    Stop,
}

#[agent]
async fn plan(text: String) -> Plan {
    Plan { steps: vec![], text }
}

#[agent]
async fn work(plan: Plan) -> Step {
    let _ = plan;
    Step::Stop
}

pipeline! { pub run(String) -> Step { plan => work } }

fn main() {}
