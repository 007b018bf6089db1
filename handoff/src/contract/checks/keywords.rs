//! Where checks stand in a JSON Schema.

use serde_json::{Map, Value};

/// The schema of what is in lists, however deep. What is in an `Option` stands beside `null`.
pub(crate) fn innermost(schema: &mut Map<String, Value>) -> &mut Map<String, Value> {
    if !matches!(schema.get("items"), Some(Value::Object(_))) {
        return schema;
    }
    match schema.get_mut("items") {
        Some(Value::Object(items)) => innermost(items),
        _ => unreachable!("it was looked at just now"),
    }
}
