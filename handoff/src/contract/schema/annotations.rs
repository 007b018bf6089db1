//! What a schema says beside the form: titles and descriptions from doc comments, examples, defaults, and whatever the
//! user adds.

use schemars::Schema;
use serde::Serialize;
use serde_json::Value;

use crate::contract::layout::Annotation;

/// Adds annotations to a schema: what the user says in so many words comes last.
pub(super) fn add_annotations(schema: &mut Schema, annotations: &[Annotation], default: Option<Value>) {
    let (mut title, mut description) = (String::new(), String::new());
    for annotation in annotations {
        if let Annotation::Doc(text) = annotation {
            let parts = title_and_description(text);
            (title, description) = (parts.0.to_owned(), parts.1.to_owned());
        }
    }
    let mut examples = None;
    for annotation in annotations {
        match annotation {
            Annotation::Title(text) => title = text(),
            Annotation::Description(text) => description = text(),
            Annotation::Deprecated => {
                schema.insert("deprecated".to_owned(), Value::Bool(true));
            }
            Annotation::Example(example) => examples.get_or_insert_with(Vec::new).extend(example()),
            Annotation::Doc(_) | Annotation::Extend(..) | Annotation::Transform(_) => {}
        }
    }
    if !title.is_empty() {
        schema.insert("title".to_owned(), Value::String(title));
    }
    if !description.is_empty() {
        schema.insert("description".to_owned(), Value::String(description));
    }
    if let Some(examples) = examples {
        schema.insert("examples".to_owned(), Value::Array(examples));
    }
    if let Some(default) = default {
        schema.insert("default".to_owned(), default);
    }
    for annotation in annotations {
        if let Annotation::Extend(keyword, value) = annotation {
            schema.insert((*keyword).to_owned(), value());
        }
    }
    for annotation in annotations {
        if let Annotation::Transform(transform) = annotation {
            transform(schema);
        }
    }
}

/// Splits a doc comment into the heading with which it begins, and the rest of it.
fn title_and_description(doc: &str) -> (&str, &str) {
    let doc = doc.trim_ascii();
    if !doc.starts_with('#') {
        return ("", doc);
    }
    let (title, description) = doc.split_once('\n').unwrap_or((doc, ""));
    (title.trim_start_matches('#').trim_ascii(), description.trim_ascii())
}

/// Writes an example or a default as JSON; what serde cannot write is left out.
#[must_use]
pub fn json<T: Serialize>(value: T) -> Option<Value> {
    serde_json::to_value(value).ok()
}

/// Writes a default with a `serialize_with` of its own.
#[must_use]
pub fn json_by<T>(
    value: &T,
    write: impl FnOnce(&T, serde_json::value::Serializer) -> serde_json::Result<Value>,
) -> Option<Value> {
    write(value, serde_json::value::Serializer).ok()
}
