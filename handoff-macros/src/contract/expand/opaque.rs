//! Fields whose types only the compiler can judge: those that are not made of numbers, texts and collections of std's
//! alone.
//!
//! What the derives would call for such a field is called through a probe, so that a type that lacks something is one
//! error, told by one check, at the type. Where the derive is the user's own, it stays as it is.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{
    Attribute, Data, DeriveInput, Field as SynField, Fields as SynFields, GenericArgument, Member, Path,
    PathArguments, Type,
};

use crate::contract::expand::field::{bare, item_type};
use crate::contract::expand::{derive, serde};
use crate::contract::model::{Body, Contract, Derive, Field, Fields, Role, Rule};
use crate::read;

/// Whether `Debug` and `Clone` are both the macro's own, so that neither is a derive that reports the type.
fn shows_and_clones(contract: &Contract) -> bool {
    contract.derives.contains(&Derive::Debug) && contract.derives.contains(&Derive::Clone)
}

/// Whether the `Debug` and `Clone` of the item are written here, and not derived.
pub fn writes_debug_and_clone(contract: &Contract) -> bool {
    shows_and_clones(contract) && any(&contract.body)
}

/// Takes over std's `Debug` and `Clone` where the user derives them and a field is held: std's derives would report its
/// type once more each. The answer is the derives that were taken.
pub fn take_over(item: &mut DeriveInput, body: &Body) -> Vec<Derive> {
    const STD: [Derive; 2] = [Derive::Debug, Derive::Clone];
    let mut taken = Vec::new();
    if !any(body) || has_helpers(item) {
        return taken;
    }
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let Ok(mut left) = read::arguments::<Path>(attribute) else { continue };
        left.retain(|path| match STD.iter().find(|known| path.is_ident(known.name())) {
            Some(known) => {
                taken.push(*known);
                false
            }
            None => true,
        });
        *attribute = derive(quote!(#(#left),*));
    }
    taken
}

/// Whether another crate's `Debug` or `Clone` is told something on an attribute of its own.
fn has_helpers(item: &DeriveInput) -> bool {
    let helper =
        |attribute: &Attribute| ["debug", "clone"].iter().any(|name| attribute.path().is_ident(name));
    let in_fields = |fields: &SynFields| fields.iter().any(|field| field.attrs.iter().any(helper));
    item.attrs.iter().any(helper)
        || match &item.data {
            Data::Struct(data) => in_fields(&data.fields),
            Data::Enum(data) => data.variants.iter().any(|variant| in_fields(&variant.fields)),
            Data::Union(_) => false,
        }
}

/// Every field of the item.
pub fn fields(body: &Body) -> Vec<&Field> {
    let mut all = Vec::new();
    match body {
        Body::Struct(fields) => all.extend(&fields.list),
        Body::Enum(of) => {
            for variant in &of.variants {
                all.extend(&variant.fields.list);
            }
        }
    }
    all
}

/// Whether a field of the item is held.
pub fn any(body: &Body) -> bool {
    fields(body).iter().any(|field| field.held)
}

/// Whether a type holds in every contract, as far as its name says.
pub fn is_known(ty: &Type, contract: &Ident) -> bool {
    let path = match ty {
        Type::Group(group) => return is_known(&group.elem, contract),
        Type::Paren(paren) => return is_known(&paren.elem, contract),
        Type::Tuple(tuple) => {
            return tuple.elems.len() <= 12 && tuple.elems.iter().all(|ty| is_known(ty, contract));
        }
        Type::Slice(slice) => return is_known(&slice.elem, contract),
        Type::Path(path) if path.qself.is_none() => &path.path,
        _ => return false,
    };
    match (path.get_ident(), collection(path)) {
        // A contract that holds itself is one.
        (Some(name), _) => name == contract || name == "str" || is_plain(name),
        (None, Some(parts)) => parts.iter().all(|ty| is_known(ty, contract)),
        (None, None) => false,
    }
}

/// A number, a text or a boolean, by its name.
fn is_plain(name: &Ident) -> bool {
    const PLAIN: [&str; 15] = [
        "String", "bool", "char", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize",
        "f32", "f64",
    ];
    PLAIN.iter().any(|plain| name == plain)
}

/// Whether a type is a contract of the standard library's for certain: plain ones, and what may be missing or repeated of
/// them.
pub fn is_standard(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    match (path.path.get_ident(), item_type(&path.path)) {
        _ if path.qself.is_some() => false,
        (Some(name), _) => is_plain(name),
        (None, Some(item)) => {
            path.path.segments.len() == 1
                && matches!(path.path.segments[0].ident.to_string().as_str(), "Option" | "Vec")
                && is_standard(item)
        }
        (None, None) => false,
    }
}

/// What is in a collection of std's.
fn collection(path: &Path) -> Option<Vec<&Type>> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = Vec::new();
    for argument in &arguments.args {
        let GenericArgument::Type(ty) = argument else { return None };
        types.push(ty);
    }
    match (last.ident.to_string().as_str(), types.len()) {
        ("Vec" | "VecDeque" | "Option" | "Box" | "BTreeSet" | "HashSet", 1) | ("BTreeMap" | "HashMap", 2) => {
            Some(types)
        }
        _ => None,
    }
}

