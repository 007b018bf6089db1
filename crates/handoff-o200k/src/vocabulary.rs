//! The tokens of `o200k_base`, and a table to find them in.

use super::boxed;

/// Every token in the order of its rank: its length in one byte, then its bytes. The vocabulary
/// published as `o200k_base.tiktoken`, under the MIT licence (see `LICENSE-vocabulary`).
/// `data.rs` writes this file, and checks it against the published checksum.
pub(crate) static TOKENS: &[u8] = include_bytes!("o200k_base.bin");

/// Bytes of the longest token: a run of 128 spaces.
pub const LONGEST_TOKEN: usize = 128;

/// The slots of the table: between two and three for each token, so that most look-ups of what is
/// no token end at an empty slot. A power of two.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 19;

/// What is left of a slot beside a token's place in [`TOKENS`].
const TAG_BITS: u32 = 11;
const TAG: u32 = (1 << TAG_BITS) - 1;

/// A token's place in merging: the lowest goes first.
///
/// It is where the token's bytes begin in [`TOKENS`], not its number: since the tokens stand there in
/// the order of their ranks, it says the same, and also where to find the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Rank(u32);

impl Rank {
    /// The rank of what is no token: after all others.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// The length of the token in bytes.
    #[inline]
    pub(crate) fn len(self) -> usize {
        usize::from(TOKENS[self.0 as usize - 1])
    }

    #[inline]
    fn bytes(self) -> &'static [u8] {
        &TOKENS[self.0 as usize..][..self.len()]
    }
}

/// An index of [`TOKENS`].
pub(crate) struct Vocabulary {
    /// An open-addressing hash table: the rank above [`TAG_BITS`] bits of the hash, which tell most
    /// other keys apart without a look at the token. 0 is an empty slot: no rank is 0.
    slots: Box<[u32; SLOTS]>,
    /// The ranks of all pairs of bytes, which is what merging begins with.
    pairs: Box<[Rank; 1 << 16]>,
}

impl Vocabulary {
    /// Indexes the tokens: some 200,000 writes, and two allocations.
    pub(crate) fn new() -> Self {
        // A rank and a tag share a slot.
        const { assert!(TOKENS.len() < 1 << (u32::BITS - TAG_BITS)) };
        let mut slots = boxed(0);
        let mut pairs = boxed(Rank::NONE);
        let mut next = 0;
        while let Some(&length) = TOKENS.get(next as usize) {
            let rank = Rank(next + 1);
            let bytes = rank.bytes();
            if let &[first, second] = bytes {
                pairs[pair(first, second)] = rank;
            }
            let (mut slot, tag) = place(hash(bytes));
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = rank.0 << TAG_BITS | tag;
            next = rank.0 + u32::from(length);
        }
        Self { slots, pairs }
    }

    /// The rank of a token, [`Rank::NONE`] if these bytes are none.
    #[inline]
    pub(crate) fn rank(&self, bytes: &[u8]) -> Rank {
        self.rank_of_hashed(bytes, hash(bytes))
    }

    /// The same with the bytes' [`hash`].
    #[inline]
    pub(crate) fn rank_of_hashed(&self, bytes: &[u8], hash: u64) -> Rank {
        let (mut slot, tag) = place(hash);
        loop {
            let found = self.slots[slot];
            if found == 0 {
                return Rank::NONE;
            }
            let rank = Rank(found >> TAG_BITS);
            if found & TAG == tag && rank.bytes() == bytes {
                return rank;
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The rank of a token of two bytes.
    #[inline]
    pub(crate) fn rank_of_pair(&self, first: u8, second: u8) -> Rank {
        self.pairs[pair(first, second)]
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(u16::from_le_bytes([first, second]))
}

/// The slot at which to look for a token first, and its tag.
#[expect(clippy::cast_possible_truncation)] // both are taken out of the hash bit by bit
fn place(hash: u64) -> (usize, u32) {
    ((hash >> (u64::BITS - SLOT_BITS)) as usize % SLOTS, hash as u32 & TAG)
}

/// A hash of a few bytes in a few instructions. The keys in the table never change, so nobody can
/// choose them to collide.
#[inline]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        if after.is_empty() {
            break;
        }
        state = mixed(state ^ u64::from_le_bytes(*word));
        rest = after;
    }
    // The last 1 to 8 bytes, by reads that overlap: each byte is in one of them.
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(&head), Some(&tail)) => {
            u64::from(u32::from_le_bytes(head)) | u64::from(u32::from_le_bytes(tail)) << 32
        }
        _ => match *rest {
            [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
            [a, b] => u64::from(u16::from_le_bytes([a, b])),
            [a] => u64::from(a),
            _ => 0,
        },
    };
    mixed(state ^ last)
}

/// A constant whose bits look random: the fraction of the golden ratio.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product with it, so that each bit of the input reaches the whole output.
fn mixed(word: u64) -> u64 {
    let product = u128::from(word) * u128::from(GOLDEN);
    #[expect(clippy::cast_possible_truncation)] // the halves
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}
