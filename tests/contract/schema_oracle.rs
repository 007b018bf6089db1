//! The oracle of the schemas: those of contracts are those that schemars' derive makes of the same items.
//!
//! `twins!` takes items once, and makes two modules of them: in `ours` they are contracts, in `theirs` they derive what a
//! contract has and are told by hand what a contract says. The names are the same, so that `$defs` agree. Where the
//! two part on purpose, `on_purpose` says how.

use std::fmt::Write as _;

use handoff::Contract;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// `closed struct …`, `open enum …`, `flattened struct …`, which is a closed struct that has `flatten` in it, or `denied
/// struct …`, which has `deny_unknown_fields` already. What stands in braces in front goes into both modules as it is.
macro_rules! twins {
    (
        $({ $($beside:tt)* })?
        $($(#[$($meta:tt)*])* $form:ident $kind:tt $name:ident $body:tt $(;)?)*
    ) => {
        // They are what users may write, and not what they should.
        #[allow(clippy::all, clippy::pedantic, dead_code, deprecated, unused_imports)]
        pub(in crate::schema_oracle) mod ours {
            use super::*;
            use crate::schema_oracle::shared::ours as shared;

            $($($beside)*)?
            $(ours! { $form $(#[$($meta)*])*, $kind $name $body })*
        }

        #[allow(clippy::all, clippy::pedantic, dead_code, deprecated, unused_imports)]
        pub(in crate::schema_oracle) mod theirs {
            use super::*;
            use crate::schema_oracle::shared::theirs as shared;

            $($($beside)*)?
            $(theirs! { $form $(#[$($meta)*])*, $kind $name $body })*
        }

        /// What differs, of all of them.
        #[allow(dead_code, deprecated)]
        pub(super) fn differences() -> Vec<String> {
            vec![$(
                $crate::schema_oracle::differences::<ours::$name, theirs::$name>(
                    concat!(module_path!(), "::", stringify!($name)),
                )
            ),*]
        }
    };
}

macro_rules! ours {
    (open $(#[$($meta:tt)*])*, $($item:tt)*) => {
        item! { #[handoff::contract(open)] $(#[$($meta)*])*, $($item)* }
    };
    ($form:ident $(#[$($meta:tt)*])*, $($item:tt)*) => {
        item! { #[handoff::contract] $(#[$($meta)*])*, $($item)* }
    };
}

macro_rules! theirs {
    // No field of a tuple has a name that could be unknown.
    (closed $(#[$($meta:tt)*])*, $kind:tt $name:ident { $($body:tt)* }) => {
        theirs! { open #[serde(deny_unknown_fields)] $(#[$($meta)*])*, $kind $name { $($body)* } }
    };
    // serde cannot both flatten and deny.
    (flattened $(#[$($meta:tt)*])*, $($item:tt)*) => {
        theirs! { open #[schemars(extend("additionalProperties" = false))] $(#[$($meta)*])*, $($item)* }
    };
    ($form:ident $(#[$($meta:tt)*])*, $($item:tt)*) => {
        item! {
            #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
            $(#[$($meta)*])*,
            $($item)*
        }
    };
}

macro_rules! item {
    ($(#[$($meta:tt)*])*, $kind:tt $name:ident { $($body:tt)* }) => {
        $(#[$($meta)*])*
        pub(in crate::schema_oracle) $kind $name { $($body)* }
    };
    ($(#[$($meta:tt)*])*, $kind:tt $name:ident ($($body:tt)*)) => {
        $(#[$($meta)*])*
        pub(in crate::schema_oracle) $kind $name($($body)*);
    };
    ($(#[$($meta:tt)*])*, $kind:tt $name:ident ;) => {
        $(#[$($meta)*])*
        pub(in crate::schema_oracle) $kind $name;
    };
}

mod attributes;
mod barrier;
mod by_hand;
mod documentation;
mod enums;
mod fields;
mod functions;
mod names;
mod on_purpose;
mod shared;
mod structs;

/// What differs between a contract and its twin, in words; nothing where they agree.
fn differences<Ours: Contract, Theirs: JsonSchema>(name: &str) -> String {
    let mut facts = facts::<Ours, Theirs>();
    facts.push(("its schema".to_owned(), pretty(Ours::schema()), root::<Theirs>(SchemaSettings::default())));
    told_apart(name, facts)
}

/// The same for what is in a contract and none itself.
fn described_differently<Ours: JsonSchema, Theirs: JsonSchema>(name: &str) -> String {
    told_apart(name, facts::<Ours, Theirs>())
}

/// All that schemars asks of a type, what our type answers, and what theirs does.
fn facts<Ours: JsonSchema, Theirs: JsonSchema>() -> Vec<(String, String, String)> {
    let mut facts = Vec::new();
    let mut fact = |what: &str, ours: String, theirs: String| facts.push((what.to_owned(), ours, theirs));
    for (what, settings) in settings() {
        fact(what, root::<Ours>(settings.clone()), root::<Theirs>(settings.clone()));
        let what = format!("{what}, in an `Option`");
        fact(&what, root::<Option<Ours>>(settings.clone()), root::<Option<Theirs>>(settings));
    }
    fact("its name", Ours::schema_name().into(), Theirs::schema_name().into());
    fact("inline", Ours::inline_schema().to_string(), Theirs::inline_schema().to_string());
    facts
}

/// The first difference in full: the others are most often the same.
fn told_apart(name: &str, mut facts: Vec<(String, String, String)>) -> String {
    facts.retain(|(_, ours, theirs)| ours != theirs);
    let Some((what, ours, theirs)) = facts.first() else { return String::new() };
    let mut told = format!("`{name}`: {what}\nours: {ours}\nschemars: {theirs}\n");
    for (what, ..) in &facts[1..] {
        writeln!(told, "and: {what}").expect("a text");
    }
    told.push('\n');
    told
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

fn root<T: JsonSchema>(settings: SchemaSettings) -> String {
    pretty(&SchemaGenerator::new(settings).into_root_schema_for::<T>())
}

fn pretty(schema: &Schema) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is JSON")
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
        by_hand::differences(),
        barrier::differences(),
    ]
    .concat();
    let differences = differences.concat();
    assert!(differences.is_empty(), "\n{differences}");
}
