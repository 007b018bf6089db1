//! Which of the encoding's pattern's classes a character is in.

use super::boxed;
use super::class_starts::STARTS;

/// What the pattern tells apart: Unicode's general categories as far as it names them, and white
/// space. Each character is in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// None of the others: punctuation, symbols, controls, what is not assigned.
    Other = 0,
    /// `\p{Lu}` and `\p{Lt}`.
    Upper = 1,
    /// `\p{Ll}`.
    Lower = 2,
    /// `\p{Lm}` and `\p{Lo}`, letters without a case.
    Uncased = 3,
    /// `\p{M}`: goes on a word as a letter without a case does, but is none.
    Mark = 4,
    /// `\p{N}`.
    Number = 5,
    /// `\r` and `\n`.
    Newline = 6,
    /// The rest of `\s`.
    Space = 7,
}

impl Class {
    /// The class that a number of three bits stands for.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        match bits {
            1 => Self::Upper,
            2 => Self::Lower,
            3 => Self::Uncased,
            4 => Self::Mark,
            5 => Self::Number,
            6 => Self::Newline,
            7 => Self::Space,
            _ => Self::Other,
        }
    }
}

/// The bits of an entry of [`STARTS`] that are the class.
pub(crate) const CLASS_BITS: u32 = 3;

/// The planes of almost all text: the first two.
const DIRECT: usize = 0x2_0000;

/// The classes of all characters.
pub(crate) struct Classes {
    /// Those of the first characters, one by one.
    direct: Box<[Class; DIRECT]>,
}

impl Classes {
    pub(crate) fn new() -> Self {
        let mut direct = boxed(Class::Other);
        let mut end = DIRECT;
        for start in STARTS.iter().rev() {
            let from = (start >> CLASS_BITS) as usize;
            if from < end {
                direct[from..end].fill(Class::from_bits(start % (1 << CLASS_BITS)));
                end = from;
            }
        }
        Self { direct }
    }

    /// The class of an ASCII character.
    #[inline]
    pub(crate) fn of_ascii(&self, byte: u8) -> Class {
        self.direct[usize::from(byte)]
    }

    /// The class of any character.
    #[inline]
    pub(crate) fn of(&self, c: char) -> Class {
        self.direct.get(c as usize).copied().unwrap_or_else(|| searched(c))
    }
}

fn searched(c: char) -> Class {
    let after = STARTS.partition_point(|start| start >> CLASS_BITS <= u32::from(c));
    // The first run begins at 0.
    Class::from_bits(STARTS[after - 1] % (1 << CLASS_BITS))
}
