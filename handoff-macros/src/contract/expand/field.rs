//! What is generated for one field: which part of the contract it is, and its checks.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, Path, PathArguments, Type};

use crate::contract::expand::checks;
use crate::contract::expand::opaque;
use crate::contract::model::{Described, Field, Role};

/// The function of a field, as its trait has it: its checks, then its part.
pub fn definition(name: &Ident, field: &Field) -> Option<TokenStream> {
    let Field { cfgs, ty, rules, confidence, .. } = field;
    let nth = field.nth();
    let part = match &field.role {
        Role::Skipped => return None,
        Role::Value { read_with: Some(_) } => quote! {
            __contract::read_by(|__deserializer| {
                __contract::read_at::<#name, __contract::#nth, #ty, _>(__deserializer)
            })
        },
        Role::Flattened | Role::Value { read_with: None } => part(ty),
    };
    let first = checks::all(ty, rules, checks::first);
    let last = checks::all(ty, rules, checks::last);
    let part = if last.is_empty() {
        part
    } else {
        let last = checks::list(last);
        quote!(__contract::Then { part: #part, last: #last })
    };
    let asserted = rules.iter().map(|rule| checks::asserted(name, cfgs, rule));
    let confidence = confidence.then(|| quote!(.confidence(<#ty as __contract::Scorable>::SCORING)));
    let shown = match &field.schema.described {
        Described::As(described) => quote!(.described::<#described, _>(#part)),
        Described::By(function) => quote!(.described_by(#part, #function)),
        Described::AsIs if field.held => {
            quote!(.opaque(#part, (&&__contract::Probe::<#ty>::NEW).opaque()))
        }
        Described::AsIs => quote!(.known(#part)),
    };
    Some(quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl __contract::FieldAt<__contract::#nth, #ty> for #name {
            #[inline]
            fn visit<__V: __contract::Visitor<#ty>>(__visitor: __V) -> __V::Out {
                __visitor #(.check(#first))* #confidence #shown
            }
        }
        #(#asserted)*
    })
}

/// The part that a type is: the compiler decides whether it is a contract, the syntax what is in a collection. It is
/// not asked where the name leaves no doubt, which it would take far longer to find.
fn part(ty: &Type) -> TokenStream {
    if opaque::is_standard(ty) {
        return quote!(__contract::ContractKind::<#ty>::NEW);
    }
    let inner = match ty {
        Type::Group(group) => return part(&group.elem),
        Type::Paren(paren) => return part(&paren.elem),
        Type::Tuple(tuple) if (1..=12).contains(&tuple.elems.len()) => {
            let parts = tuple.elems.iter().map(part);
            return quote!(__contract::TupleKind((#(#parts,)*)));
        }
        // A `Box` of a text or of a slice is read as a whole.
        Type::Path(path) if path.qself.is_none() => {
            item_type(&path.path).filter(|item| !is_unsized(item)).map(part)
        }
        _ => None,
    };
    let probe = quote!((&&&&__contract::Probe::<#ty>::NEW));
    if let Some(inner) = inner {
        quote!(#probe.part(#inner))
    } else {
        // A collection it may be all the same, by another name.
        quote!(#probe.whole())
    }
}

/// The type of the items of what looks like a collection of the standard library.
pub fn item_type(path: &Path) -> Option<&Type> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = Vec::new();
    for argument in &arguments.args {
        if let GenericArgument::Type(ty) = argument {
            types.push(ty);
        }
    }
    match (last.ident.to_string().as_str(), types.as_slice()) {
        ("Vec" | "VecDeque" | "Option" | "Box" | "BTreeSet", [item])
        | ("HashSet", [item] | [item, _])
        | ("BTreeMap", [_, item])
        | ("HashMap", [_, item] | [_, item, _]) => Some(item),
        _ => None,
    }
}

/// Whether a type is a `String` and nothing that one fans out over.
pub fn is_string(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident("String"))
}

/// A type without the groups and parentheses round it.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

fn is_unsized(ty: &Type) -> bool {
    match bare(ty) {
        Type::Slice(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}
