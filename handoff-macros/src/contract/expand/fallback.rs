//! What stands for a contract that is wrong: the item, and implementations that keep whoever uses it quiet.
//!
//! Nothing is derived of what a contract needs, not even where the user derives it: what is wrong with the attributes was
//! said, and a derive would say it again, or say of a field what is not known to be a mistake of its own.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, GenericParam, Generics, Path, Type, parse_quote};

use crate::contract::attrs::{derive, without_helpers};
use crate::contract::crossing::refers;
use crate::contract::expand::{concrete, field, functions, opaque};
use crate::contract::model::{Derive, Fallback, Field};
use crate::errors::Errors;
use crate::{editor, read};

/// The item as it can stand, what stands before it, the errors, and the implementations.
pub fn fallback(fallback: &Fallback, errors: &Errors, before: &TokenStream) -> TokenStream {
    let Fallback { krate, item, above, default, layout, stays, has_confidence } = fallback;
    let mut item = item.clone();
    without_derives(&mut item);
    without_helpers(&mut item, false, false);
    let name = item.ident.clone();
    let (mut errors, mut replaced) = (errors.shown(), TokenStream::new());
    // A type parameter would be left without a use.
    if !stays.is_empty() && item.generics.params.is_empty() && !editor::watches() {
        let wrong = format_ident!("__{}_is_wrong", name.unraw());
        errors = quote!(#[allow(non_upper_case_globals)] const #wrong: usize = { #errors };);
        replaced = without_types(&mut item, stays, &parse_quote!([[(); #wrong]; #wrong]));
    }
    let fields = layout.as_ref().filter(|_| item.generics.params.is_empty()).map(|layout| {
        let mut fields = opaque::places(layout);
        let is_said = |field: &Field| stays.contains(&field.number) || refers(field.ty.to_token_stream());
        fields.retain(|(field, _)| !is_said(field));
        let models = fields.iter().map(|(field, _)| *field).collect();
        let functions = functions::definitions(&name, default.as_ref(), models);
        // Of an opaque field either is said, and there is no code that could ask which.
        let known = fields.iter().filter(|(field, _)| !field.is_foreign());
        let checked: TokenStream = known.map(|(checked, _)| field::checked(&name, checked)).collect();
        let checks = opaque::checks(krate, &name, fields, false);
        quote!(#functions #checked #checks)
    });
    with_lifetimes(&mut item);
    let concrete = concrete(&item);
    let text = name.unraw().to_string();
    let Header { parameters, arguments, bounds } = Header::of(&item.generics);
    let this = quote!(#name<#arguments> where #bounds);
    let missing = Derive::ALL.iter().filter(|derive| !above.contains(derive));
    let implementations = missing.map(|derive| implementation(*derive, &parameters, &this, &text));
    let named = matches!(&item.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    let named = named.then(|| quote!(impl<#parameters> __contract::Fields for #this {}));
    quote! {
        #before

        #concrete
        #errors

        #[allow(clippy::all, clippy::pedantic, deprecated, unused_imports)]
        const _: () = {
            use #krate as __handoff;
            use __handoff::__private::contract as __contract;
            use __contract::traits::*;

            #(#implementations)*

            #[automatically_derived]
            impl<#parameters> __contract::Derived for #this {
                const HAS_CONFIDENCE: bool = #has_confidence;
                const JSON_TYPE: __contract::JsonType = __contract::JsonType::Unknown;

                fn check(&self, _: &mut __contract::Violations) {}
            }

            #named
            #fields
            #replaced
        };
    }
}

/// An implementation of what a contract needs, for `this` and its parameters.
fn implementation(of: Derive, parameters: &TokenStream, this: &TokenStream, text: &str) -> TokenStream {
    let implementation = match of {
        Derive::Debug => quote! {
            impl<#parameters> ::core::fmt::Debug for #this {
                fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::result::Result::Ok(())
                }
            }
        },
        Derive::Clone => quote! {
            impl<#parameters> ::core::clone::Clone for #this {
                fn clone(&self) -> Self {
                    loop {}
                }
            }
        },
        Derive::Serialize => quote! {
            impl<#parameters> __handoff::__private::serde::Serialize for #this {
                fn serialize<__S: __handoff::__private::serde::Serializer>(
                    &self,
                    __serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    __handoff::__private::serde::Serializer::serialize_unit(__serializer)
                }
            }
        },
        Derive::Deserialize => quote! {
            impl<'de, #parameters> __handoff::__private::serde::Deserialize<'de> for #this {
                fn deserialize<__D: __handoff::__private::serde::Deserializer<'de>>(
                    _: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    // For what the compiler is trusted to report: without that no program comes of it.
                    const { ::core::panic!("not a contract") }
                }
            }
        },
        Derive::JsonSchema => quote! {
            impl<#parameters> __contract::JsonSchema for #this {
                fn schema_name() -> __handoff::__private::Cow<'static, str> {
                    __handoff::__private::Cow::Borrowed(#text)
                }

                fn json_schema(_: &mut __contract::SchemaGenerator) -> __contract::Schema {
                    ::core::default::Default::default()
                }
            }
        },
    };
    quote!(#[automatically_derived] #implementation)
}

/// Takes off the derives of what is implemented here.
fn without_derives(item: &mut DeriveInput) {
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let Ok(mut left) = read::arguments::<Path>(attribute) else { continue };
        left.retain(|path| {
            let is = |derive: &Derive| path.segments.last().is_some_and(|last| last.ident == derive.name());
            !Derive::ALL.iter().any(is)
        });
        *attribute = derive(quote!(#(#left),*));
    }
}

/// Has an array of as many items as an error says stand for the types of fields. To the compiler such a type is as wrong as
/// it is to us: it says nothing of whatever comes of it, as that it cannot be sent, or is not what was expected. The answer
/// mentions what they were, or their imports would be without a use.
fn without_types(item: &mut DeriveInput, stays: &[usize], wrong: &Type) -> TokenStream {
    let mut replaced = TokenStream::new();
    let mut number = 0;
    each_type(item, &mut |ty| {
        if stays.contains(&number) {
            let ty = std::mem::replace(ty, wrong.clone());
            if is_nameable(ty.to_token_stream()) {
                let alias = format_ident!("__Type{number}");
                replaced.extend(quote!(#[allow(dead_code)] type #alias = #ty;));
            }
        }
        number += 1;
    });
    replaced
}

/// Whether a type says all of itself.
fn is_nameable(ty: TokenStream) -> bool {
    ty.into_iter().all(|token| match token {
        TokenTree::Ident(ident) => ident != "_" && ident != "impl",
        TokenTree::Group(group) => is_nameable(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

/// Gives the references a lifetime that leave it out: they were reported.
fn with_lifetimes(item: &mut DeriveInput) {
    each_type(item, &mut |ty| {
        let tokens = ty.to_token_stream();
        if refers(tokens.clone()) {
            *ty = Type::Verbatim(with_static(with_lifetime(tokens), &[format_ident!("_")]));
        }
    });
}

fn with_lifetime(tokens: TokenStream) -> TokenStream {
    let is =
        |tree: &TokenTree, character| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character);
    let mut lasting = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let elided = is(&token, '&') && !tokens.peek().is_some_and(|next| is(next, '\''));
        lasting.extend([match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), with_lifetime(group.stream())).into(),
            token => token,
        }]);
        if elided {
            lasting.extend(quote!('static));
        }
    }
    lasting
}

/// Changes the types of the fields, in the order of their numbers.
fn each_type(item: &mut DeriveInput, change: &mut dyn FnMut(&mut Type)) {
    let mut each = |fields: &mut Fields| fields.iter_mut().for_each(|field| change(&mut field.ty));
    match &mut item.data {
        Data::Struct(data) => each(&mut data.fields),
        Data::Enum(data) => data.variants.iter_mut().for_each(|variant| each(&mut variant.fields)),
        Data::Union(_) => {}
    }
}

/// How the implementations begin for a generic item, which is no contract, but is used as one.
struct Header {
    parameters: TokenStream,
    arguments: TokenStream,
    bounds: TokenStream,
}

impl Header {
    /// A contract borrows nothing: whatever lifetimes there are, they are `'static`.
    fn of(generics: &Generics) -> Self {
        let (mut parameters, mut arguments, mut bounds) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new());
        let mut lifetimes = Vec::new();
        for parameter in &generics.params {
            match parameter {
                GenericParam::Lifetime(parameter) => {
                    lifetimes.push(parameter.lifetime.ident.clone());
                    arguments.extend(quote!('static,));
                }
                GenericParam::Type(parameter) => {
                    let (ident, of) = (&parameter.ident, &parameter.bounds);
                    parameters.extend(quote!(#ident: #of,));
                    arguments.extend(quote!(#ident,));
                    bounds.extend(quote!(#ident: ::core::marker::Send + ::core::marker::Sync + 'static,));
                }
                GenericParam::Const(parameter) => {
                    let (ident, ty) = (&parameter.ident, &parameter.ty);
                    parameters.extend(quote!(const #ident: #ty,));
                    arguments.extend(quote!(#ident,));
                }
            }
        }
        if let Some(clause) = &generics.where_clause {
            let predicates = &clause.predicates;
            bounds.extend(quote!(#predicates));
        }
        Self {
            parameters: with_static(parameters, &lifetimes),
            arguments,
            bounds: with_static(bounds, &lifetimes),
        }
    }
}

/// Writes `'static` for the lifetimes of these names.
fn with_static(tokens: TokenStream, lifetimes: &[Ident]) -> TokenStream {
    let mut replaced = TokenStream::new();
    let mut quoted = false;
    for mut token in tokens {
        token = match token {
            TokenTree::Ident(ident) if quoted && lifetimes.contains(&ident) => {
                Ident::new("static", Span::call_site()).into()
            }
            TokenTree::Group(group) => {
                let inside = with_static(group.stream(), lifetimes);
                Group::new(group.delimiter(), inside).into()
            }
            token => token,
        };
        quoted = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        replaced.extend([token]);
    }
    replaced
}
