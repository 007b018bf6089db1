//! The oracle of the schemas: those of contracts are those that schemars' derive makes of the same items.

use std::any::type_name;
use std::fmt::Write as _;

use handoff::Contract;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

/// A table of types, each written once, as a user writes it below `#[contract]`. Two modules are made of it: in `ours` the
/// types are contracts, in `theirs` they derive what a contract has and are told by hand what a contract says. The names
/// are the same, so that `$defs` agree. What stands in braces at the head of a table goes into both modules as it is.
///
/// What is not usual stands in front of `struct` and `enum`: `[open]`; `[flat]`, of a struct with `flatten` in it;
/// `[denied]`, with `deny_unknown_fields` already; `[by (…) (…)]`, where the attributes of both are written out. Behind a
/// type, `=> change` is how our schema parts from schemars' on purpose.
///
/// Types share a body where their names stand in brackets: an enum externally, internally and adjacently tagged, and
/// untagged, with `_` for none; a newtype, and the same transparent.
macro_rules! oracle {
    (
        $({ $($beside:tt)* })?
        $($(#[$($meta:tt)*])* $([$($form:tt)*])? $kind:ident $name:tt $body:tt $(=> $change:ident)? $(;)?)*
    ) => {
        module! { ours { $($($beside)*)? } $({ [$($($form)*)?] [$(#[$($meta)*])*] $kind $name $body })* }
        module! { theirs { $($($beside)*)? } $({ [$($($form)*)?] [$(#[$($meta)*])*] $kind $name $body })* }

        /// What differs, of all of them.
        #[allow(deprecated)]
        pub(super) fn differences() -> String {
            let mut found = String::new();
            $(compare! { found [$($change)?] $name })*
            found
        }
    };
}

macro_rules! module {
    ($who:ident { $($beside:tt)* } $({ $($twin:tt)* })*) => {
        // They are what users may write, and not what they should.
        #[allow(clippy::all, clippy::pedantic, dead_code, deprecated, unused_imports)]
        pub(in crate::schema_oracle) mod $who {
            use super::*;
            use crate::schema_oracle::{common::*, shared::$who as shared};

            $($beside)*
            $(twin! { $who $($twin)* })*
        }
    };
}

macro_rules! twin {
    ($who:ident $form:tt [$($meta:tt)*] enum [$external:tt $internal:tt $adjacent:tt $untagged:tt] $body:tt) => {
        twin! { $who $form [$($meta)*] enum $external $body }
        twin! { $who $form [#[serde(tag = "type")] $($meta)*] enum $internal $body }
        twin! { $who $form [#[serde(tag = "t", content = "c")] $($meta)*] enum $adjacent $body }
        twin! { $who $form [#[serde(untagged)] $($meta)*] enum $untagged $body }
    };
    ($who:ident $form:tt [$($meta:tt)*] struct [$newtype:tt $transparent:tt] $body:tt) => {
        twin! { $who $form [$($meta)*] struct $newtype $body }
        twin! { $who $form [#[serde(transparent)] $($meta)*] struct $transparent $body }
    };
    ($who:ident $form:tt $meta:tt $kind:ident _ $body:tt) => {};
    (ours [by ($($own:tt)*) $theirs:tt] [$($meta:tt)*] $($item:tt)*) => { item! { [$($own)* $($meta)*] $($item)* } };
    (theirs [by $ours:tt ($($own:tt)*)] [$($meta:tt)*] $($item:tt)*) => { item! { [$($own)* $($meta)*] $($item)* } };
    (ours [open] [$($meta:tt)*] $($item:tt)*) => { item! { [#[handoff::contract(open)] $($meta)*] $($item)* } };
    (ours $form:tt [$($meta:tt)*] $($item:tt)*) => { item! { [#[handoff::contract] $($meta)*] $($item)* } };
    // No field of a tuple has a name that could be unknown.
    (theirs [] [$($meta:tt)*] $kind:ident $name:ident { $($body:tt)* }) => {
        twin! { theirs [denied] [#[serde(deny_unknown_fields)] $($meta)*] $kind $name { $($body)* } }
    };
    // serde cannot both flatten and deny.
    (theirs [flat] [$($meta:tt)*] $($item:tt)*) => {
        twin! { theirs [open] [#[schemars(extend("additionalProperties" = false))] $($meta)*] $($item)* }
    };
    (theirs $form:tt [$($meta:tt)*] $($item:tt)*) => {
        item! {
            [#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)] $($meta)*]
            $($item)*
        }
    };
}

macro_rules! item {
    ([$($meta:tt)*] $kind:ident $name:ident ($($body:tt)*)) => {
        $($meta)* pub(in crate::schema_oracle) $kind $name($($body)*);
    };
    ([$($meta:tt)*] $kind:ident $name:ident $body:tt) => { $($meta)* pub(in crate::schema_oracle) $kind $name $body };
}

macro_rules! compare {
    ($found:ident $change:tt _) => {};
    ($found:ident $change:tt [$($name:tt)*]) => { $(compare! { $found $change $name })* };
    ($found:ident [$($change:ident)?] $name:ident) => {
        let change = None::<$crate::schema_oracle::Change>$(.or(Some($change)))?;
        $found += &$crate::schema_oracle::differences::<ours::$name, theirs::$name>(change);
    };
}

mod attributes;
mod barrier;
mod documentation;
mod enums;
mod fields;
mod functions;
mod names;
mod on_purpose;
mod shared;
mod structs;

/// What the tables name.
mod common {
    pub(super) use std::borrow::Cow;
    pub(super) use std::collections::*;

    pub(super) use schemars::{Schema, SchemaGenerator, json_schema};
    pub(super) use serde_json::{Value, json};
}

/// What our schema says in place of schemars', if it is that of what is read, or of what is written.
type Change = fn(schema: &mut Value, is_read: bool);

/// What differs between a contract and its twin, in words; nothing where they agree, but for the change.
fn differences<Ours: Contract, Theirs: JsonSchema>(change: Option<Change>) -> String {
    let mut facts = facts::<Ours, Theirs>(change);
    let kept = Ours::schema().as_value().clone();
    facts.push(("as it is kept".to_owned(), kept, root::<Ours>(&SchemaSettings::default())));
    if change.is_some() && described_differently::<Ours, Theirs>().is_empty() {
        return format!("`{}` is as schemars has it: there is nothing to change\n\n", type_name::<Theirs>());
    }
    told_apart::<Theirs>(facts)
}

/// The same for what is in a contract and none itself.
fn described_differently<Ours: JsonSchema, Theirs: JsonSchema>() -> String {
    told_apart::<Theirs>(facts::<Ours, Theirs>(None))
}

/// All that schemars asks of a type, what our type answers, and what theirs does.
fn facts<Ours: JsonSchema, Theirs: JsonSchema>(change: Option<Change>) -> Vec<(String, Value, Value)> {
    let mut facts = Vec::new();
    for (what, settings) in settings() {
        let mut theirs = root::<Theirs>(&settings);
        if let Some(change) = change {
            change(&mut theirs, settings.contract.is_deserialize());
        } else {
            let option = format!("{what}, in an `Option`");
            facts.push((option, root::<Option<Ours>>(&settings), root::<Option<Theirs>>(&settings)));
        }
        facts.push((what.to_owned(), root::<Ours>(&settings), theirs));
    }
    facts.push(("its name".to_owned(), Ours::schema_name().into(), Theirs::schema_name().into()));
    facts.push(("inline".to_owned(), Ours::inline_schema().into(), Theirs::inline_schema().into()));
    facts
}

/// The first difference in full: the others are most often the same.
fn told_apart<T>(mut facts: Vec<(String, Value, Value)>) -> String {
    let text = Value::to_string; // the order of the keywords is a part of it
    facts.retain(|(_, ours, theirs)| text(ours) != text(theirs));
    let Some((what, ours, theirs)) = facts.first() else { return String::new() };
    let mut told = format!("`{}`: {what}\nours: {ours:#}\nschemars: {theirs:#}\n", type_name::<T>());
    for (what, ..) in &facts[1..] {
        writeln!(told, "and: {what}").expect("a text");
    }
    told + "\n"
}

/// Everything that a schema depends on.
fn settings() -> [(&'static str, SchemaSettings); 4] {
    let settings = SchemaSettings::draft2020_12();
    [
        ("as it is read", settings.clone()),
        ("as it is written", settings.clone().for_serialize()),
        ("inlined", settings.clone().with(|settings| settings.inline_subschemas = true)),
        ("with titles", settings.with(|settings| settings.untagged_enum_variant_titles = true)),
    ]
}

fn root<T: JsonSchema>(settings: &SchemaSettings) -> Value {
    SchemaGenerator::new(settings.clone()).into_root_schema_for::<T>().to_value()
}

#[test]
fn contracts_are_described_as_schemars_describes_them() {
    let differences = [
        shared::differences(),
        fields::differences(),
        structs::differences(),
        enums::differences(),
        names::differences(),
        attributes::differences(),
        functions::differences(),
        documentation::differences(),
        on_purpose::differences(),
        barrier::differences(),
    ]
    .concat();
    assert!(differences.is_empty(), "\n{differences}");
}
