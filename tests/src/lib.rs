//! A package of tests: what needs more than one crate.

use std::ops::Div;

/// Returns how many are to be drawn at random: all of them in the long run, which `HANDOFF_LONG=1` asks for, and a tenth
/// where it does not.
#[must_use]
pub fn drawn<T: Div<Output = T> + From<u8>>(all: T) -> T {
    if std::env::var_os("HANDOFF_LONG").is_some() { all } else { all / T::from(10) }
}
