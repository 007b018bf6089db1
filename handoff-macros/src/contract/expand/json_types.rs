//! What is stated of a contract's own type in JSON, and what is asked of the types that it holds, where they are names:
//! whether they take a tag, and whether they are keys.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};
use syn::Type;

use crate::contract::json_types::{Entry, JsonType, Seen, entries, seen};
use crate::contract::model::{Contract, Enum, Field, Fields, Layout, Style, Tagging, Variant};
use crate::contract::types::{bare, held, mentions};

impl ToTokens for JsonType {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let name = format_ident!("{self:?}");
        tokens.append_all(quote!(__contract::JsonType::#name));
    }
}

/// What the contract is in JSON; nothing where it is an object, as most are.
pub fn stated(layout: &Layout) -> Option<TokenStream> {
    let ty = match layout {
        Layout::Struct(fields) => match (fields.style, fields.first_in_json()) {
            (Style::Named, _) => return None,
            (Style::Newtype, Some(field)) => of_field(field),
            (Style::Newtype, None) | (Style::Unit, _) => JsonType::Null.to_token_stream(),
            (Style::Tuple, _) => JsonType::Array.to_token_stream(),
        },
        Layout::Enum(of) => of_enum(of)?,
    };
    Some(quote!(const JSON_TYPE: __contract::JsonType = #ty;))
}

fn of_enum(of: &Enum) -> Option<TokenStream> {
    let of_variant = |fields: &Fields| match (&of.tagging, fields.style, fields.first_in_json()) {
        (Tagging::External, Style::Unit, _) => JsonType::String.to_token_stream(),
        (Tagging::Untagged, Style::Unit, _) => JsonType::Null.to_token_stream(),
        (Tagging::Untagged, Style::Tuple, _) => JsonType::Array.to_token_stream(),
        (Tagging::Untagged, Style::Newtype, Some(field)) => of_field(field),
        _ => JsonType::Object.to_token_stream(),
    };
    let variants = || of.variants.iter().filter(|variant| !variant.skipped);
    let is_unit = |variant: &Variant| variant.fields.style == Style::Unit;
    let union = match of.tagging {
        Tagging::Internal { .. } | Tagging::Adjacent { .. } => return None,
        Tagging::External if variants().all(is_unit) => return Some(JsonType::String.to_token_stream()),
        Tagging::External if !variants().any(is_unit) => return None,
        Tagging::External => quote!(one_of),
        Tagging::Untagged => quote!(untagged),
    };
    let variants = variants().map(|variant| {
        let (cfgs, ty) = (&variant.cfgs, of_variant(&variant.fields));
        quote!(#(#cfgs)* #ty)
    });
    Some(quote!(__contract::JsonType::#union(&[#(#variants),*])))
}

fn of_field(field: &Field) -> TokenStream {
    if !field.is_as_its_type() {
        return JsonType::Unknown.to_token_stream();
    }
    match seen(&field.ty) {
        Seen::Is(ty) => ty.to_token_stream(),
        Seen::Named(ty) => quote!(__contract::Probe::<#ty>::JSON_TYPE),
    }
}

/// What is asked of the types of a contract.
pub fn checks(contract: &Contract) -> TokenStream {
    match &contract.layout {
        Layout::Struct(fields) => keys(fields),
        Layout::Enum(of) => {
            let tagged =
                matches!(of.tagging, Tagging::Internal { .. }).then(|| tagged(&contract.item.ident, of));
            let variants = of.variants.iter().filter(|variant| !variant.skipped);
            let keys = variants.map(|variant| keys(&variant.fields));
            quote!(#tagged #(#keys)*)
        }
    }
}

fn keys(fields: &Fields) -> TokenStream {
    let mut checks = TokenStream::new();
    for field in fields.list.iter().filter(|field| field.is_as_its_type()) {
        for check in [key_checks(&field.ty, &quote!(__contract)), map_checks(&field.ty)].concat() {
            let cfgs = &field.cfgs;
            checks.extend(quote!(#(#cfgs)* #check));
        }
    }
    checks
}

/// Asks of the keys of maps whether they are keys. What the checks are made of is at `place`.
pub fn key_checks(ty: &Type, place: &TokenStream) -> Vec<TokenStream> {
    let check = |key: &Type| quote!(const _: () = <#key as #place::KeyOf<{ #place::Probe::<#key>::IS_KEY }>>::CHECKED;);
    named_keys(ty).into_iter().map(check).collect()
}

/// Asks the same of what may be a map under another name.
fn map_checks(ty: &Type) -> Vec<TokenStream> {
    let check = |map: &Type| quote!(const _: () = <#map as __contract::MapOf<{ __contract::Probe::<#map>::HAS_KEYS }>>::CHECKED;);
    let mut values = Vec::new();
    named_values(ty, &mut values);
    values.into_iter().map(check).collect()
}

/// Asks whether what the variants hold takes the tag. What a message calls a variant is a type parameter: rustc prints
/// its name. As variants like to be called as what they hold, that has another name there.
fn tagged(name: &Ident, of: &Enum) -> TokenStream {
    let (mut aliases, mut checks, mut parameters) = (TokenStream::new(), TokenStream::new(), Vec::new());
    for variant in of.variants.iter().filter(|variant| !variant.skipped) {
        let (Style::Newtype, Some(field)) = (variant.fields.style, variant.fields.first_in_json()) else {
            continue;
        };
        let Seen::Named(ty) = seen(&field.ty) else { continue };
        if !field.is_as_its_type() {
            continue;
        }
        let (cfgs, mut parameter) = (&field.cfgs, variant.ident.clone());
        if mentions(quote!(#name __contract), &parameter) {
            parameter = format_ident!("_{parameter}");
        }
        parameter.set_span(Span::call_site());
        let alias = format_ident!("__Held{}", field.number, span = last_span(ty));
        aliases.extend(quote!(#(#cfgs)* type #alias = #ty;));
        checks.extend(quote! {
            #(#cfgs)*
            let () = <#alias as __contract::TaggedOf<
                #name, #parameter, { __contract::Probe::<#alias>::TAKES_TAG },
            >>::CHECKED;
        });
        // Of which one is there at a time, two may share a name.
        if !parameters.contains(&parameter) {
            parameters.push(parameter);
        }
    }
    if parameters.is_empty() {
        return aliases;
    }
    quote!(#aliases fn __tagged<#(#parameters),*>() { #checks })
}

/// Where a type is named, behind its path.
fn last_span(ty: &Type) -> Span {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(Span::call_site, |last| last.ident.span()),
        _ => ty.to_token_stream().into_iter().next().map_or_else(Span::call_site, |first| first.span()),
    }
}

/// The keys of maps of which only the compiler knows what they are.
pub fn named_keys(ty: &Type) -> Vec<&Type> {
    let mut found = Vec::new();
    entries(ty, &mut found);
    let named = |Entry { key, .. }| match seen(key) {
        Seen::Named(key) => Some(key),
        Seen::Is(_) => None,
    };
    found.into_iter().filter_map(named).collect()
}

/// What is in a type, but for the keys of its maps, and is what only the compiler knows.
fn named_values<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    match (bare(ty), held(ty)) {
        (_, Some(held)) => named_values(held.item, found),
        (Type::Tuple(tuple), None) => tuple.elems.iter().for_each(|ty| named_values(ty, found)),
        (Type::Array(array), None) => named_values(&array.elem, found),
        (Type::Slice(slice), None) => named_values(&slice.elem, found),
        (ty, None) if matches!(seen(ty), Seen::Named(_)) => found.push(ty),
        (_, None) => {}
    }
}
