//! What stands in an envelope beside its payload, read from a tree of JSON: as strictly as a contract, and what is not
//! as documented is `None`.

use super::{TraceId, Warning, WarningKind};
use crate::agent::{AgentId, Role};
use crate::budget::TokenCount;
use crate::contract::{Confidence, Fingerprint, Json, Object};
use std::borrow::Cow;
use std::num::NonZeroUsize;

#[inline]
pub(super) fn agent(json: &Json<'_>) -> Option<AgentId> {
    let fields = Fields::only(&["name", "role"], json)?;
    let (name, role) = (text(fields.get("name")?)?, text(fields.get("role")?)?);
    Some(AgentId { name: Cow::Owned(name.to_owned()), role: Role::from(role.to_owned()) })
}

#[inline]
pub(super) fn warning(json: &Json<'_>) -> Option<Warning> {
    let fields = Fields::only(&["kind", "agent", "task", "label", "others", "count", "message"], json)?;
    let kind = match text(fields.get("kind")?)? {
        "noted" => WarningKind::Noted,
        "repaired" => WarningKind::Repaired,
        _ => return None,
    };
    let mut others = Vec::new();
    if let Some(tasks) = fields.get("others") {
        let Json::List(tasks) = tasks else { return None };
        for task in tasks.iter() {
            others.push(integer(task)?);
        }
    }
    let task = match fields.given("task") {
        Some(task) => Some(integer(task)?),
        None => None,
    };
    let label = match fields.given("label") {
        Some(label) => Some(text(label)?.into()),
        None => None,
    };
    let agent = agent(fields.get("agent")?)?;
    let count = NonZeroUsize::new(integer(fields.get("count")?)?)?.get();
    let message = text(fields.get("message")?)?.into();
    Some(Warning { kind, agent, task, label, others, count, message })
}

#[inline]
pub(super) fn tokens(json: &Json<'_>) -> Option<TokenCount> {
    let fields = Fields::among(&["count", "encoding"], json)?;
    let encoding = text(fields.get("encoding")?)?.to_owned();
    Some(TokenCount::new(integer(fields.get("count")?)?, encoding))
}

#[inline]
pub(super) fn trace_id(json: &Json<'_>) -> Option<TraceId> {
    TraceId::read(text(json)?)
}

#[inline]
pub(super) fn fingerprint(json: &Json<'_>) -> Option<Fingerprint> {
    text(json)?.parse().ok()
}

#[inline]
pub(super) fn confidence(json: &Json<'_>) -> Option<Confidence> {
    match json {
        // What is rounded here is far beyond 1.
        #[allow(clippy::cast_precision_loss)]
        Json::Number(number) => Confidence::new(number.float()),
        _ => None,
    }
}

#[inline]
pub(super) fn integer<T: TryFrom<i128>>(json: &Json<'_>) -> Option<T> {
    match json {
        Json::Number(number) => T::try_from(number.integer()?).ok(),
        _ => None,
    }
}

#[inline]
pub(super) fn text<'n>(json: &'n Json<'_>) -> Option<&'n str> {
    match json {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

/// The fields of an object, none of which is repeated.
struct Fields<'n>(&'n Object<'n>);

impl<'n> Fields<'n> {
    /// Where there may be others, too.
    #[inline]
    fn among(names: &[&str], json: &'n Json<'n>) -> Option<Self> {
        let Json::Object(object) = json else { return None };
        let repeated = object.iter().any(|entry| entry.repeated && names.contains(&&*entry.key));
        (!repeated).then_some(Self(object))
    }

    #[inline]
    fn only(names: &[&str], json: &'n Json<'n>) -> Option<Self> {
        let fields = Self::among(names, json)?;
        fields.0.iter().all(|entry| names.contains(&&*entry.key)).then_some(fields)
    }

    #[inline]
    fn get(&self, name: &str) -> Option<&'n Json<'n>> {
        self.0.get(name)
    }

    /// One that may be left out, or `null`.
    #[inline]
    fn given(&self, name: &str) -> Option<&'n Json<'n>> {
        self.get(name).filter(|value| !matches!(value, Json::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use std::fmt::Debug;

    /// A part and all that comes of it when a field is left out, is something else, is repeated, or is one too many: it
    /// is read as serde reads it.
    fn assert_as_serde<T: DeserializeOwned + PartialEq + Debug>(
        part: &Value,
        read: fn(&Json<'_>) -> Option<T>,
    ) {
        let compare = |text: &str| {
            let json = Json::read(text).unwrap();
            assert_eq!(read(&json), serde_json::from_str(text).ok(), "{text}");
        };
        compare(&part.to_string());
        let object = part.as_object().unwrap();
        for (key, value) in object.iter().chain([(&"other".to_owned(), &json!(1))]) {
            let mut without = object.clone();
            without.remove(key);
            compare(&json!(without).to_string());
            let fields = json!(without).to_string();
            let fields = fields.trim_matches(['{', '}']);
            for other in [
                json!(null),
                json!(true),
                json!("noted"),
                json!("x"),
                json!(0),
                json!(1),
                json!(-1),
                json!(1.0),
                json!(1e30),
                json!(u64::from(u32::MAX) + 1),
                json!(u64::MAX),
                json!([]),
                json!([1, 2]),
                json!([1, "2"]),
                json!({}),
            ] {
                compare(&format!(r#"{{{fields},"{key}":{other}}}"#));
            }
            compare(&format!(r#"{{"{key}":{value},{fields},"{key}":{value}}}"#));
        }
        for other in [json!(null), json!("x"), json!(1), json!({})] {
            compare(&other.to_string());
        }
    }

    #[test]
    fn parts_are_read_as_serde_reads_them() {
        let agent_json = json!({ "name": "plan", "role": "planner" });
        assert_as_serde(&agent_json, agent);
        assert_as_serde(&json!({ "name": "a", "role": "anything" }), agent);
        assert_as_serde(&json!({ "count": 12, "encoding": "o200k_base" }), tokens);
        let plain = json!({ "kind": "noted", "agent": agent_json, "count": 2, "message": "m" });
        assert_as_serde(&plain, warning);
        let full = json!({
            "kind": "repaired", "agent": agent_json, "count": 3, "message": "m",
            "task": 1, "label": "tides", "others": [2, 3],
        });
        assert_as_serde(&full, warning);
        // Where serde is less strict.
        let mut odd = plain;
        odd["kind"] = json!({ "noted": null });
        assert_eq!(warning(&Json::read(&odd.to_string()).unwrap()), None);
    }

    #[test]
    fn scalars_are_read_as_serde_reads_them() {
        for text in [
            "0",
            "1",
            "0.5",
            "-0",
            "-0.0",
            "1e-9",
            "1.0000001",
            "2",
            "-1",
            "1e30",
            "null",
            "\"0\"",
            "[0]",
            "{}",
        ] {
            let json = Json::read(text).unwrap();
            assert_eq!(confidence(&json), serde_json::from_str(text).ok(), "{text}");
            assert_eq!(integer::<u32>(&json), serde_json::from_str(text).ok(), "{text}");
        }
        for digits in [32, 31, 33, 64, 63, 0] {
            for digit in ["0", "a", "A", "g", "é", "+"] {
                let text = json!(digit.repeat(digits)).to_string();
                let json = Json::read(&text).unwrap();
                assert_eq!(trace_id(&json), serde_json::from_str(&text).ok(), "{text}");
                assert_eq!(fingerprint(&json), serde_json::from_str(&text).ok(), "{text}");
            }
        }
    }
}
