//! Reading a contract from a text with other text around it. Only that text is left out; what is read is read
//! strictly.

use std::ops::Range;

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::json::find::{self, Found, Unclear};
use crate::contract::json::thoughts;
use crate::contract::violation::{ContractViolation, Violations};

/// A value that was read leniently, by [`Contract::parse_lenient`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lenient<T> {
    /// The value.
    pub value: T,
    /// The text around the value that was left out: `None` if there was nothing but white space.
    pub left_out: Option<LeftOut>,
}

/// The kind of text that was left out around JSON; of several kinds, the last in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// A code fence.
    Fence,
    /// The thoughts of a reasoning model.
    Thoughts,
    /// Any other text: words, a byte order mark, several fences.
    Text,
}

/// What [`Contract::parse_lenient`] does.
#[inline]
pub(crate) fn parse<T: Contract>(text: &str) -> Result<Lenient<T>, ContractViolation> {
    read(text, T::schema().as_value(), &T::parse)
}

/// Reads a text by `parse`, and where it is no JSON, the one value in it that the schema may allow.
#[inline]
pub(crate) fn read<V>(
    text: &str,
    schema: &Value,
    parse: &dyn Fn(&str) -> Result<V, ContractViolation>,
) -> Result<Lenient<V>, ContractViolation> {
    let strict = match parse(text) {
        Ok(value) => return Ok(Lenient { value, left_out: None }),
        Err(violation) => violation,
    };
    if strict.violations().first().is_none_or(|violation| violation.keyword != "syntax") {
        return Err(strict);
    }
    let takes = |kind| may_be(kind, schema, schema, MOST_NESTED);
    let (objects, lists) = (takes("object"), takes("array"));
    let unclear = match find::the_one(text, lists) {
        Ok(found) => {
            let value = parse(&text[found.value.clone()])?;
            return Ok(Lenient { value, left_out: Some(left_out(text, &found)) });
        }
        Err(unclear) => unclear,
    };
    let sought = match (objects, lists) {
        (true, true) => "exactly one object or list",
        (true, false) => "exactly one object",
        (false, true) => "exactly one list",
        (false, false) => "a value with nothing around it but a code fence",
    };
    let message = unclear.message(text, sought);
    let mut violations = Violations::new();
    match unclear {
        Unclear::Broken { start, .. } => {
            report_broken(parse(&text[start..]).err().as_ref(), message, &mut violations);
        }
        _ => violations.report("syntax", message),
    }
    Err(ContractViolation::named(strict.contract().to_owned().into(), violations))
}

/// Reads an agent's reply as JSON.
#[inline]
pub(crate) fn reply<T: Contract>(text: &str, lenient: bool) -> Result<Lenient<T>, ContractViolation> {
    if lenient {
        return T::parse_lenient(text);
    }
    T::parse(text).map(|value| Lenient { value, left_out: None })
}

/// Takes a text as it is, but for the thoughts in it.
///
/// # Errors
///
/// Where the text ends within its thoughts.
#[inline]
pub(crate) fn prose(text: String) -> Result<Lenient<String>, ContractViolation> {
    let body = find::trimmed(&text, 0..text.len());
    match thoughts::thoughts(&text, &body) {
        Ok(thoughts) if thoughts.is_empty() => Ok(Lenient { value: text, left_out: None }),
        Ok(thoughts) => {
            let start = if thoughts[0].start == body.start { body.start } else { 0 };
            let value = without(&text, start..text.len(), &thoughts);
            Ok(Lenient { value, left_out: Some(LeftOut::Thoughts) })
        }
        Err(unfinished) => {
            let mut violations = Violations::new();
            violations.report("syntax", Unclear::Thinking(unfinished).message(&text, ""));
            Err(ContractViolation::of::<String>(violations))
        }
    }
}

/// Reports JSON that breaks off, with the place and the reason of a strict reading of it.
#[inline]
fn report_broken(strict: Option<&ContractViolation>, message: String, violations: &mut Violations) {
    let Some(first) = strict.and_then(|strict| strict.violations().first()) else {
        return violations.report("syntax", message);
    };
    let reason = first.message().strip_prefix("not valid JSON: ").unwrap_or(first.message());
    violations.report("syntax", format!("{message}: {reason}"));
    violations.set_pointer_of_last(first.pointer.clone());
}

#[inline]
fn left_out(text: &str, found: &Found) -> LeftOut {
    let before = without(text, 0..found.value.start, &found.thoughts);
    let after = without(text, found.value.end..text.len(), &found.thoughts);
    let (before, after) = (before.trim(), after.trim());
    let in_language = |character| !matches!(character, '`' | '\n' | ' ');
    let opens = before.strip_prefix("```").is_some_and(|language| language.chars().all(in_language));
    let fence = opens && after == "```";
    let nothing = before.is_empty() && after.is_empty();
    match found.thoughts.is_empty() {
        true if fence => LeftOut::Fence,
        false if fence || nothing => LeftOut::Thoughts,
        _ => LeftOut::Text,
    }
}

/// A part of a text without its thoughts, and without the white space that follows them.
#[inline]
fn without(text: &str, part: Range<usize>, thoughts: &[Range<usize>]) -> String {
    let mut rest = String::new();
    let mut at = part.start;
    for thought in thoughts.iter().filter(|thought| part.start <= thought.start && thought.end <= part.end) {
        rest.push_str(&text[at..thought.start]);
        let after = &text[thought.end..part.end];
        at = part.end - after.trim_start().len();
    }
    rest.push_str(&text[at..part.end]);
    rest
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