/// The types that a user would look at: what is in collections, at any depth.
pub fn parts<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    match ty {
        Type::Group(group) => parts(&group.elem, found),
        Type::Paren(paren) => parts(&paren.elem, found),
        Type::Tuple(tuple) => {
            for ty in &tuple.elems {
                parts(ty, found);
            }
        }
        Type::Array(array) => parts(&array.elem, found),
        Type::Path(path) if path.qself.is_none() => match collection(&path.path) {
            Some(types) => {
                for ty in types {
                    parts(ty, found);
                }
            }
            None => found.push(ty),
        },
        _ => found.push(ty),
    }
}

/// Whether a collection may lack what all its parts have: the keys of a map and the items of a set are compared, and
/// serde knows arrays and tuples up to a length.
fn asks_more(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => asks_more(&group.elem),
        Type::Paren(paren) => asks_more(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.len() > 12 || tuple.elems.iter().any(asks_more),
        Type::Array(_) => true,
        Type::Path(path) if path.qself.is_none() => {
            let plain = |name: &&str| path.path.segments.last().is_some_and(|last| last.ident == name);
            collection(&path.path).is_some_and(|types| {
                !["Vec", "VecDeque", "Option", "Box"].iter().any(plain)
                    || types.iter().any(|ty| asks_more(ty))
            })
        }
        _ => false,
    }
}

