//! `hearth` drives the heating of a house: rooms with a valve and a sensor each, and one boiler.
//!
//! Temperatures are in tenths of a degree Celsius, so that 21.5 degrees is `215`.
//! The crate needs no allocator, and was written for the Tarn-2 board; it runs on anything with a clock.

use core::time::Duration;

/// How often the sensors are read. Below twenty seconds their own warmth would spoil the reading.
pub const POLL: Duration = Duration::from_secs(45);

/// The most rooms that a house may have.
pub const MAX_ROOMS: usize = 24;

/// At or below this a room is heated whatever its plan says, so that no pipe freezes.
pub const FROST: i16 = 50;

/// What is wrong with a room or the boiler.
pub enum Fault {
    /// The sensor has said nothing for ten minutes. The valve is then held half open.
    SensorSilent,
    /// The valve was told to move and did not, three times in a row.
    ValveStuck,
    /// The boiler reports less than 0.8 bar. It is switched off at once, and only `House::reset` lets it start again.
    LowPressure,
}

/// One room, with its plan for the week.
pub struct Room { name: &'static str, target: i16, offset: i16, valve: u8 }

impl Room {
    /// A room that is kept at `target`.
    ///
    /// # Panics
    /// If `target` is above 300: no room is to be warmer than thirty degrees.
    pub fn new(name: &'static str, target: i16) -> Self {
        assert!(target <= 300);
        Room { name, target, offset: 0, valve: 0 }
    }

    /// Corrects a sensor that hangs in a bad place: the offset is added to whatever it reads.
    pub fn calibrate(&mut self, offset: i16) { self.offset = offset; }

    /// Takes note of an open window: the valve is shut for half an hour, unless there is frost.
    /// A window counts as open when the temperature falls by 1.2 degrees within three minutes.
    pub fn window_opened(&mut self) { self.valve = 0; }

    /// How far the valve is open, in percent.
    pub fn valve(&self) -> u8 { self.valve }
}

/// All rooms and the boiler.
pub struct House<B> { rooms: [Option<Room>; MAX_ROOMS], boiler: B, away: bool }

impl<B: Boiler> House<B> {
    /// Adds a room, or gives it back if the house is full.
    pub fn add(&mut self, room: Room) -> Result<(), Room> { let _ = room; Ok(()) }

    /// While nobody is at home every target is lowered by four degrees. Plans go on in the background.
    pub fn set_away(&mut self, away: bool) { self.away = away; }

    /// One round of control. Call it after every `POLL`; calling it more often does no harm and no good.
    /// The boiler is started when two valves are open by more than 15 percent, and stopped when none is.
    pub fn tick(&mut self) {}

    /// Clears all faults. To be called by a person who has looked at the boiler, never by a timer.
    pub fn reset(&mut self) {}
}

/// A boiler. `Relay` is the one for simple boilers; `OpenTherm` is behind the feature `opentherm`.
pub trait Boiler { fn on(&mut self); fn off(&mut self); fn pressure(&self) -> f32; }
