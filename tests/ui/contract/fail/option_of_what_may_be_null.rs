// Only the compiler knows that what is in the option is `null` itself.
use handoff::prelude::*;

type Maybe = Option<u8>;

#[contract]
struct Nothing;

#[contract]
#[serde(transparent)]
struct Title {
    text: Option<String>,
}

#[contract]
#[serde(untagged)]
enum Size {
    Unknown,
    Number(u8),
}

#[contract]
struct Patch {
    maybe: Option<Maybe>,
    items: Vec<Option<Nothing>>,
    title: Option<Option<Box<Title>>>,
}

#[contract]
enum Change {
    Size(Option<Size>),
}

fn main() {}
