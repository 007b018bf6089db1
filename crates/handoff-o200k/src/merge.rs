//! Byte-pair merging: how many tokens a piece becomes.
//!
//! A piece begins as its bytes. Of all neighbours that are a token together, those with the lowest
//! rank are merged, the leftmost first, until no two are a token.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::vocabulary::{GOLDEN, LONGEST_TOKEN, Rank, Vocabulary};

/// Pieces of up to this many bytes are merged by looking through all neighbours for each merge. Above
/// it the square of the length costs more than keeping order does.
pub(crate) const SHORT: usize = 256;

/// The number of tokens of a piece that is none itself.
pub(crate) fn count(piece: &[u8], vocabulary: &Vocabulary) -> usize {
    match piece.len() {
        0..=16 => short::<16>(piece, vocabulary),
        17..=64 => short::<64>(piece, vocabulary),
        65..=SHORT => short::<SHORT>(piece, vocabulary),
        _ => long(piece, vocabulary),
    }
}

/// Merges a piece of up to `MOST` bytes.
pub(crate) fn short<const MOST: usize>(piece: &[u8], vocabulary: &Vocabulary) -> usize {
    // Where each part begins, and the rank of it and the next part together.
    let mut starts = [0_u16; MOST];
    let mut ranks = [Rank::NONE; MOST];
    let mut parts = piece.len();
    for (start, at) in starts[..parts].iter_mut().zip(0..) {
        *start = at;
    }
    for (rank, pair) in ranks.iter_mut().zip(piece.windows(2)) {
        *rank = vocabulary.rank_of_pair(pair[0], pair[1]);
    }
    while parts > 1 {
        // The last part has no next one, so the last rank is `NONE`.
        let least = ranks[..parts - 1].iter().copied().fold(Rank::NONE, Ord::min);
        if least == Rank::NONE {
            break;
        }
        let at = ranks[..parts].iter().position(|&rank| rank == least).unwrap_or_default();
        starts.copy_within(at + 2..parts, at + 1);
        ranks.copy_within(at + 1..parts, at);
        parts -= 1;
        let end = |part: usize| if part + 1 < parts { usize::from(starts[part + 1]) } else { piece.len() };
        let rank = |part: usize| vocabulary.rank(&piece[usize::from(starts[part])..end(part + 1)]);
        ranks[at] = if at + 1 < parts { rank(at) } else { Rank::NONE };
        if at > 0 {
            ranks[at - 1] = rank(at - 1);
        }
    }
    parts
}

/// Merges a piece of any length, in steps whose number grows with the length and hardly faster: all
/// places of one rank are merged in one sweep.
pub(crate) fn long(piece: &[u8], vocabulary: &Vocabulary) -> usize {
    let mut parts = Parts::of(piece.len());
    let mut count = piece.len();
    let mut pending = Pending::default();
    for (at, pair) in piece.windows(2).enumerate() {
        let rank = vocabulary.rank_of_pair(pair[0], pair[1]);
        if rank != Rank::NONE {
            pending.push(rank, at);
        }
    }
    while let Some((rank, mut places)) = pending.pop() {
        // A sweep leaves places behind it in order, several sweeps may not.
        places.sort_unstable();
        let mut places = places.into_iter();
        for start in places.by_ref() {
            let Some(merged) = parts.merge(start, rank.len()) else { continue };
            count -= 1;
            let mut lower = false;
            let mut look_at = |start: usize, end: usize| {
                let found = vocabulary.rank(&piece[start..end]);
                if found != Rank::NONE {
                    pending.push(found, start);
                    lower |= found < rank;
                }
            };
            if let Some(start) = parts.start_of_previous(merged.start) {
                look_at(start, merged.end);
            }
            if let Some(end) = parts.end_of_next(merged.end) {
                look_at(merged.start, end);
            }
            if lower {
                break;
            }
        }
        // A merge made way for one of a lower rank, which goes first. (No merge makes way for one of
        // its own rank: that is a longer token.)
        for place in places {
            pending.push(rank, place);
        }
    }
    count
}

/// The places at which two parts are a token together, by its rank.
#[derive(Default)]
struct Pending {
    /// The keys of `places`, the lowest on top.
    ranks: BinaryHeap<Reverse<Rank>>,
    places: HashMap<Rank, Vec<usize>, BuildHasherDefault<Spread>>,
}

impl Pending {
    fn push(&mut self, rank: Rank, place: usize) {
        if let Some(places) = self.places.get_mut(&rank) {
            places.push(place);
        } else {
            self.ranks.push(Reverse(rank));
            self.places.insert(rank, vec![place]);
        }
    }

    /// Takes out all places of the lowest rank.
    fn pop(&mut self) -> Option<(Rank, Vec<usize>)> {
        let Reverse(rank) = self.ranks.pop()?;
        self.places.remove(&rank).map(|places| (rank, places))
    }
}

/// A hash of one number in one step: nobody can choose ranks to collide.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(GOLDEN);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The parts of a long piece, one byte for each of its bytes: a part's length less one at its first
/// and at its last byte, where its two neighbours find it.
struct Parts(Vec<u8>);

/// Set on the first byte of a part. No part is longer than the longest token, so the length less one
/// leaves this bit free.
const FIRST: u8 = 0x80;
const _: () = assert!(LONGEST_TOKEN <= FIRST as usize);

impl Parts {
    /// Each byte its own part.
    fn of(length: usize) -> Self {
        Self(vec![FIRST; length])
    }

    fn length_at(&self, at: usize) -> usize {
        usize::from(self.0[at] & !FIRST) + 1
    }

    /// Merges the part that begins at `start` with the next, if both are there still and have
    /// `length` bytes together: if not, one of them has been merged with another part.
    fn merge(&mut self, start: usize, length: usize) -> Option<Range<usize>> {
        if self.0[start] & FIRST == 0 {
            return None;
        }
        let next = start + self.length_at(start);
        let end = self.end_of_next(next).filter(|&end| end == start + length)?;
        let marked = u8::try_from(length - 1).ok()?;
        self.0[next] = 0;
        self.0[start] = FIRST | marked;
        self.0[end - 1] = marked;
        Some(start..end)
    }

    /// The end of the part that begins at `at`; nothing at the end of the piece.
    fn end_of_next(&self, at: usize) -> Option<usize> {
        (at < self.0.len()).then(|| at + self.length_at(at))
    }

    /// The start of the part that ends at `at`; nothing at the start of the piece.
    fn start_of_previous(&self, at: usize) -> Option<usize> {
        at.checked_sub(1).map(|last| at - self.length_at(last))
    }
}
