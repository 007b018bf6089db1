//! What becomes of a run when something goes wrong in it.

mod attribution;
mod barrier;
mod cancellation;
mod confidence;
mod fan_outs;
mod panics;
mod payloads;
mod retries;
mod support;
mod workers;
