//! Numbers that no payload has a say in.

/// A sequence of numbers that look random and are the same each time: `SplitMix64` (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub(super) struct Draws(u64);

impl Draws {
    /// The sequence that goes with these words and this number.
    #[inline]
    pub(super) fn of(words: [&str; 2], number: u64) -> Self {
        // FNV-1a, with an end to each word.
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
        let start = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut draws = Self(start ^ number.rotate_left(32));
        // Sequences of neighbouring numbers would be one, shifted.
        Self(draws.next())
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is above 0: each as likely as the others, to one part in 2^32 of what is usual here.
    #[inline]
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The upper half of the product.
        let product = u128::from(self.next()) * u128::from(end);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// An index into what has so many items, if it has any.
    #[inline]
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len.max(1) as u64)).unwrap_or_default()
    }
}
