//! The lens: it turns the lamp's light into a beam.

use std::f64::consts::TAU;

/// How often the lens turns in a minute, unless the keeper says otherwise.
pub const TURNS: u32 = 6;

/// The lens and its clockwork.
#[derive(Debug)]
pub struct Lens {
    /// The angle in radians, counted from due north.
    pub angle: f64,
    // Wound up by hand every morning.
    weight: f64,
}

impl Lens {
    /// Turns the lens for some seconds.
    ///
    /// # Panics
    ///
    /// If `seconds` is negative: the clockwork cannot run backwards.
    pub fn turn(&mut self, seconds: f64) {
        assert!(seconds >= 0.0);
        self.angle = (self.angle + seconds * f64::from(TURNS) * TAU / 60.0) % TAU;
    }

    fn wind(&mut self) {
        self.weight = 1.0;
    }
}
