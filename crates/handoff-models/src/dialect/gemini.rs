//! Gemini's `responseJsonSchema`: <https://ai.google.dev/api/generate-content#FIELDS.response_json_schema>.
//!
//! References that lead back to themselves are taken within optional properties alone, so a recursive contract goes into
//! the prompt.

use super::rules::Rules;

pub(super) const RULES: Rules = Rules {
    constraints: &["minimum", "maximum", "minItems", "maxItems"],
    formats: &["date-time", "date", "time"],
    requires_all: false,
    splits_options: false,
    maps: true,
    tuples: true,
    constants: false,
    any_root: true,
    recursion: false,
    most_required_items: u64::MAX,
    says_order: true,
    fits: |_| true,
    most_together: |_| true,
};
