//! No constrained decoding: what the answer has to look like is said in the prompt.

use crate::json::Json;

/// What goes to the end of the prompt.
pub(super) fn instructions(schema: &str) -> String {
    format!("\n\nReply with JSON that fits this JSON Schema, and with nothing else:\n{schema}")
}

/// Whether a schema refers to itself.
pub(super) fn is_recursive(root: &Json) -> bool {
    fn leads_back<'a>(schema: &'a Json, root: &'a Json, path: &mut Vec<&'a str>) -> bool {
        match schema {
            Json::Object(keywords) => {
                keywords.iter().any(|(keyword, value)| match (keyword.as_str(), value) {
                    ("$ref", Json::Text(target)) => {
                        if path.contains(&target.as_str()) {
                            return true;
                        }
                        path.push(target);
                        let found = root.resolve(target).is_some_and(|schema| leads_back(schema, root, path));
                        path.pop();
                        found
                    }
                    ("$defs" | "const" | "enum" | "default" | "examples", _) => false,
                    (_, value) => leads_back(value, root, path),
                })
            }
            Json::List(parts) => parts.iter().any(|part| leads_back(part, root, path)),
            _ => false,
        }
    }
    leads_back(root, root, &mut vec!["#"])
}
