use handoff::prelude::*;

#[contract]
pub struct Source {
    pub url: String,
}

#[contract]
pub struct Answer {
    pub text: String,
    #[serde(default)]
    pub source: Source,
}

#[contract]
#[serde(default)]
pub struct Limits {
    pub pages: u8,
}

#[contract]
#[serde(default, rename_all = "camelCase")]
pub struct Sources {
    pub first_source: Source,
}

fn main() {}
