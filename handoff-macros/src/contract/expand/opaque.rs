//! Fields whose types only the compiler can judge: those that are not made of numbers, texts and collections of std's
//! alone.
//!
//! What the derives would call for such a field is called through a probe, so that a type that lacks something is one
//! error, told by one check, at the type. Where the derive is the user's own, it stays as it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Field as SynField, Member, Path, Type};

use crate::contract::attrs::serde;
use crate::contract::expand::each_field;
use crate::contract::expand::json_types::named_keys;
use crate::contract::model::{Check, Contract, Derive, Field, Fields, Layout, LeftAlone, Role, member_name};
use crate::contract::types::{asks_more, bare, held, listed, mentions, parts};
use crate::editor;
use crate::spans::{Place, projection};

/// Whether `Debug` and `Clone` are both the macro's own, so that neither is a derive that reports the type.
fn shows_and_clones(contract: &Contract) -> bool {
    contract.derives.contains(&Derive::Debug) && contract.derives.contains(&Derive::Clone)
}

/// Whether the `Debug` and `Clone` of the item are written here, and not derived.
pub fn writes_debug_and_clone(contract: &Contract) -> bool {
    shows_and_clones(contract) && contract.layout.has_foreign()
}

/// What is generated for the opaque fields, beside what is generated for every field.
pub fn definitions(contract: &Contract) -> TokenStream {
    let Contract { krate, item, layout, .. } = contract;
    let checks = checks(krate, &item.ident, places(layout), shows_and_clones(contract));
    let by_hand = writes_debug_and_clone(contract).then(|| {
        let (debug, clone) = (debug(contract), clone(contract));
        quote!(#debug #clone)
    });
    quote!(#checks #by_hand)
}

/// Tells serde how the opaque fields are written.
pub fn write_with(contract: &Contract, item: &mut DeriveInput) {
    let Contract { krate, item: original, .. } = contract;
    let name = &original.ident;
    let place = quote!(#krate::__private::contract);
    each(contract, item, &mut |field, model| {
        let nth = model.nth_in(&place);
        let path = quote!(#place::serialize::<#name, #nth, _, _>).to_string();
        field.attrs.push(serde(quote!(serialize_with = #path)));
    });
}

/// Changes the opaque fields.
pub fn each(contract: &Contract, item: &mut DeriveInput, change: &mut dyn FnMut(&mut SynField, &Field)) {
    each_field(item, &contract.layout, &mut |field, model| {
        if model.opaque {
            change(field, model);
        }
    });
}

/// Each field with what a message calls it.
pub fn places(layout: &Layout) -> Vec<(&Field, Ident)> {
    let mut places = Vec::new();
    match layout {
        Layout::Struct(fields) => {
            for field in &fields.list {
                let place = match &field.member {
                    Member::Named(name) => name.clone(),
                    Member::Unnamed(index) => format_ident!("field_{}", index.index),
                };
                places.push((field, place));
            }
        }
        Layout::Enum(of) => {
            for variant in &of.variants {
                for field in &variant.fields.list {
                    let place = match &field.member {
                        Member::Named(name) => name,
                        Member::Unnamed(_) => &variant.ident,
                    };
                    places.push((field, place.clone()));
                }
            }
        }
    }
    places
}

/// Checks the fields of a contract `name`; `plain` says whether its `Debug` and `Clone` are the macro's own. What a message
/// calls a field is a type parameter: rustc prints its name.
pub fn checks(krate: &Path, name: &Ident, fields: Vec<(&Field, Ident)>, plain: bool) -> TokenStream {
    let mut opaque = fields;
    // What is flattened has a check already, for `Flatten`.
    opaque.retain(|(field, _)| field.is_foreign() && !matches!(field.role, Role::Flattened));
    let types = opaque.iter().map(|(field, _)| &field.ty);
    let used = quote!(#(#types)* #krate #name);
    // One function for all is less work for the compiler than one for each.
    let (mut together, mut parameters) = (TokenStream::new(), Vec::new());
    let (mut alone, mut aliases) = (TokenStream::new(), TokenStream::new());
    for (field, mut place) in opaque {
        if mentions(used.clone(), &place) {
            place = format_ident!("_{}", place.unraw());
        }
        // Not at the field: rustc would offer to make a parameter, too, of a type that it cannot find.
        place.set_span(Span::call_site());
        let mut outside = Outside::new(field, "Part");
        let check = check(name, field, &place, plain, &mut outside);
        aliases.extend(outside.aliases);
        if field.cfgs.is_empty() {
            together.extend(check);
            if let Err(at) = parameters.binary_search(&place) {
                parameters.insert(at, place);
            }
        } else {
            let (cfgs, function) = (&field.cfgs, format_ident!("__holds_{}", field.number));
            alone.extend(quote!(#(#cfgs)* fn #function<#place>() { #check }));
        }
    }
    let together = (!parameters.is_empty()).then(|| quote!(fn __holds<#(#parameters),*>() { #together }));
    quote!(#aliases #together #alone)
}

/// The types of a field by other names. Where the parameters stand beside them, rustc would take one for what is meant by a
/// type that it cannot find, and so report it once more.
pub struct Outside<'f> {
    field: &'f Field,
    what: &'static str,
    count: usize,
    pub aliases: TokenStream,
}

impl<'f> Outside<'f> {
    pub fn new(field: &'f Field, what: &'static str) -> Self {
        Self { field, what, count: 0, aliases: TokenStream::new() }
    }

    /// The other name of a type, and the type as it is to be underlined.
    pub fn of(&mut self, ty: &Type) -> (Ident, TokenStream) {
        let cfgs = &self.field.cfgs;
        let alias = format_ident!("__{}{}Of{}", self.what, self.count, self.field.number);
        self.count += 1;
        self.aliases.extend(quote!(#(#cfgs)* type #alias = #ty;));
        // What stands at names of the user's is not for an editor to find.
        let shown = if editor::watches() {
            quote!(#ty)
        } else {
            projection(Place::of(ty), &quote!(#alias), &quote!(__contract::Itself), "Itself")
        };
        (alias, shown)
    }
}

/// The check of one field.
fn check(name: &Ident, field: &Field, place: &Ident, plain: bool, outside: &mut Outside<'_>) -> TokenStream {
    let ty = &field.ty;
    if let Some(needs) = field.left_alone {
        let (ty, shown) = outside.of(ty);
        let is_plain = plain.then(|| quote!(&& __contract::Probe::<#ty>::IS_PLAIN));
        let is_made = (needs == LeftAlone::Made).then(|| quote!(&& __contract::Probe::<#ty>::IS_MADE));
        return quote! {{
            const __HOLDS: bool = {
                use __contract::{Special as _, Unmade as _};
                true #is_plain #is_made
            };
            let () = <#shown as __contract::SkippedOf<#name, #place, __HOLDS>>::CHECKED;
        }};
    }
    let asked = if plain { quote!(FieldOf) } else { quote!(DataOf) };
    let mut types = Vec::new();
    parts(ty, &mut types);
    let (aliases, shown): (Vec<_>, Vec<_>) = types.iter().map(|ty| outside.of(ty)).unzip();
    let holds = |ty: &Ident| {
        let probe = quote!(__contract::Probe::<#ty>);
        if plain { quote!(#probe::IS_KNOWN && #probe::IS_PLAIN) } else { quote!(#probe::IS_KNOWN) }
    };
    let whole = asks_more(ty).then(|| {
        // What cannot be a key need not be compared either.
        let keys: Vec<_> = named_keys(ty).into_iter().map(|key| outside.of(key).0).collect();
        let (whole, shown) = outside.of(ty);
        let (whole, each) = (holds(&whole), aliases.iter().map(&holds));
        quote! {{
            const __WHOLE: bool = {
                use __contract::{Special as _, Unknown as _};
                (#whole) || !(true #(&& #each)* #(&& __contract::Probe::<#keys>::IS_KEY)*)
            };
            let () = <#shown as __contract::WholeOf<#name, #place, __WHOLE>>::CHECKED;
        }}
    });
    if let (Some(is_checkable), true, [part], [shown]) =
        (checkable(field), plain, aliases.as_slice(), shown.as_slice())
    {
        let holds = holds(part);
        return quote! {{
            const __HOLDS: bool = {
                use __contract::{Special as _, Uncheckable as _, Unknown as _};
                (#holds) || !__contract::Probe::<#part>::#is_checkable
            };
            let () = <#shown as __contract::OpaqueOf<#name, #place, __HOLDS>>::CHECKED;
        }};
    }
    quote! {
        #(let () = <#shown as __contract::#asked<#name, #place>>::CHECKED;)*
        #whole
    }
}

/// What asks whether a check can be on a field's type, or with `each` on that of its items, where it is a name and no
/// collection: rustc says so if it cannot, and then nothing more has to be said of the type.
fn checkable(field: &Field) -> Option<Ident> {
    let (mut ty, mut checks) = (&field.ty, &field.checks);
    while let [Check::Each(inner)] = checks.as_slice() {
        (ty, checks) = (listed(ty)?, inner);
    }
    if !matches!(bare(ty), Type::Path(_)) || held(ty).is_some() {
        return None;
    }
    checks.iter().find_map(|check| match check {
        Check::Len(_) => Some(format_ident!("IS_COUNTABLE")),
        Check::Range(_) => Some(format_ident!("IS_RANGEABLE")),
        Check::Pattern(_) => Some(format_ident!("IS_MATCHABLE")),
        Check::MultipleOf(_) => Some(format_ident!("IS_DIVISIBLE")),
        Check::Unique | Check::Each(_) | Check::With(_) => None,
    })
}

/// An arm for each form of the item: a pattern that binds every field by its number, and what comes of it.
pub fn arms(
    layout: &Layout,
    from: &TokenStream,
    arm: &dyn Fn(Option<&Ident>, &Fields) -> TokenStream,
) -> TokenStream {
    let pattern = |fields: &Fields| {
        let bindings = fields.list.iter().map(|field| {
            let (cfgs, member, binding) = (&field.cfgs, &field.member, field.binding());
            quote!(#(#cfgs)* #member: #binding,)
        });
        quote!({ #(#bindings)* })
    };
    match layout {
        Layout::Struct(fields) => {
            let (pattern, arm) = (pattern(fields), arm(None, fields));
            quote!(#from #pattern => #arm,)
        }
        Layout::Enum(of) => {
            let arms = of.variants.iter().map(|variant| {
                let (cfgs, ident) = (&variant.cfgs, &variant.ident);
                let (pattern, arm) = (pattern(&variant.fields), arm(Some(ident), &variant.fields));
                quote!(#(#cfgs)* #from::#ident #pattern => #arm,)
            });
            quote!(#(#arms)*)
        }
    }
}

/// A value of the item, or of a variant, with each field made from its binding.
pub fn built(
    of: &TokenStream,
    variant: Option<&Ident>,
    fields: &Fields,
    value: &dyn Fn(&Field, Ident) -> TokenStream,
) -> TokenStream {
    let variant = variant.map(|variant| quote!(::#variant));
    let values = fields.list.iter().map(|field| {
        let (cfgs, place, value) = (&field.cfgs, &field.member, value(field, field.binding()));
        quote!(#(#cfgs)* #place: #value,)
    });
    quote!(#of #variant { #(#values)* })
}

/// A copy of a field, of which there is a reference.
pub fn cloned(field: &Field, reference: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    if field.is_foreign() {
        quote!((&&__contract::Probe::<#ty>::NEW).cloned(#reference))
    } else {
        quote!(<#ty as ::core::clone::Clone>::clone(#reference))
    }
}

fn clone(contract: &Contract) -> TokenStream {
    let Contract { item, layout, .. } = contract;
    let name = &item.ident;
    let this = quote!(Self);
    let arms = arms(layout, &this, &|variant, fields| {
        built(&this, variant, fields, &|field, binding| cloned(field, &quote!(#binding)))
    });
    quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            #[inline]
            fn clone(&self) -> Self {
                match self { #arms }
            }
        }
    }
}

/// `Debug` as std derives it.
fn debug(contract: &Contract) -> TokenStream {
    let Contract { item, layout, .. } = contract;
    let name = &item.ident;
    let arms = arms(layout, &quote!(Self), &|variant, fields| {
        let text = variant.unwrap_or(name).unraw().to_string();
        let shown = |field: &Field| {
            let (ty, binding) = (&field.ty, field.binding());
            if field.is_foreign() {
                quote!((&&__contract::Probe::<#ty>::NEW).shown(#binding))
            } else {
                quote!(#binding)
            }
        };
        if fields.list.is_empty() {
            return quote!(::core::fmt::Formatter::write_str(__f, #text));
        }
        let named = fields.list.iter().any(|field| matches!(field.member, Member::Named(_)));
        let (builder, begin) = if named {
            (quote!(DebugStruct), quote!(debug_struct))
        } else {
            (quote!(DebugTuple), quote!(debug_tuple))
        };
        let fields = fields.list.iter().map(|field| {
            let (cfgs, shown) = (&field.cfgs, shown(field));
            let label = named.then(|| member_name(&field.member));
            let label = label.iter();
            quote!(#(#cfgs)* ::core::fmt::#builder::field(&mut __debug, #(#label,)* #shown);)
        });
        quote!({
            let mut __debug = ::core::fmt::Formatter::#begin(__f, #text);
            #(#fields)*
            ::core::fmt::#builder::finish(&mut __debug)
        })
    });
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self { #arms }
            }
        }
    }
}
