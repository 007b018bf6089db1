//! `#[contract]`, third phase: from the valid model to tokens. Nothing can fail here.

mod checks;
mod fallback;
mod field;
mod functions;
mod impls;
pub mod json_types;
mod nested;
mod opaque;
mod shadow;
mod tables;

pub use fallback::fallback;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Data, DeriveInput, Field as SynField, Fields as SynFields};

use crate::contract::attrs::{derive, schemars, serde, without_helpers};
use crate::contract::model::{
    Contract, Derive, Enum, Field, Fields, Layout, LeftOut, Role, Style, Tagging, Variant,
};
use crate::editor;

/// Writes the item with its derives, what stands before it, and the implementation of `Contract`.
pub fn contract(contract: &Contract, before: &TokenStream) -> TokenStream {
    let Contract { krate, deny_unknown_fields, close_schema, max_tokens, layout, .. } = contract;
    let annotated = for_derives(contract);
    let item = concrete(&item(contract, &annotated));
    let name = &contract.item.ident;
    let definitions = layout.fields().into_iter().filter_map(|field| field::definition(name, field));
    let widths = impls::widths(name, layout);
    let closed = *deny_unknown_fields || *close_schema;
    let declaration = tables::declaration(contract, closed);
    let implementation = impls::implementation(name, max_tokens.as_ref(), &declaration, layout);
    let deserialize = shadow::is_read(contract).then(|| shadow::deserialize(contract, &annotated));
    let opaque = opaque::definitions(contract);
    let functions = functions::definitions(name, contract.schema.default.as_ref(), layout.fields());
    let json_types = json_types::checks(contract);
    let nested = nested::checks(contract);
    let describes = contract.derives.contains(&Derive::JsonSchema);
    let json_schema = describes.then(|| impls::json_schema(contract));
    quote! {
        #before

        #item

        #[allow(
            clippy::all,
            clippy::pedantic,
            dead_code,
            deprecated,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            unused_imports,
            unused_qualifications,
            unused_variables
        )]
        const _: () = {
            use #krate as __handoff;
            use __handoff::__private::contract as __contract;
            use __contract::traits::*;
            #deserialize
            #json_schema
            #opaque
            #functions
            #json_types
            #nested
            #(#definitions)*
            #implementation
            #widths
        };
    }
}

/// Writes an item with an empty list of parameters at no place of the user's: rustc would offer to add one for a type that it
/// cannot find, where it stands in the item, and so report it once more than elsewhere.
fn concrete(item: &DeriveInput) -> TokenStream {
    if !item.generics.params.is_empty() || editor::watches() {
        return item.to_token_stream();
    }
    let mut written = TokenStream::new();
    let mut is_named = false;
    for tree in item.to_token_stream() {
        let is_name = is_named;
        is_named = matches!(&tree, TokenTree::Ident(ident) if ident == "struct" || ident == "enum");
        written.extend([tree]);
        if is_name {
            written.extend(quote!(<>));
        }
    }
    written
}

