use handoff::prelude::*;

#[contract]
#[schemars(inlined)]
struct Plan {
    #[schemars(titel = "Steps")]
    steps: Vec<String>,
    #[schemars(email)]
    mail: String,
    #[schemars(extend("x-width"))]
    width: u8,
    #[schemars(title("Depth"))]
    depth: u8,
    #[schemars(inner(length(min = 1)))]
    names: Vec<String>,
}

fn main() {}
