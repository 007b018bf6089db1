use handoff::prelude::*;

#[contract]
pub struct Plan {
    pub steps: Vec<Step>,
    pub by_name: std::collections::BTreeMap<Name, Option<u8>>,
}

#[contract]
#[serde(untagged)]
pub enum Answer {
    Text(String),
    Parts(Option<Box<[Part]>>),
}

#[agent]
async fn plan(text: String) -> Plan {
    let _ = text;
    unreachable!()
}

fn main() {}
