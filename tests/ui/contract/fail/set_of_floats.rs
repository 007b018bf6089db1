use handoff::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

#[contract]
pub struct A {
    pub a: HashSet<f64>,
    pub b: BTreeSet<Vec<f32>>,
    pub c: HashMap<f64, String>,
    pub d: Vec<BTreeMap<f32, u8>>,
}

// The mistake is said of the contract alone.
#[agent]
async fn sum(mut a: A) -> f64 {
    a.a.insert(1.0);
    let mut sum = a.a.iter().sum::<f64>();
    for (key, _) in &a.c {
        sum += key;
    }
    sum
}

fn main() {}
