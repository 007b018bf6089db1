use handoff::prelude::*;
use std::error::Error;

#[agent]
pub async fn count(text: String) -> Result<usize, Box<dyn Error>> {
    Ok(text.parse()?)
}

pipeline! { pub p(String) -> usize { count } }

fn main() {}
