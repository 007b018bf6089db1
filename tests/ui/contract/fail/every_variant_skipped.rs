use handoff::prelude::*;

#[contract]
enum Mood {
    #[serde(skip)]
    Good,
}

fn main() {
    let _ = Mood::Good;
}
