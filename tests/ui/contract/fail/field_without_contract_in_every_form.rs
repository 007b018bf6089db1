use handoff::prelude::*;

pub struct Step;

#[contract]
pub struct Newtype(Vec<Step>);

#[contract]
pub struct Pair(u8, Step);

#[contract]
#[serde(transparent)]
pub struct Transparent {
    pub inner: Step,
}

#[contract]
pub enum External {
    Named { step: Step },
    One(Step),
    Two(u8, Vec<Step>),
}

#[contract]
#[serde(tag = "type")]
pub enum Internal {
    Named { step: Step },
    One(Step),
}

#[contract]
#[serde(tag = "type", content = "value")]
pub enum Adjacent {
    One(Step),
    Two(u8, Step),
}

#[contract]
#[serde(untagged)]
pub enum Untagged {
    One(Step),
    Named { step: Step },
}

#[contract]
pub struct Flat {
    #[serde(flatten)]
    pub base: Step,
    pub id: u8,
}

fn main() {}
