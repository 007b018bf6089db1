use handoff::prelude::*;
use std::fmt;
use std::rc::Rc;

#[derive(Debug)]
pub struct Torn {
    page: Rc<str>,
}

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.page)
    }
}

impl std::error::Error for Torn {}

#[agent(blocking)]
pub fn render(page: String) -> Result<String, Torn> {
    Ok(page)
}

#[agent(blocking)]
pub fn print(page: String) -> Result<String, Box<dyn std::error::Error>> {
    Ok(page)
}

fn main() {}
