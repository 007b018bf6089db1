//! How deep JSON may be nested.

use std::io;

use serde_json::ser::Formatter;

/// The most objects and lists in one another: `serde_json` reads no more, as they go by the stack.
pub(crate) const MOST_LEVELS: usize = 127;

/// Writes compact JSON of so many levels with `serde_json` and stops at the next one, so that no value is written to an end
/// that the stack has no room for.
#[derive(Debug)]
pub(crate) struct Levels {
    left: usize,
    exceeded: bool,
}

impl Levels {
    pub(crate) const fn new(levels: usize) -> Self {
        Self { left: levels, exceeded: false }
    }

    /// Whether there were more. To be asked whatever writing says: a `Serialize` may hide the error.
    pub(crate) const fn exceeded(&self) -> bool {
        self.exceeded
    }

    pub(crate) fn enter(&mut self) -> io::Result<()> {
        let Some(left) = self.left.checked_sub(1) else {
            self.exceeded = true;
            return Err(io::ErrorKind::InvalidInput.into());
        };
        self.left = left;
        Ok(())
    }

    pub(crate) const fn leave(&mut self) {
        self.left += 1;
    }
}

impl Formatter for &mut Levels {
    #[inline]
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter()?;
        writer.write_all(b"[")
    }

    #[inline]
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.leave();
        writer.write_all(b"]")
    }

    #[inline]
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.enter()?;
        writer.write_all(b"{")
    }

    #[inline]
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.leave();
        writer.write_all(b"}")
    }
}
