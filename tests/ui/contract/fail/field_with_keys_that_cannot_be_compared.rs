use handoff::prelude::*;
use std::collections::HashMap;

#[contract]
pub struct Key(String);

#[contract]
pub struct Plan {
    pub by_key: HashMap<Key, u8>,
    pub many: [Key; 40],
}

fn main() {}
