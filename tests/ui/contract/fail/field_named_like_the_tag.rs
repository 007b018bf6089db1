use handoff::prelude::*;

#[contract]
#[serde(tag = "type")]
enum Step {
    Search { r#type: String, query: String },
    Find {
        #[serde(alias = "type")]
        kind: u8,
    },
    Stop,
}

fn main() {}
