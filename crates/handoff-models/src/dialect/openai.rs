//! OpenAI's strict mode: <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>.

use super::rules::{Rules, Size};

pub(super) const RULES: Rules = Rules {
    constraints: &[
        "pattern",
        "multipleOf",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minItems",
        "maxItems",
    ],
    formats: &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"],
    requires_all: true,
    splits_options: false,
    maps: false,
    tuples: false,
    constants: true,
    any_root: false,
    recursion: true,
    most_required_items: u64::MAX,
    says_order: false,
    fits: |schema| {
        let size = Size::of(schema);
        size.properties <= 5_000
            && size.enum_values <= 1_000
            && size.levels <= 10
            && size.words <= 120_000
            && size.words_of_large_enum <= 15_000
    },
    most_together: |_| true,
};

#[cfg(test)]
mod tests {
    use handoff::Contract as _;
    use serde_json::{Map, Value, json};

    use super::RULES;
    use crate::json::Json;

    fn fits(properties: &Map<String, Value>) -> bool {
        let schema = json!({"type": "object", "properties": properties, "$defs": {"D": {"const": "dd"}}});
        (RULES.fits)(&Json::parse(&schema.to_string()).expect("JSON"))
    }

    /// Enums of so many values of so many characters, each in a property whose name has four.
    fn enums(enums: usize, values: usize, length: usize) -> Map<String, Value> {
        let values: Vec<_> = (0..values).map(|value| format!("{value:0length$}")).collect();
        (0..enums).map(|number| (format!("{number:04}"), json!({"enum": values}))).collect()
    }

    fn named(properties: usize, length: usize) -> Map<String, Value> {
        (0..properties).map(|number| (format!("{number:0length$}"), json!({"type": "null"}))).collect()
    }

    #[test]
    fn what_the_vendor_calls_too_large_does_not_fit() {
        assert!(fits(&named(5_000, 4)) && !fits(&named(5_001, 4)));
        assert!(fits(&enums(4, 250, 5)) && !fits(&enums(5, 201, 5)));
        // Beside the three characters of the definition.
        assert!(fits(&named(3_999, 30)) && !fits(&named(4_000, 30)));
        assert!(fits(&enums(1, 250, 479)) && !fits(&enums(1, 250, 480)));
        // More than 250 values are a large enum.
        assert!(fits(&enums(1, 250, 61)) && fits(&enums(1, 251, 59)) && !fits(&enums(1, 251, 60)));
        let nested = |levels: usize| {
            let inner = (1..levels)
                .fold(json!({"type": "null"}), |inner, _| json!({"type": "array", "items": inner}));
            Map::from_iter([("list".to_owned(), inner)])
        };
        assert!(fits(&nested(10)) && !fits(&nested(11)));
    }
}
