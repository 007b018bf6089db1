//! Random numbers, for ids and for pauses: nobody has to be kept from guessing them.

use std::hash::{BuildHasher, RandomState};

/// 64 random bits: what hashes nothing, under keys that are new each time. The system gives random keys to each
/// thread, so ids of different threads and processes differ, too.
pub(crate) fn bits() -> u64 {
    RandomState::new().hash_one(())
}

/// A number in `0.0..1.0`, of the 53 bits that an `f64` has.
#[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
pub(crate) fn fraction() -> f64 {
    (bits() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::thread;

    const MANY: usize = 100_000;

    #[test]
    fn no_number_comes_twice() {
        let here: HashSet<u64> = (0..MANY).map(|_| bits()).collect();
        let there: HashSet<u64> = thread::spawn(|| (0..MANY).map(|_| bits()).collect()).join().unwrap();
        assert_eq!(here.union(&there).count(), 2 * MANY);
    }

    #[test]
    fn every_bit_is_random() {
        let mut set = [0_u32; 64];
        for number in (0..MANY).map(|_| bits()) {
            for (bit, count) in set.iter_mut().enumerate() {
                *count += u32::from(number >> bit & 1 == 1);
            }
        }
        // Ten standard deviations, each the square root of MANY by 2.
        assert!(set.iter().all(|count| count.abs_diff(50_000) < 1_600), "{set:?}");
    }

    #[test]
    fn a_fraction_is_below_one() {
        let fractions: Vec<f64> = (0..MANY).map(|_| fraction()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        let mean = fractions.iter().sum::<f64>() / 100_000.0;
        assert!((0.49..0.51).contains(&mean), "{mean}");
    }
}
