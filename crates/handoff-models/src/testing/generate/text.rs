//! Strings by their lengths, patterns and formats.

use handoff_pattern::Sampler;

use super::Maker;
use crate::json::Json;

const WORDS: [&str; 14] = [
    "river", "light", "seven", "of", "stone", "and", "quick", "a", "winter", "naïve", "über", "\"so\"",
    "line\n", "🙂",
];

/// The patterns of integers as keys of maps, which are schemars' and not those of a check.
const INTEGERS: [&str; 2] = [r"^\d+$", r"^-?\d+$"];

impl Maker<'_> {
    pub(super) fn text(&mut self, schema: &Json) -> String {
        let (least, most) = (schema.get("minLength"), schema.get("maxLength"));
        if let Some(pattern) = schema.get("pattern").and_then(Json::text) {
            let bound = |bound: Option<&Json>| bound.and_then(Json::integer);
            return self.by_pattern(pattern, bound(least).unwrap_or(0), bound(most).unwrap_or(u64::MAX));
        }
        let format = schema.get("format").and_then(Json::text);
        if let Some(text) = format.and_then(|format| self.by_format(format)) {
            return text;
        }
        let length = self.count(least, most, if self.boundaries { 200 } else { 40 });
        self.words(length, length)
    }

    /// So many characters, in words.
    pub(super) fn words(&mut self, least: usize, most: usize) -> String {
        let length = least + self.random.below(most - least + 1);
        let (mut text, mut left) = (String::new(), length);
        while left > 0 {
            let space = if text.is_empty() { "" } else { " " };
            let word = WORDS[self.random.below(WORDS.len())];
            for character in space.chars().chain(word.chars()).take(left) {
                text.push(character);
                left -= 1;
            }
        }
        text
    }

    fn by_pattern(&mut self, pattern: &str, least: u64, most: u64) -> String {
        if INTEGERS.contains(&pattern) {
            return self.random.below(100).to_string();
        }
        let Ok(texts) = Sampler::parse(pattern) else { return String::new() };
        let mut nearest = String::new();
        for attempt in 0..400 {
            let more = u32::try_from(least).unwrap_or(u32::MAX).min(1_000).saturating_add(attempt / 40 + 2);
            let mut pick = |end: u32| u32::try_from(self.random.below(end as usize)).unwrap_or(0);
            let Some(mut text) = texts.text(more, &mut pick) else { continue };
            let mut length = text.chars().count() as u64;
            // What may stand beside the pattern.
            while length < least && texts.is_in(&format!("{text}x")) {
                text.push('x');
                length += 1;
            }
            if (least..=most).contains(&length) {
                return text;
            }
            nearest = text;
        }
        nearest
    }

    fn by_format(&mut self, format: &str) -> Option<String> {
        let mut number = |end: usize| self.random.below(end);
        Some(match format {
            "uuid" => format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                number(1 << 31),
                number(1 << 16),
                number(1 << 12),
                number(1 << 12),
                number(1 << 31)
            ),
            "date" => format!("20{:02}-{:02}-{:02}", number(100), 1 + number(12), 1 + number(28)),
            "time" => format!("{:02}:{:02}:00Z", number(24), number(60)),
            "date-time" => format!(
                "20{:02}-{:02}-{:02}T{:02}:{:02}:00Z",
                number(100),
                1 + number(12),
                1 + number(28),
                number(24),
                number(60)
            ),
            "duration" => format!("PT{}S", number(10_000)),
            "uri" | "url" => format!("https://example.org/{}", number(1_000)),
            "email" => format!("someone{}@example.org", number(1_000)),
            "hostname" => format!("host{}.example.org", number(1_000)),
            "ipv4" | "ip" => format!("192.0.2.{}", number(256)),
            "ipv6" => format!("2001:db8::{:x}", number(1 << 16)),
            _ => return None,
        })
    }
}
