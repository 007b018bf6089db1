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
        size.properties <= 5_000 && size.enum_values <= 1_000 && size.levels <= 10
    },
    most_together: |_| true,
};
