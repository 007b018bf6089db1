//! Ids and hashes as text: lower-case hex digits, two for each byte.

use serde::{Deserializer, de};
use std::fmt;

/// Writes bytes, many at once: a fingerprint and three ids stand in each call of a durable run.
#[inline]
pub(crate) fn write(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut digits = [0; 64];
    bytes.chunks(digits.len() / 2).try_for_each(|bytes| {
        let digits = &mut digits[..bytes.len() * 2];
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
            *pair = [byte >> 4, byte & 0xf].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
        }
        f.write_str(std::str::from_utf8(digits).map_err(|_| fmt::Error)?)
    })
}

/// The bytes of this text, if it is so many, and nothing else.
#[inline]
pub(crate) fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let pairs: &[[u8; 2]; N] = pairs.try_into().ok()?;
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[inline]
fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Deserialises what is read from a text, without a copy of that: a log has one in each line. `expected` is what a text is
/// told that is none.
///
/// # Errors
///
/// That of the format, or `expected`.
#[inline]
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: fn(&str) -> Option<T>,
    expected: &'static str,
) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> Option<T>, &'static str);

    impl<T> de::Visitor<'_> for Text<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }

        #[inline]
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<T>, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Text(read, expected))?.ok_or_else(|| de::Error::custom(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_however_many_there_are() {
        struct Bytes(Vec<u8>);

        impl fmt::Display for Bytes {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(f, &self.0)
            }
        }

        for count in [0, 1, 31, 32, 33, 100] {
            let bytes: Vec<u8> = (0..count).map(|at| at ^ 0xa5).collect();
            let each: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(Bytes(bytes).to_string(), each.concat());
        }
    }

    #[test]
    fn only_lower_case_digits_of_the_right_number_are_read() {
        assert_eq!(read::<2>("0af9"), Some([0x0a, 0xf9]));
        assert_eq!(read::<0>(""), Some([]));
        for text in ["", "0a", "0af", "0af90", "0af900", "0AF9", "+af9", " af9", "0ag9", "ä0a"] {
            assert_eq!(read::<2>(text), None, "{text}");
        }
    }
}
