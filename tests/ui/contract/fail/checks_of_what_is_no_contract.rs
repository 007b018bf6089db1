use handoff::prelude::*;

pub struct Plain(u8);

#[contract]
pub struct Parts {
    #[check(multiple_of(5))]
    pub divided: Plain,
    #[check(pattern("^a"))]
    pub matched: Plain,
    #[check(each(len(1..)))]
    pub counted: Vec<Plain>,
    #[check(with(fits))]
    pub tested: Plain,
    #[check(unique)]
    pub compared: Vec<Plain>,
}

fn fits(_: &Plain) -> Result<(), String> {
    Ok(())
}

fn main() {}