/// Puts its derives on the item, and leaves it the attributes that they understand.
fn item(contract: &Contract, annotated: &DeriveInput) -> DeriveInput {
    let Contract { krate, derives, .. } = contract;
    let mut item = annotated.clone();
    let is_read = shadow::is_read(contract);
    let by_hand = opaque::writes_debug_and_clone(contract);
    if derives.contains(&Derive::Serialize) {
        opaque::write_with(contract, &mut item);
    }
    let own = |derive: Derive| !derives.contains(&derive);
    // `Serialize` always stands on the item, and understands the attributes of serde.
    without_helpers(&mut item, true, own(Derive::JsonSchema));
    let derives = derives.iter().filter_map(|derive| match derive {
        Derive::Debug => (!by_hand).then(|| quote!(::core::fmt::Debug)),
        Derive::Clone => (!by_hand).then(|| quote!(::core::clone::Clone)),
        Derive::Serialize => Some(quote!(#krate::__private::serde::Serialize)),
        Derive::Deserialize => (!is_read).then(|| quote!(#krate::__private::serde::Deserialize)),
        Derive::JsonSchema => None,
    });
    // In front: helper attributes may stand only below the derive that understands them.
    item.attrs.insert(0, derive(quote!(#(#derives),*)));
    item
}

/// Adds to the item what the derives of serde, and that of schemars where it is the user's, are to be told.
fn for_derives(contract: &Contract) -> DeriveInput {
    let Contract { krate, item, own_crate, deny_unknown_fields, close_schema, layout, .. } = contract;
    let mut item = item.clone();
    if !own_crate.serde {
        let path = quote!(#krate::__private::serde).to_string();
        item.attrs.push(serde(quote!(crate = #path)));
    }
    leave_out(&quote!(#krate::__private::contract), &mut item, layout);
    if *deny_unknown_fields {
        item.attrs.push(serde(quote!(deny_unknown_fields)));
    }
    if !contract.derives.contains(&Derive::JsonSchema) {
        if !own_crate.schemars {
            let path = quote!(#krate::__private::schemars).to_string();
            item.attrs.push(schemars(quote!(crate = #path)));
        }
        if *close_schema {
            item.attrs.push(schemars(quote!(extend("additionalProperties" = false))));
        }
        add_keywords(&quote!(#krate::__private::contract), &mut item, layout);
    }
    functions::redirect(contract, &mut item);
    item
}

/// Tells the derives of fields that are left out where they are `None`.
fn leave_out(place: &TokenStream, item: &mut DeriveInput, layout: &Layout) {
    each_field(item, layout, &mut |field, model| {
        let Some(LeftOut { default, skip_if }) = model.left_out else { return };
        let read = quote!(#place::there).to_string();
        field.attrs.push(serde(quote!(deserialize_with = #read)));
        if default {
            field.attrs.push(serde(quote!(default)));
        }
        if skip_if {
            field.attrs.push(serde(quote!(skip_serializing_if = "::core::option::Option::is_none")));
        }
    });
}

/// Tells the derive of schemars of the checks: each field that has some gets a transform.
fn add_keywords(place: &TokenStream, item: &mut DeriveInput, layout: &Layout) {
    let name = item.ident.clone();
    each_field(item, layout, &mut |field, model| {
        if model.has_checks() {
            let nth = model.nth_in(place);
            let path = quote!(#place::keywords::<#name, #nth, _>);
            field.attrs.push(schemars(quote!(transform = #path)));
        }
    });
    let (Data::Enum(data), Layout::Enum(of)) = (&mut item.data, layout) else { return };
    for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
        if let Some(field) = held_beside_tag(of, model) {
            let nth = field.nth_in(place);
            let path = quote!(#place::close_variant::<#name, #nth, _>);
            variant.attrs.push(schemars(quote!(transform = #path)));
        }
    }
}

/// Calls a function with each field of the item, and what the model has of it.
fn each_field(item: &mut DeriveInput, layout: &Layout, change: &mut dyn FnMut(&mut SynField, &Field)) {
    let mut each = |fields: &mut SynFields, model: &Fields| {
        for (field, model) in fields.iter_mut().zip(&model.list) {
            change(field, model);
        }
    };
    match (&mut item.data, layout) {
        (Data::Struct(data), Layout::Struct(fields)) => each(&mut data.fields, fields),
        (Data::Enum(data), Layout::Enum(of)) => {
            for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
                each(&mut variant.fields, &model.fields);
            }
        }
        _ => {}
    }
}

/// Finds what stands beside the tag in a variant with one value.
fn held_beside_tag<'m>(of: &'m Enum, variant: &'m Variant) -> Option<&'m Field> {
    let internal = matches!(of.tagging, Tagging::Internal { .. });
    let held = variant.fields.list.first().filter(|_| variant.fields.style == Style::Newtype)?;
    (internal && !variant.skipped && matches!(held.role, Role::Value { read_with: None })).then_some(held)
}
