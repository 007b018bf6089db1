//! What a contract cannot have in it, of what is a contract itself: keys that stand beside others of the same name, and
//! what is `null` in an option.
//!
//! A key that is there twice, nothing reads, and what is `null` inside of an option comes back as `None`. Where the macro
//! sees it, it says so; of other contracts only the compiler knows, so these are checks of their constants.

use crate::contract::Contract;
use crate::contract::fields::kind::Probe;
use crate::contract::layout::{Enum, Field, Layout, Member, Shape, Struct, Tagging};
use crate::diagnostics::holds;

/// What is known of a contract: an inherent constant wins over one of a trait.
impl<T: Contract> Probe<T> {
    /// Its tables.
    pub const LAYOUT: Option<&'static Layout> = T::LAYOUT;
    /// Whether `null` is one of its values.
    pub const NULL: bool = T::NULL;
}

/// Answers for what is no contract.
pub trait Undeclared {
    /// It has no tables.
    const LAYOUT: Option<&'static Layout> = None;
    /// Nobody knows.
    const NULL: bool = false;
}

impl<T> Undeclared for Probe<T> {}

/// Whether an object with these fields may have a key.
const fn has_field(fields: &Struct, key: &str) -> bool {
    let mut rest = fields.fields;
    while let [member, others @ ..] = rest {
        let has = match member {
            Member::Field(field) => is_called(field, key),
            Member::Flattened { of, .. } => has_field(of.fields, key),
        };
        if has {
            return true;
        }
        rest = others;
    }
    false
}

/// Whether two structs share a key.
#[must_use]
pub const fn share_key(one: Option<&Layout>, other: Option<&Layout>) -> bool {
    match (one, other) {
        (Some(Layout::Struct(Shape::Struct(one))), Some(Layout::Struct(Shape::Struct(other)))) => {
            share_field(one, other)
        }
        _ => false,
    }
}

/// Whether the fields of two objects share a key.
const fn share_field(one: &Struct, other: &Struct) -> bool {
    let mut rest = one.fields;
    while let [member, others @ ..] = rest {
        let shares = match member {
            Member::Field(Field { name, aliases, .. }) => has_field(other, name) || has_any(other, aliases),
            Member::Flattened { of, .. } => share_field(of.fields, other),
        };
        if shares {
            return true;
        }
        rest = others;
    }
    false
}

/// Whether what stands beside a tag may have a key: a struct, or an enum with a tag of its own.
#[must_use]
pub const fn has_key(layout: Option<&Layout>, key: &str) -> bool {
    match layout {
        Some(Layout::Struct(Shape::Struct(fields))) => has_field(fields, key),
        Some(Layout::Enum(Enum { tagging: Tagging::Internal { tag }, variants, .. })) => {
            let mut rest = *variants;
            while let [variant, others @ ..] = rest {
                if let Shape::Struct(fields) = &variant.body
                    && has_field(fields, key)
                {
                    return true;
                }
                rest = others;
            }
            is(tag, key)
        }
        Some(Layout::Enum(Enum { tagging: Tagging::Adjacent { tag, content }, .. })) => {
            is(tag, key) || is(content, key)
        }
        _ => false,
    }
}

const fn is_called(field: &Field, key: &str) -> bool {
    is(field.name, key) || contains(field.aliases, key)
}

const fn has_any(fields: &Struct, keys: &[&str]) -> bool {
    let mut rest = keys;
    while let [key, others @ ..] = rest {
        if has_field(fields, key) {
            return true;
        }
        rest = others;
    }
    false
}

const fn contains(keys: &[&str], key: &str) -> bool {
    let mut rest = keys;
    while let [one, others @ ..] = rest {
        if is(one, key) {
            return true;
        }
        rest = others;
    }
    false
}

const fn is(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

holds! {
    /// A struct that shares no key with the contract that it is flattened into.
    #[diagnostic::on_unimplemented(
        message = "`{Field}` is a field of contract `{Contract}`, and of `{Self}`, which is flattened into it",
        label = "has the field `{Field}`, too",
        note = "give one of the two another name with `#[serde(rename = \"…\")]`, or hold `{Self}` without `flatten`"
    )]
    FlattensInto<Contract, Field>;

    /// A struct that shares no key with another one that is flattened into the same contract.
    #[diagnostic::on_unimplemented(
        message = "`{Other}` and `{Self}` are both flattened into contract `{Contract}`, and have a field of the same name",
        label = "has a field that `{Other}` has, too",
        note = "give one of the two another name with `#[serde(rename = \"…\")]`, or hold `{Self}` without `flatten`"
    )]
    FlattensBeside<Contract, Other>;

    /// A type that stands beside a tag and has no key of the tag's name.
    #[diagnostic::on_unimplemented(
        message = "`{Tag}` is the tag of contract `{Contract}`, and a key of `{Self}`, which stands beside it",
        label = "has the key `{Tag}`, too",
        note = "write another `tag`, add `content = \"…\"` beside it, or rename the field of `{Self}`"
    )]
    BesideTag<Contract, Tag>;

    /// A type inside an option that is never `null` itself.
    #[diagnostic::on_unimplemented(
        message = "`{Field}` of contract `{Contract}` holds an `Option<{Self}>`, and in JSON `{Self}` may be `null` itself: what goes in as `Some` comes out as `None`",
        label = "may be `null`",
        note = "hold a `{Self}` without the `Option`, or write out an `Option<Option<…>>` as the type of a named field, which is left out where it is `None`"
    )]
    InOption<Contract, Field>;
}
