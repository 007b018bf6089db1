//! Models that are none: tests of agents without a network, a key or a clock.

mod generate;

pub use generate::Generator;
