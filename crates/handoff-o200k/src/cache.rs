//! The counts of pieces that came up lately: texts repeat their words, and payloads their keys.

use std::cell::Cell;

use super::boxed;

/// Bytes of the longest piece that is kept: with its two numbers, an entry is one cache line.
const LONGEST: usize = 62;

/// Sets of two entries for each thread that counts: 256 KiB.
const SETS: usize = 1 << SET_BITS;
const SET_BITS: u32 = 11;

/// For each hash the last two pieces that had it: with one, two words that meet would count each other out for good.
pub(crate) struct Cache(Box<[[Entry; 2]; SETS]>);

#[derive(Clone)]
#[repr(align(64))]
struct Entry {
    /// 0 where there is no piece yet: no piece is empty.
    length: u8,
    tokens: u8,
    bytes: [u8; LONGEST],
}

impl Entry {
    #[inline]
    fn is(&self, piece: &[u8]) -> bool {
        let length = piece.len();
        usize::from(self.length) == length && self.bytes.get(..length).is_some_and(|bytes| same(bytes, piece))
    }
}

/// Compares two pieces of one length. Most are short, and to call the library's comparison takes longer than to compare
/// them: reads that overlap look at each byte.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    match one.len() {
        8..=16 => {
            one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk()
        }
        4..8 => one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk(),
        _ => one == other,
    }
}

thread_local! {
    /// Taken while it is in use.
    static KEPT: Cell<Option<Cache>> = const { Cell::new(None) };
}

impl Cache {
    /// Calls `count` with this thread's cache.
    pub(crate) fn with<T>(count: impl FnOnce(&mut Self) -> T) -> T {
        let empty = Entry { length: 0, tokens: 0, bytes: [0; LONGEST] };
        let mut cache = KEPT.take().unwrap_or_else(|| Self(boxed([empty.clone(), empty])));
        let counted = count(&mut cache);
        KEPT.set(Some(cache));
        counted
    }

    /// The number of tokens of a piece with this hash, by `count` if it is not there.
    #[inline]
    pub(crate) fn tokens(&mut self, piece: &[u8], hash: u64, count: impl FnOnce() -> usize) -> usize {
        let [first, second] = &mut self.0[(hash >> (u64::BITS - SET_BITS)) as usize % SETS];
        if first.is(piece) {
            return usize::from(first.tokens);
        }
        // The first is what was asked for last.
        std::mem::swap(first, second);
        if first.is(piece) {
            return usize::from(first.tokens);
        }
        let tokens = count();
        if let (Some(bytes), Ok(length), Ok(counted)) =
            (first.bytes.get_mut(..piece.len()), u8::try_from(piece.len()), u8::try_from(tokens))
        {
            bytes.copy_from_slice(piece);
            (first.length, first.tokens) = (length, counted);
        }
        tokens
    }
}
