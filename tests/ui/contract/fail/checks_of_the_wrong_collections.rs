use handoff::prelude::*;
use std::collections::BTreeMap;

const LOW: u8 = 1;
const HIGH: u8 = 3;

#[contract]
pub struct Parts {
    #[check(multiple_of(5))]
    pub texts: Vec<String>,
    #[check(multiple_of(HIGH))]
    pub float: Option<f64>,
    #[check(range(LOW..=HIGH))]
    pub counts: BTreeMap<String, u8>,
    #[check(each(range(LOW..=HIGH)))]
    pub names: BTreeMap<String, String>,
    #[check(pattern("^a"))]
    pub bytes: Vec<u8>,
    #[check(unique)]
    pub text: Option<String>,
}

fn main() {}
