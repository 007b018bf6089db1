// Nearly what is refused.
use std::collections::HashMap;

use handoff::prelude::*;

type Maybe = Option<u8>;

#[contract]
pub struct Found {
    #[cfg(unix)]
    pub path: String,
    #[cfg(not(unix))]
    #[serde(rename = "path")]
    pub wide_path: Vec<u16>,
    #[serde(alias = "pages")]
    pub pages: Vec<String>,
    #[serde(skip)]
    pub note: String,
    #[serde(rename = "note")]
    pub text: String,
    #[serde(skip_serializing_if = "Maybe::is_none")]
    pub maybe: Maybe,
    #[serde(skip_serializing_if = "is_blank")]
    pub title: Option<String>,
}

fn is_blank(title: &Option<String>) -> bool {
    title.as_ref().is_none_or(String::is_empty)
}

#[contract]
#[derive(Default)]
#[serde(default)]
pub struct Options {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
}

#[contract]
pub struct Meta {
    pub id: u32,
}

#[contract]
pub struct Report {
    pub kind: String,
    #[serde(flatten)]
    pub meta: Meta,
    #[serde(flatten)]
    pub options: Options,
}

#[contract]
#[serde(tag = "id")]
pub enum Step {
    #[serde(rename = "kind")]
    Search {
        kind: String,
    },
    Stop,
    #[serde(skip)]
    Kind,
    #[serde(rename = "Kind")]
    Other,
}

#[contract]
#[serde(tag = "type")]
pub enum Tagged {
    Report(Report),
    Step(Step),
}

#[contract]
#[serde(untagged)]
pub enum Held {
    Nothing,
    Count(u32),
    Signed(i64),
    Number(f64),
    Letter(char),
    Text(String),
    Pair(u8, String),
    Numbers(Vec<i64>),
    Wide {
        width: u8,
    },
    Size {
        width: u8,
        height: Option<u8>,
    },
    Named {
        width: u8,
        #[serde(default)]
        name: String,
    },
    Table(HashMap<String, u16>),
    Meta(Meta),
    Maybe(Option<bool>),
}
