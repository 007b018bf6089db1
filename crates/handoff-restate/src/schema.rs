//! JSON Schemas, for whoever calls a pipeline by hand.

use handoff::Contract;
use serde_json::{Value, json};

/// That of a payload.
pub(crate) fn payload<T: Contract>() -> Value {
    T::schema().as_value().clone()
}

/// That of the envelope around a payload, of which the payload is what a reader wants to know.
pub(crate) fn envelope<T: Contract>() -> Value {
    let mut payload = payload::<T>();
    // References begin at the root of a schema, so what is referred to has to be there.
    let definitions = payload.as_object_mut().and_then(|schema| schema.remove("$defs"));
    let mut schema = json!({
        "type": "object",
        "title": format!("Envelope<{}>", T::name()),
        "properties": { "payload": payload },
        "required": ["payload"],
    });
    if let Some(definitions) = definitions {
        schema["$defs"] = definitions;
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff::prelude::*;

    #[contract]
    pub(crate) struct Draft {
        pub(crate) text: String,
    }

    #[contract]
    pub(crate) struct Drafts {
        pub(crate) best: Draft,
        pub(crate) others: Vec<Draft>,
    }

    #[test]
    fn what_an_envelope_refers_to_is_at_its_root() {
        let schema = envelope::<Drafts>();
        let refers = schema.pointer("/properties/payload/properties/best/$ref").and_then(Value::as_str);
        let Some(at) = refers.and_then(|refers| refers.strip_prefix('#')) else {
            panic!("nothing is referred to: {schema}");
        };
        assert_eq!(
            schema.pointer(at).and_then(|draft| draft.pointer("/properties/text/type")),
            Some(&json!("string"))
        );
        assert_eq!(schema.pointer("/properties/payload/$defs"), None);
    }

    #[test]
    fn a_payload_without_references_needs_no_definitions() {
        assert_eq!(envelope::<String>().get("$defs"), None);
    }
}
