use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len(1..))]
    pub steps: Vec<String>,
    pub steps: String,
}

#[contract]
#[serde(tag = "kind")]
pub enum Step {
    Stop { why: String, why: u8 },
}

#[contract]
pub enum Way {
    Left,
    Left,
}

#[agent]
async fn plan(step: Step) -> Plan {
    let _ = step;
    todo!()
}

pipeline! { pub run(Step) -> Plan { plan } }

fn main() {}
