//! The counts of pieces that came up lately: texts repeat their words, and payloads their keys.

use std::cell::Cell;

use super::boxed;

/// Bytes of the longest piece that is kept: with its two numbers, an entry is one cache line.
const LONGEST: usize = 62;

/// Entries for each thread that counts: 256 KiB.
const ENTRIES: usize = 1 << ENTRY_BITS;
const ENTRY_BITS: u32 = 12;

/// For each hash the last piece that had it.
pub(super) struct Cache(Box<[Entry; ENTRIES]>);

#[derive(Clone)]
#[repr(align(64))]
struct Entry {
    /// 0 where there is no piece yet: no piece is empty.
    length: u8,
    tokens: u8,
    bytes: [u8; LONGEST],
}

thread_local! {
    /// Taken while it is in use.
    static KEPT: Cell<Option<Cache>> = const { Cell::new(None) };
}

impl Cache {
    /// Calls `count` with this thread's cache.
    pub(super) fn with<T>(count: impl FnOnce(&mut Self) -> T) -> T {
        let empty = Entry { length: 0, tokens: 0, bytes: [0; LONGEST] };
        let mut cache = KEPT.take().unwrap_or_else(|| Self(boxed(empty)));
        let counted = count(&mut cache);
        KEPT.set(Some(cache));
        counted
    }

    /// The number of tokens of a piece with this hash, by `count` if it is not there.
    #[inline]
    pub(super) fn tokens(&mut self, piece: &[u8], hash: u64, count: impl FnOnce() -> usize) -> usize {
        let entry = &mut self.0[(hash >> (u64::BITS - ENTRY_BITS)) as usize % ENTRIES];
        if usize::from(entry.length) == piece.len() && entry.bytes[..piece.len()] == *piece {
            return usize::from(entry.tokens);
        }
        let tokens = count();
        if let (Some(bytes), Ok(length), Ok(counted)) =
            (entry.bytes.get_mut(..piece.len()), u8::try_from(piece.len()), u8::try_from(tokens))
        {
            bytes.copy_from_slice(piece);
            (entry.length, entry.tokens) = (length, counted);
        }
        tokens
    }
}
