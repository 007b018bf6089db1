//! What is generated for one field: which part of the contract it is, and its checks.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{GenericArgument, Ident, Path, PathArguments, Type};

use super::model::{Field, Role, Rule};
use super::range::Range;

/// The function that says what kind of part a field is.
pub(super) fn part_name(field: &Field) -> Ident {
    format_ident!("__part_{}", field.number)
}

/// The function that runs the checks of a field.
pub(super) fn rules_name(field: &Field) -> Ident {
    format_ident!("__rules_{}", field.number)
}

/// The functions of a field.
pub(super) fn definitions(krate: &Path, name: &Ident, field: &Field) -> TokenStream {
    let part = match field.role {
        Role::Skipped | Role::Value { read_with: Some(_) } => None,
        Role::Flattened | Role::Value { read_with: None } => Some(part_function(krate, field)),
    };
    let rules = field.has_rules().then(|| rules_function(krate, name, field));
    quote!(#part #rules)
}

fn part_function(krate: &Path, field: &Field) -> TokenStream {
    let Field { cfgs, ty, .. } = field;
    let function = part_name(field);
    let part = part(krate, ty);
    quote! {
        #(#cfgs)*
        fn #function() -> impl #krate::__private::contract::Part<Of = #ty> {
            use #krate::__private::contract::{
                AsCollection as _, AsContract as _, AsLeaf as _, AsNothing as _,
            };
            #part
        }
    }
}

/// The part that a type is: the compiler decides whether it is a contract, the syntax what is in a collection.
fn part(krate: &Path, ty: &Type) -> TokenStream {
    let inner = match ty {
        Type::Group(group) => return part(krate, &group.elem),
        Type::Paren(paren) => return part(krate, &paren.elem),
        Type::Tuple(tuple) if (1..=12).contains(&tuple.elems.len()) => {
            let parts = tuple.elems.iter().map(|ty| part(krate, ty));
            return quote!(#krate::__private::contract::IsTuple((#(#parts,)*)));
        }
        Type::Path(path) if path.qself.is_none() => item_type(&path.path).map(|item| part(krate, item)),
        _ => None,
    };
    let inner = inner.unwrap_or_else(|| quote!(#krate::__private::contract::Probe::<()>::NEW));
    quote!((&&&&#krate::__private::contract::Probe::<#ty>::NEW).part(#inner))
}

/// The type of the items of what looks like a collection of the standard library.
fn item_type(path: &Path) -> Option<&Type> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types: Vec<&Type> = arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect();
    match (last.ident.to_string().as_str(), types.as_slice()) {
        ("Vec" | "VecDeque" | "Option" | "Box" | "BTreeSet", [item])
        | ("HashSet", [item] | [item, _])
        | ("BTreeMap", [_, item])
        | ("HashMap", [_, item] | [_, item, _]) => Some(item),
        _ => None,
    }
}

/// The checks are written once; `R` decides whether they are run on a value, on JSON, or added to the schema.
fn rules_function(krate: &Path, name: &Ident, field: &Field) -> TokenStream {
    let Field { number, cfgs, ty, rules, confidence, .. } = field;
    let function = rules_name(field);
    let rules = rules.iter().map(|rule| match rule {
        Rule::Len(range) => {
            let lengths = lengths(krate, range);
            quote!(__rules.len(<#ty as #krate::contract::Countable>::COUNTING, #lengths);)
        }
        Rule::Range(range) => {
            let bounds = bounds(krate, range);
            quote!(__rules.range(<#ty as #krate::contract::Rangeable>::RANGING, #bounds);)
        }
    });
    let confidence =
        confidence.then(|| quote!(__rules.confidence(<#ty as #krate::contract::Scorable>::SCORING);));
    quote! {
        #(#cfgs)*
        fn #function<__R: #krate::__private::contract::Rules<#ty>>(__rules: &mut __R) {
            #(#rules)*
            #confidence
        }

        #(#cfgs)*
        #[automatically_derived]
        impl #krate::__private::contract::FieldKeywords<#number> for #name {
            fn add(__schema: &mut #krate::__private::schemars::Schema) {
                #function(&mut #krate::__private::contract::Keywords::new(__schema));
            }
        }
    }
}

/// The lengths of `len(…)`.
pub(super) fn lengths(krate: &Path, range: &Range) -> TokenStream {
    let min = range.min.as_ref().map_or_else(|| quote!(0), |min| quote!(const { #min }));
    let max = match &range.max {
        None => quote!(::core::option::Option::None),
        Some(max) => {
            let end = &max.end;
            // A length below N is one of at most N - 1; `0` does not get here.
            let end = if max.included { quote!(const { #end }) } else { quote!(const { (#end) - 1 }) };
            quote!(::core::option::Option::Some(#end))
        }
    };
    quote!(#krate::__private::contract::Lengths { min: #min, max: #max })
}

fn bounds(krate: &Path, range: &Range) -> TokenStream {
    let min = match &range.min {
        None => quote!(::core::option::Option::None),
        Some(min) => quote!(::core::option::Option::Some(const { #min })),
    };
    let max = match &range.max {
        None => quote!(::core::option::Option::None),
        Some(max) => {
            let end = &max.end;
            let included = if max.included { quote!(Yes) } else { quote!(No) };
            quote!(::core::option::Option::Some((const { #end }, #krate::__private::contract::Included::#included)))
        }
    };
    quote!(#krate::__private::contract::Bounds { min: #min, max: #max })
}
