//! The functions that the attributes of serde name: `default`, `skip_serializing_if`, `with` and its halves.
//!
//! serde's derives would call each in several places, and report in each of them what is wrong with it. They are told of
//! the functions here instead, and the macro calls those of the user's once, where they are named.

use serde::{Deserializer, Serializer};

/// A contract with a default for its field `N`; for the whole, where `N` is `()`.
pub trait DefaultAt<N, T> {
    /// What stands for a value that is missing.
    fn default() -> T;
}

/// A contract whose field `N` is left out for some values.
pub trait SkipAt<N, T> {
    /// Whether a value is left out.
    fn skips(value: &T) -> bool;
}

/// A contract whose field `N` is written by a function.
pub trait WriteAt<N, T> {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Those of the function.
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A contract whose field `N` is read by a function.
pub trait ReadAt<N, T> {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// Those of the function.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
}

/// What stands for a value that is missing; what `default` is told.
#[must_use]
#[inline]
pub fn default_at<C: DefaultAt<N, T>, N, T>() -> T {
    C::default()
}

/// Whether a value is left out; what `skip_serializing_if` is told.
#[must_use]
#[inline]
pub fn skips<C: SkipAt<N, T>, N, T>(value: &T) -> bool {
    C::skips(value)
}

/// Writes a value; what `serialize_with` is told.
///
/// # Errors
///
/// Those of the function.
#[inline]
pub fn write_at<C: WriteAt<N, T>, N, T, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    C::write(value, serializer)
}

/// Reads a value; what `deserialize_with` is told.
///
/// # Errors
///
/// Those of the function.
#[inline]
pub fn read_at<'de, C: ReadAt<N, T>, N, T, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    C::read(deserializer)
}
