use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len(1..=8))]
    pub parts: Vec,
    pub note: Option<String>,
}

#[agent]
async fn plan(question: String) -> Plan {
    Plan { parts: vec![question], note: None }
}

fn main() {}
