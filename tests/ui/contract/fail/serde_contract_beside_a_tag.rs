use handoff::prelude::*;

#[contract]
pub struct Pages(Vec<String>);

#[contract]
#[serde(transparent)]
pub struct Title {
    pub text: Word,
}

#[contract]
pub struct Word(String);

#[contract]
pub struct Span(u32, u32);

#[contract]
pub enum Level {
    Low,
    High,
}

#[contract]
pub enum Finding {
    Nothing,
    Page { number: u32 },
}

#[contract]
#[serde(untagged)]
pub enum Source {
    Page { number: u32 },
    Url(Word),
}

type Numbers = Vec<u32>;

pub mod deep {
    #[handoff::contract]
    pub struct Maybe(Option<super::Finding>);
}

#[contract]
#[serde(tag = "kind")]
pub enum Found {
    Pages(Pages),
    Title(Title),
    Span(Span),
    Level(Level),
    Finding(Finding),
    Source(Source),
    Numbers(Numbers),
    Maybe(deep::Maybe),
    Boxed(Box<Word>),
    Found(Word),
}

fn main() {}
