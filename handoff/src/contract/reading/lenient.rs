//! Reading a contract from a text with other text around it. Only that text is left out; what is read is read
//! strictly.

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::json::find::{self, Unclear};
use crate::contract::json::pointer::Pointer;
use crate::contract::violation::{ContractViolation, Violations};

/// What was left out around the JSON of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// A code fence.
    Fence,
    /// Anything else: words, thoughts, a byte order mark, several fences.
    Text,
}

/// Reads a text as [`Contract::parse`] does; one that is no JSON as a whole is read from the one JSON value in it.
///
/// # Errors
///
/// Those of [`Contract::parse`], on the whole text or on that value; `syntax` where it is unclear what is meant.
#[inline]
pub(crate) fn parse<T: Contract>(text: &str) -> Result<(T, Option<LeftOut>), ContractViolation> {
    let strict = match T::parse(text) {
        Ok(value) => return Ok((value, None)),
        Err(violation) => violation,
    };
    if strict.violations().first().is_none_or(|violation| violation.keyword != "syntax") {
        return Err(strict);
    }
    let schema = T::schema().as_value();
    let takes = |kind| may_be(kind, schema, schema, MOST_NESTED);
    let (objects, lists) = (takes("object"), takes("array"));
    let unclear = match find::the_one(text, lists) {
        Ok(range) => {
            let (before, after) = (&text[..range.start], &text[range.end..]);
            return T::parse(&text[range.clone()]).map(|value| (value, Some(left_out(before, after))));
        }
        Err(unclear) => unclear,
    };
    let mut violations = Violations::new();
    let sought = match (objects, lists) {
        (true, true) => "exactly one object or list",
        (true, false) => "exactly one object",
        (false, true) => "exactly one list",
        (false, false) => "a value with nothing around it but a code fence",
    };
    violations.report("syntax", unclear.message(text, sought));
    if let Unclear::Broken { start, .. } = unclear {
        violations.set_pointer_of_last(where_it_breaks::<T>(&text[start..]));
    }
    Err(ContractViolation::of::<T>(violations))
}

/// How far the JSON at the beginning of a text can be read.
#[inline]
fn where_it_breaks<T: Contract>(text: &str) -> Pointer {
    let broken = T::parse(text).err();
    let first = broken.as_ref().and_then(|broken| broken.violations().first());
    first.map_or_else(Pointer::root, |first| first.pointer.clone())
}

#[inline]
fn left_out(before: &str, after: &str) -> LeftOut {
    let in_language = |character| !matches!(character, '`' | '\n' | ' ');
    let opens = before.trim().strip_prefix("```").is_some_and(|language| language.chars().all(in_language));
    if opens && after.trim() == "```" { LeftOut::Fence } else { LeftOut::Text }
}

/// How many references and alternatives of a schema are followed.
const MOST_NESTED: usize = 16;

/// Whether a schema allows a value of the kind, `"object"` or `"array"`. Where it does not say, it does.
#[inline]
fn may_be(kind: &str, schema: &Value, root: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let Value::Object(keywords) = schema else { return true };
    let is = |value: &Value| if kind == "array" { value.is_array() } else { value.is_object() };
    match keywords.get("type") {
        Some(Value::String(one)) => return one == kind,
        Some(Value::Array(several)) => return several.iter().any(|one| one == kind),
        _ => {}
    }
    if let Some(Value::String(reference)) = keywords.get("$ref") {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return target.is_none_or(|target| may_be(kind, target, root, depth));
    }
    if let Some(Value::Array(schemas)) = keywords.get("oneOf").or_else(|| keywords.get("anyOf")) {
        return schemas.iter().any(|schema| may_be(kind, schema, root, depth));
    }
    match (keywords.get("enum"), keywords.get("const")) {
        (Some(Value::Array(values)), _) => values.iter().any(is),
        (_, Some(value)) => is(value),
        _ => true,
    }
}
