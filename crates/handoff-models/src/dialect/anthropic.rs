//! Anthropic's structured outputs: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
//!
//! It compiles a schema into a grammar, and takes at most 24 optional properties and 16 unions: what has more goes into the
//! prompt, and so does what is recursive.

use super::rules::{Rules, Size};
use crate::json::Json;

pub(super) const RULES: Rules = Rules {
    constraints: &["minItems"],
    formats: &["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
    requires_all: false,
    splits_options: true,
    maps: false,
    tuples: false,
    constants: true,
    any_root: false,
    recursion: false,
    most_required_items: 1,
    says_order: false,
    fits,
    most_together: fits,
};

fn fits(schema: &Json) -> bool {
    let size = Size::of(schema);
    size.optional <= 24 && size.unions <= 16
}
