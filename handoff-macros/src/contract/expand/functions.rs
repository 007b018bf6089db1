//! The functions that the attributes of serde name: `default`, `skip_serializing_if`, `with` and its halves.
//!
//! serde's derives call each in several places, and the compiler reports what is wrong with it in each. So they are told
//! of functions of `handoff`'s, and those of the user's are called here alone, where they are named.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, DeriveInput, Expr, ExprLit, ExprPath, Lit, Path, Type};

use crate::contract::attrs::{edit, serde};
use crate::contract::expand::each_field;
use crate::contract::model::{Contract, DefaultValue, Field, LeftAlone, Role};
use crate::contract::types::bare;
use crate::spans::respan;

/// Tells serde of the functions that are called here.
pub fn redirect(contract: &Contract, item: &mut DeriveInput) {
    let Contract { krate, item: original, layout, schema, .. } = contract;
    let (name, place) = (&original.ident, quote!(#krate::__private::contract));
    if schema.default.is_some() {
        let path = quote!(#place::default_at::<#name, (), #name>);
        rename(&mut item.attrs, "default", &path);
    }
    each_field(item, layout, &mut |field, model| {
        let nth = model.nth_in(&place);
        if made(model).is_some() {
            let path = quote!(#place::default_at::<#name, #nth, _>);
            rename(&mut field.attrs, "default", &path);
        }
        if skips(model).is_some() {
            let path = quote!(#place::skips::<#name, #nth, _>);
            rename(&mut field.attrs, "skip_serializing_if", &path);
        }
        if model.schema.write_with.is_some() {
            let path = quote!(#place::write_at::<#name, #nth, _, _>);
            rename(&mut field.attrs, "serialize_with", &path);
        }
        if let Role::Value { read_with: Some(_) } = model.role {
            let path = quote!(#place::read_at::<#name, #nth, _, _>);
            rename(&mut field.attrs, "deserialize_with", &path);
        }
    });
}

/// Has the attributes of serde name a function under `entry`, in place of what they name there.
fn rename(attributes: &mut Vec<Attribute>, entry: &str, path: &TokenStream) {
    let halves = entry == "serialize_with" || entry == "deserialize_with";
    for attribute in attributes.iter_mut() {
        edit(attribute, &mut |meta| {
            let is_it = meta.path().is_ident(entry) || halves && meta.path().is_ident("with");
            (!is_it).then(|| meta.clone())
        });
    }
    let (entry, path) = (Ident::new(entry, Span::call_site()), path.to_string());
    attributes.push(serde(quote!(#entry = #path)));
}

/// What makes a field that is missing, where a function is named for it, or where its type may have no default and the
/// derive would ask it for one.
fn made(field: &Field) -> Option<TokenStream> {
    match (&field.schema.default, &field.role) {
        (Some(DefaultValue::By(function)), _) => Some(called(function, &TokenStream::new())),
        // That an array is too long to be read is said of its type, and no default of it is missed; of a field that is
        // skipped all is said at once.
        (default, _)
            if field.left_alone == Some(LeftAlone::Made)
                || matches!(default, Some(DefaultValue::OfType)) && is_long(&field.ty) =>
        {
            let ty = &field.ty;
            Some(quote!((&&__contract::Probe::<#ty>::NEW).defaulted()))
        }
        _ => None,
    }
}

/// The function of the user's that says which values of a field are left out.
fn skips(field: &Field) -> Option<&ExprPath> {
    let is_own = field.left_out.is_none_or(|left_out| !left_out.skip_if);
    field.schema.skip_if.as_ref().filter(|_| is_own)
}

/// Whether a type is an array that is longer than those that serde reads.
fn is_long(ty: &Type) -> bool {
    const LONGEST: u64 = 32;
    let Type::Array(array) = bare(ty) else { return false };
    let Expr::Lit(ExprLit { lit: Lit::Int(length), .. }) = &array.len else { return false };
    length.base10_parse::<u64>().is_ok_and(|length| length > LONGEST)
}

/// A call, all of which is where the function is named.
fn called(function: &ExprPath, arguments: &TokenStream) -> TokenStream {
    quote_spanned!(function.span()=> #function(#arguments))
}

/// What calls the functions of the user's: the one for the whole of the contract `name`, and those for its fields.
pub fn definitions(name: &Ident, default: Option<&(Path, DefaultValue)>, fields: Vec<&Field>) -> TokenStream {
    let mut definitions = TokenStream::new();
    if let Some((entry, given)) = default {
        let value = match given {
            DefaultValue::By(function) => called(function, &TokenStream::new()),
            DefaultValue::OfType => {
                let name = respan(quote!(#name), entry.span());
                quote_spanned!(entry.span()=> <#name as ::core::default::Default>::default())
            }
        };
        definitions.extend(quote! {
            #[automatically_derived]
            impl __contract::DefaultAt<(), #name> for #name {
                fn default() -> #name {
                    #value
                }
            }
        });
    }
    for field in fields {
        let (cfgs, ty, nth) = (&field.cfgs, &field.ty, field.nth());
        let mut define = |of: &str, method: TokenStream| {
            let of = Ident::new(of, Span::call_site());
            definitions.extend(quote! {
                #(#cfgs)*
                #[automatically_derived]
                impl __contract::#of<#nth, #ty> for #name {
                    #method
                }
            });
        };
        if let Some(value) = made(field) {
            define("DefaultAt", quote!(fn default() -> #ty { #value }));
        }
        if let Some(function) = skips(field) {
            let (span, value) = (function.span(), local(function, "__value"));
            let (skips, bool) = (called(function, &quote!(#value)), quote_spanned!(span=> bool));
            define("SkipAt", quote!(fn skips(#value: &#ty) -> #bool { #skips }));
        }
        if let Some(function) = &field.schema.write_with {
            let (value, serializer) = (local(function, "__value"), local(function, "__serializer"));
            let written = called(function, &quote!(#value, #serializer));
            let result = result(function, &quote!(__S::Ok), "__S");
            define(
                "WriteAt",
                quote! {
                    fn write<__S: __handoff::__private::serde::Serializer>(#value: &#ty, #serializer: __S) -> #result {
                        #written
                    }
                },
            );
        }
        if let Role::Value { read_with: Some(function) } = &field.role {
            let deserializer = local(function, "__deserializer");
            let read = called(function, &quote!(#deserializer));
            let result = result(function, &quote!(#ty), "__D");
            define(
                "ReadAt",
                quote! {
                    fn read<'de, __D: __handoff::__private::serde::Deserializer<'de>>(#deserializer: __D) -> #result {
                        #read
                    }
                },
            );
        }
    }
    definitions
}

/// A parameter, as what is called where `function` is named sees it.
fn local(function: &ExprPath, name: &str) -> Ident {
    Ident::new(name, function.span())
}

/// What reads or writes returns, where `function` is named: there rustc says what is expected.
fn result(function: &ExprPath, value: &TokenStream, by: &str) -> TokenStream {
    let by = Ident::new(by, function.span());
    let value = respan(value.clone(), function.span());
    quote_spanned!(function.span()=> ::core::result::Result<#value, #by::Error>)
}
