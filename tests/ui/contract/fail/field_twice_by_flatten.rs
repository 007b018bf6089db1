use handoff::prelude::*;

#[contract]
struct Page {
    #[serde(rename = "page-size", alias = "size")]
    length: u32,
}

#[contract]
struct Meta {
    id: u32,
    #[serde(flatten)]
    page: Page,
}

#[contract]
struct Report {
    id: u32,
    #[serde(alias = "size")]
    words: u32,
    #[serde(flatten)]
    meta: Meta,
}

#[contract]
struct Paged {
    #[serde(rename = "page-size")]
    lines: u32,
    #[serde(flatten)]
    page: Page,
}

#[contract]
struct Both {
    #[serde(flatten)]
    meta: Meta,
    #[serde(flatten)]
    page: Page,
}

fn main() {}