/// What is generated for the fields that are held, beside what is generated for every field.
pub fn definitions(contract: &Contract) -> TokenStream {
    let Contract { krate, item, body, .. } = contract;
    let checks = checks(krate, &item.ident, places(body), shows_and_clones(contract));
    let by_hand = writes_debug_and_clone(contract).then(|| {
        let (debug, clone) = (debug(contract), clone(contract));
        quote!(#debug #clone)
    });
    quote!(#checks #by_hand)
}

/// Tells serde how the fields that are held are written.
pub fn write_with(contract: &Contract, item: &mut DeriveInput) {
    let Contract { krate, item: original, .. } = contract;
    let name = &original.ident;
    let place = quote!(#krate::__private::contract);
    each(contract, item, &mut |field, model| {
        let nth = model.nth();
        let path = quote!(#place::serialize::<#name, #place::#nth, _, _>).to_string();
        field.attrs.push(serde(quote!(serialize_with = #path)));
    });
}

/// Changes the fields that are held.
pub fn each(contract: &Contract, item: &mut DeriveInput, change: &mut dyn FnMut(&mut SynField, &Field)) {
    let mut each = |fields: &mut SynFields, model: &Fields| {
        for (field, model) in fields.iter_mut().zip(&model.list) {
            if model.held {
                change(field, model);
            }
        }
    };
    match (&mut item.data, &contract.body) {
        (Data::Struct(data), Body::Struct(fields)) => each(&mut data.fields, fields),
        (Data::Enum(data), Body::Enum(of)) => {
            for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
                each(&mut variant.fields, &model.fields);
            }
        }
        _ => {}
    }
}

/// Each field with what a message calls it.
pub fn places(body: &Body) -> Vec<(&Field, Ident)> {
    let mut places = Vec::new();
    match body {
        Body::Struct(fields) => {
            for field in &fields.list {
                let place = match &field.member {
                    Member::Named(name) => name.clone(),
                    Member::Unnamed(index) => format_ident!("field_{}", index.index),
                };
                places.push((field, place));
            }
        }
        Body::Enum(of) => {
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

/// The checks of the fields of a contract `name`; `plain` says whether its `Debug` and `Clone` are the macro's own. What a
/// message calls a field is a type parameter: rustc prints its name.
pub fn checks(krate: &Path, name: &Ident, fields: Vec<(&Field, Ident)>, plain: bool) -> TokenStream {
    let mut held = fields;
    // What is flattened has a check already, for `Flatten`.
    held.retain(|(field, _)| field.held && !matches!(field.role, Role::Flattened));
    let types = held.iter().map(|(field, _)| &field.ty);
    let used = quote!(#(#types)* #krate #name);
    // One function for all is less work for the compiler than one for each.
    let (mut together, mut parameters) = (TokenStream::new(), Vec::new());
    let mut alone = TokenStream::new();
    for (field, mut place) in held {
        if mentions(used.clone(), &place) {
            place = format_ident!("_{}", place.unraw());
        }
        // Not at the field: rustc would offer to make a parameter, too, of a type that it cannot find.
        place.set_span(Span::call_site());
        let check = check(name, field, &place, plain);
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
    quote!(#together #alone)
}

/// The check of one field.
fn check(name: &Ident, field: &Field, place: &Ident, plain: bool) -> TokenStream {
    let ty = &field.ty;
    let asked = if plain { quote!(FieldOf) } else { quote!(DataOf) };
    let mut types = Vec::new();
    parts(ty, &mut types);
    let holds = |ty: &Type| {
        let probe = quote!(__contract::Probe::<#ty>);
        if plain { quote!(#probe::IS_KNOWN && #probe::IS_PLAIN) } else { quote!(#probe::IS_KNOWN) }
    };
    let whole = asks_more(ty).then(|| {
        let whole = holds(ty);
        let each = types.iter().map(|ty| holds(ty));
        quote! {{
            const __WHOLE: bool = {
                use __contract::{Special as _, Unknown as _};
                (#whole) || !(true #(&& #each)*)
            };
            let () = <#ty as __contract::WholeOf<#name, #place, __WHOLE>>::CHECKED;
        }}
    });
    if let (Some(is_checkable), true, [part]) = (checkable(field), plain, types.as_slice()) {
        let holds = holds(part);
        return quote! {{
            const __HOLDS: bool = {
                use __contract::{Special as _, Uncheckable as _, Unknown as _};
                (#holds) || !__contract::Probe::<#part>::#is_checkable
            };
            let () = <#part as __contract::OpaqueOf<#name, #place, __HOLDS>>::CHECKED;
        }};
    }
    quote! {
        #(let () = <#types as __contract::#asked<#name, #place>>::CHECKED;)*
        #whole
    }
}

/// What asks whether a field's own check can be on its type, where the type is a name and no collection: rustc says so if
/// it cannot, and then nothing more has to be said of the type.
fn checkable(field: &Field) -> Option<Ident> {
    let Type::Path(path) = bare(&field.ty) else { return None };
    if item_type(&path.path).is_some() {
        return None;
    }
    field.rules.iter().find_map(|rule| match rule {
        Rule::Len(_) => Some(format_ident!("IS_COUNTABLE")),
        Rule::Range(_) => Some(format_ident!("IS_RANGEABLE")),
        _ => None,
    })
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

fn binding(field: &Field) -> Ident {
    format_ident!("__field_{}", field.number)
}

/// An arm for each form of the item: a pattern that binds every field by its number, and what comes of it.
pub fn arms(
    body: &Body,
    from: &TokenStream,
    arm: &dyn Fn(Option<&Ident>, &Fields) -> TokenStream,
) -> TokenStream {
    let pattern = |fields: &Fields| {
        let bindings = fields.list.iter().map(|field| {
            let (cfgs, member, binding) = (&field.cfgs, &field.member, binding(field));
            quote!(#(#cfgs)* #member: #binding,)
        });
        quote!({ #(#bindings)* })
    };
    match body {
        Body::Struct(fields) => {
            let (pattern, arm) = (pattern(fields), arm(None, fields));
            quote!(#from #pattern => #arm,)
        }
        Body::Enum(of) => {
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
        let (cfgs, place, value) = (&field.cfgs, &field.member, value(field, binding(field)));
        quote!(#(#cfgs)* #place: #value,)
    });
    quote!(#of #variant { #(#values)* })
}

/// A copy of a field, of which there is a reference.
pub fn cloned(field: &Field, reference: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    if field.held {
        quote!((&&__contract::Probe::<#ty>::NEW).cloned(#reference))
    } else {
        quote!(<#ty as ::core::clone::Clone>::clone(#reference))
    }
}

fn clone(contract: &Contract) -> TokenStream {
    let Contract { item, body, .. } = contract;
    let name = &item.ident;
    let this = quote!(Self);
    let arms = arms(body, &this, &|variant, fields| {
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
    let Contract { item, body, .. } = contract;
    let name = &item.ident;
    let arms = arms(body, &quote!(Self), &|variant, fields| {
        let text = variant.unwrap_or(name).unraw().to_string();
        let shown = |field: &Field| {
            let (ty, binding) = (&field.ty, binding(field));
            if field.held {
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
            let label = named.then(|| label(&field.member));
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

fn label(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
