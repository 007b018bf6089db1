//! JSON in its one canonical form: the JSON Canonicalization Scheme of
//! [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785).

use serde_json::Value;

/// Canonical JSON. A number that no double can hold, which the standard does not have, is written as it stands.
#[inline]
pub(crate) fn written(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

#[inline]
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double) => text.push_str(&as_in_ecmascript(double)),
            None => text.push_str(&number.to_string()),
        },
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        // `serde_json` escapes what the standard escapes, and as it does.
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

/// A finite number as `Number::toString` of ECMAScript writes it: with the fewest digits that are this number, as Rust,
/// but with an exponent only where it is far from 1.
#[inline]
fn as_in_ecmascript(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        // Without the sign of a negative zero.
        return "0".to_owned();
    }
    let positional = (1e-6..1e21).contains(&size);
    let shortest = if positional { number.to_string() } else { format!("{number:e}") };
    // Of two that are as short and as near, Rust takes the greater. ECMAScript takes the even one, as rounding does.
    let rounded = shortest.split_once('.').map(|(_, rest)| {
        let decimals = rest.find('e').unwrap_or(rest.len());
        if positional { format!("{number:.decimals$}") } else { format!("{number:.decimals$e}") }
    });
    let mut text = rounded.filter(|rounded| rounded.parse() == Ok(number)).unwrap_or(shortest);
    if size >= 1e21
        && let Some(place) = text.find('e')
    {
        text.insert(place + 1, '+');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use serde_json_canonicalizer::to_string as reference;

    fn assert_written(value: &Value) {
        assert_eq!(written(value), reference(value).unwrap(), "{value:?}");
    }

    #[test]
    fn numbers_are_those_of_ecmascript() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (0.5_f64.powi(25), "2.9802322387695312e-8"),
            (-1e-7, "-1e-7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.25e21, "-1.25e+21"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::from_bits(1), "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
        ] {
            assert_eq!(as_in_ecmascript(number), expected);
        }
    }

    /// `HANDOFF_JCS_NUMBERS` is how many to try.
    #[test]
    fn every_number_is_written_as_by_the_reference() {
        for exponent in 0..0x7ff {
            // Where digits are hardest to find: powers of two, and their neighbours.
            let power = f64::from_bits(exponent << 52);
            for number in [power, power.next_up(), power.next_down(), -power] {
                assert_written(&json!(number));
            }
        }
        for exponent in -330..309 {
            let power: f64 = format!("1e{exponent}").parse().unwrap();
            for number in [power, power.next_up(), power.next_down()] {
                assert_written(&json!(number));
            }
        }
        let tried = std::env::var("HANDOFF_JCS_NUMBERS").map_or(20_000, |number| number.parse().unwrap());
        let mut random = fastrand::Rng::with_seed(8785);
        for _ in 0..tried {
            let bits = random.u64(..);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                assert_written(&json!(number));
            }
            // Of every length.
            let integer = bits >> random.u32(..64);
            assert_written(&json!(integer));
            assert_written(&json!(integer.cast_signed()));
            assert_written(&json!(integer.cast_signed().wrapping_neg()));
            // A few bits behind the point: some are half-way between two texts.
            #[allow(clippy::cast_precision_loss)]
            let fraction = (bits >> random.u32(11..64)) as f64 / (1_u64 << random.u32(..64)) as f64;
            assert_written(&json!(fraction));
            // Decimals as people write them.
            let decimal = format!("{}e{}", random.i32(-99_999..99_999), random.i32(-30..30));
            assert_written(&json!(decimal.parse::<f64>().unwrap()));
        }
    }

    #[test]
    fn strings_and_keys_are_written_as_by_the_reference() {
        let mut all = String::new();
        for character in (0..0x100).chain([0x2028, 0xd7ff, 0xe000, 0xffff, 0x1_0000, 0x10_ffff]) {
            all.extend(char::from_u32(character));
        }
        let mut keys = serde_json::Map::new();
        for character in all.chars() {
            keys.insert(format!("{character}"), json!([character.to_string(), null, true]));
            keys.insert(format!("a{character}b"), json!({ "b": {}, "a": [], "": false }));
        }
        assert_written(&json!(all));
        assert_written(&Value::Object(keys));
        // In the order of UTF-16, where a surrogate comes before U+E000.
        assert_eq!(written(&json!({ "\u{e000}": 1, "\u{10000}": 2 })), "{\"\u{10000}\":2,\"\u{e000}\":1}");
    }
}
