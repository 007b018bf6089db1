use handoff::__private::schemars::JsonSchema;
use handoff::__private::serde;
use handoff::prelude::*;
use std::time::Instant;

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(crate = "handoff::__private::serde")]
pub struct Undescribed;

#[derive(Debug, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(crate = "handoff::__private::serde")]
#[schemars(crate = "handoff::__private::schemars")]
pub struct Uncloned;

#[contract]
pub struct Plan {
    pub undescribed: Undescribed,
    pub uncloned: Option<Uncloned>,
    pub started: Instant,
}

fn main() {}
