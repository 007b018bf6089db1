use handoff::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

#[contract]
pub struct Answer {
    pub text: Rc<str>,
    pub parts: Vec<std::rc::Rc<String>>,
}

#[contract]
pub enum Verdict {
    Approved,
    Refused(RefCell<String>),
}

fn main() {}
