use handoff::prelude::*;

#[contract]
struct Place {
    file: String,
}

#[contract]
struct Found {
    text: String,
    #[serde(flatten)]
    #[schemars(with = "String")]
    place: Place,
}

fn main() {}
