//! Values of fields, as all subscribers take them.

use crate::engine::place::Place;
use std::time::Duration;
use tracing::Value;
use tracing::field::display;

/// Where in its fan-outs.
pub(super) fn task(at: &Place) -> Option<impl Value + use<'_>> {
    at.task_path.as_ref().map(display)
}

/// tracing-opentelemetry makes texts of all other numbers.
pub(super) fn int(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

pub(super) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
