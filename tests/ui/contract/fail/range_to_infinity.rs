//! JSON has no number for an end that is infinite or NaN, and a schema cannot state it.

use handoff::prelude::*;

type Kilograms = f64;

const MOST: f64 = f64::MAX * 10.0;
const LEAST: f32 = f32::NEG_INFINITY;

const fn unbounded() -> f64 {
    1.0 / 0.0
}

#[contract]
pub struct A {
    #[check(range(0.0..=f64::INFINITY))]
    pub a: f64,
    #[check(range(f64::NAN..))]
    pub b: f64,
    #[check(range(..MOST))]
    pub c: Kilograms,
    #[check(range(LEAST..=1.0))]
    pub d: Option<f32>,
    #[check(each(range(f64::NAN..=1.0)))]
    pub e: Vec<f64>,
    #[check(each(range(0.0..unbounded())))]
    pub f: std::collections::BTreeMap<String, Kilograms>,
    #[check(range(0.0..=f64::MAX))]
    pub fine: f64,
}

#[contract]
pub enum B {
    Weight(#[check(range(-f64::INFINITY..))] f64),
}

fn main() {}
