// What stands beside a tag has a key of the tag's name: in a struct, in what is flattened into it, or the tag of an enum.
use handoff::prelude::*;

#[contract]
struct Meta {
    kind: String,
}

#[contract]
struct Search {
    query: String,
    #[serde(flatten)]
    meta: Meta,
}

#[contract]
#[serde(tag = "kind")]
enum Way {
    Fast,
}

#[contract]
#[serde(tag = "kind")]
enum Step {
    Search(Search),
    Go(Box<Way>),
    Stop,
}

fn main() {}
