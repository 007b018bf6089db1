//! What is generated for one field: which kind of field it is, and its checks.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use crate::contract::expand::checks;
use crate::contract::model::{Field, Role, SchemaSource};
use crate::contract::types::{bare, held, is_standard, is_unsized, tuple};

/// Writes the function of a field: its checks, then the kind that it is.
pub fn definition(name: &Ident, field: &Field) -> Option<TokenStream> {
    let Field { cfgs, ty, checks: declared, confidence, .. } = field;
    let nth = field.nth();
    let kind = match &field.role {
        Role::Skipped => return None,
        Role::Value { read_with: Some(_) } => quote! {
            __contract::read_by(|__deserializer| {
                __contract::read_at::<#name, #nth, #ty, _>(__deserializer)
            })
        },
        Role::Flattened | Role::Value { read_with: None } => kind(ty),
    };
    let first = checks::all(ty, declared, checks::first);
    let last = checks::all(ty, declared, checks::last);
    let kind = if last.is_empty() {
        kind
    } else {
        let last = checks::list(last);
        quote!(__contract::Then { part: #kind, last: #last })
    };
    let asserted = declared.iter().map(|check| checks::asserted(name, cfgs, ty, check));
    let confidence = confidence.then(|| quote!(.confidence(<#ty as __contract::Scorable>::SCORING)));
    let shown = match &field.schema.source {
        SchemaSource::As(described) => quote!(.described::<#described, _>(#kind)),
        SchemaSource::By(function) => quote!(.described_by(#kind, #function)),
        SchemaSource::AsIs if field.opaque => {
            quote!(.opaque(#kind, (&&__contract::Probe::<#ty>::NEW).opaque()))
        }
        SchemaSource::AsIs => quote!(.known(#kind)),
    };
    Some(quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl __contract::FieldAt<#nth, #ty> for #name {
            #[inline]
            fn visit<__V: __contract::Visitor<#ty>>(__visitor: __V) -> __V::Out {
                __visitor #(.check(#first))* #confidence #shown
            }
        }
        #(#asserted)*
    })
}

/// Writes the checks of a field alone, so that the compiler says which of them cannot be on its type.
pub fn checked(name: &Ident, field: &Field) -> TokenStream {
    let Field { cfgs, ty, checks: declared, confidence, role: Role::Value { .. }, .. } = field else {
        return TokenStream::new();
    };
    if !field.has_checks() {
        return TokenStream::new();
    }
    let checks = [checks::first, checks::last].map(|write| checks::all(ty, declared, write)).concat();
    let asserted = declared.iter().map(|check| checks::asserted(name, cfgs, ty, check));
    let confidence = confidence.then(|| quote!(let _ = <#ty as __contract::Scorable>::SCORING;));
    quote! {
        #(#cfgs)*
        const _: fn() = || {
            #(let _ = #checks;)*
            #confidence
        };
        #(#asserted)*
    }
}

/// Writes the kind of field that a type is: the compiler decides whether it is a contract, the syntax what is in a
/// collection. It is not asked where the name leaves no doubt, which it would take far longer to find.
fn kind(ty: &Type) -> TokenStream {
    if is_standard(ty) {
        return quote!(__contract::ContractKind::<#ty>::NEW);
    }
    if let Some(types) = tuple(ty) {
        let kinds = types.into_iter().map(kind);
        return quote!(__contract::TupleKind((#(#kinds,)*)));
    }
    let ty = bare(ty);
    let probe = quote!((&&&&__contract::Probe::<#ty>::NEW));
    // A `Box` of a text is read as a whole, and what is no collection by its name may be one all the same.
    match held(ty).map(|held| bare(held.item)) {
        Some(Type::Slice(slice)) => {
            let inner = kind(&slice.elem);
            quote!(#probe.part(#inner))
        }
        Some(item) if !is_unsized(item) => {
            let inner = kind(item);
            quote!(#probe.part(#inner))
        }
        _ => quote!(#probe.whole()),
    }
}
