//! Names that collide: what is written under one, serde reads as the other, or not at all.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{Attribute, LitStr};

use crate::contract::model::{Field, Fields, Name, Role, Style, Variant, member_name};
use crate::errors::Errors;

/// Reports fields of one object that share a name, and those that have the name of the tag beside them.
pub fn fields(fields: &Fields, tag: Option<&LitStr>, errors: &mut Errors) {
    if fields.style != Style::Named {
        return;
    }
    let named: Vec<_> = fields.list.iter().filter(|field| matches!(field.role, Role::Value { .. })).collect();
    collisions(&named, errors);
    let Some(tag) = tag else { return };
    for field in named {
        let name = tag.value();
        if let Some(span) = given(field, &name) {
            errors.at_with_help(
                &LitStr::new(&name, span),
                format_args!("in JSON `{name}` is both the tag and the field `{}`", field.shown()),
                "give the field another name with `#[serde(rename = \"…\")]`, or write another `tag`",
            );
        }
    }
}

/// Reports variants that share a name.
pub fn variants(variants: &[Variant], errors: &mut Errors) {
    let written: Vec<_> = variants.iter().filter(|variant| !variant.skipped).collect();
    collisions(&written, errors);
}

/// A field or a variant.
trait Named {
    fn name(&self) -> &Name;
    fn aliases(&self) -> &[LitStr];
    fn cfgs(&self) -> &[Attribute];
    /// What it is called in Rust.
    fn shown(&self) -> String;
}

impl Named for Field {
    fn name(&self) -> &Name {
        &self.name
    }

    fn aliases(&self) -> &[LitStr] {
        &self.aliases
    }

    fn cfgs(&self) -> &[Attribute] {
        &self.cfgs
    }

    fn shown(&self) -> String {
        member_name(&self.member)
    }
}

impl Named for Variant {
    fn name(&self) -> &Name {
        &self.name
    }

    fn aliases(&self) -> &[LitStr] {
        &self.aliases
    }

    fn cfgs(&self) -> &[Attribute] {
        &self.cfgs
    }

    fn shown(&self) -> String {
        self.ident.to_string()
    }
}

/// All names of something, each with where it is given.
fn names(of: &impl Named) -> impl Iterator<Item = (String, Span)> {
    let Name { text, span } = of.name();
    let aliases = of.aliases().iter().map(|alias| (alias.value(), alias.span()));
    [(text.clone(), *span)].into_iter().chain(aliases)
}

/// Where something is given a name.
fn given(of: &impl Named, name: &str) -> Option<Span> {
    names(of).find(|(text, _)| text == name).map(|(_, span)| span)
}

/// Whether two may be there at once.
fn coexist(one: &impl Named, other: &impl Named) -> bool {
    let text =
        |cfgs: &[Attribute]| cfgs.iter().map(|cfg| cfg.to_token_stream().to_string()).collect::<Vec<_>>();
    let (one, other) = (text(one.cfgs()), text(other.cfgs()));
    one.is_empty() || other.is_empty() || one == other
}

fn collisions<T: Named>(all: &[&T], errors: &mut Errors) {
    for (index, later) in all.iter().enumerate() {
        let collision = names(*later).find_map(|(name, span)| {
            let earlier = all[..index].iter().find(|earlier| {
                // Of two that are one in Rust, rustc speaks.
                earlier.shown() != later.shown()
                    && coexist(**earlier, *later)
                    && given(**earlier, &name).is_some()
            })?;
            Some((name, span, earlier.shown()))
        });
        if let Some((name, span, earlier)) = collision {
            errors.at_with_help(
                &LitStr::new(&name, span),
                format_args!("in JSON `{name}` is both `{earlier}` and `{}`", later.shown()),
                "give one of them another name with `#[serde(rename = \"…\")]`",
            );
        }
    }
}
