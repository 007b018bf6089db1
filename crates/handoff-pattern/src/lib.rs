//! The patterns that mean the same everywhere: in ECMA-262 with the flag `u`, which is what JSON Schema asks for, and
//! in Rust's `regex` crate.
//!
//! Two need them: `handoff`'s macros, which refuse every other pattern while the program is compiled, and `handoff`,
//! which holds strings against them. What is accepted is decided here, once for both, and small enough to be matched
//! without an engine: characters, classes, groups, alternatives, repetitions, `^` and `$`. A pattern is searched for
//! anywhere in a string, by code points, in time linear in the string. Not part of `handoff`'s public interface: it
//! changes in any version.

mod class;
mod mistake;
mod parse;
mod program;
mod sample;
#[cfg(test)]
mod tests;

pub use mistake::Mistake;
use program::Program;
pub use sample::Sampler;

/// A pattern, ready to be searched for.
#[derive(Clone, Debug)]
pub struct Pattern {
    program: Program,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What does not mean the same everywhere, what is no pattern at all, and what is found in every string or in none.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let program = Program::of(&parse::parse(text)?);
        if program.allows_everything() {
            return Err(Mistake::of_whole(
                "is found in every string, so it refuses none",
                &format!("write `^{}$` if it is meant for the whole string", parse::grouped(text)),
            ));
        }
        if program.allows_nothing() {
            return Err(Mistake::of_whole(
                "is found in no string",
                "`^` goes before what it begins, and `$` after what it ends",
            ));
        }
        Ok(Self { program })
    }

    /// Whether the pattern is found anywhere in the text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.program.is_in(text)
    }
}
