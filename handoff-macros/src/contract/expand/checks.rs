//! What is generated for the checks of a field.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Path, Type};

use crate::contract::attributes::range::{self, Kind, Max, Range};
use crate::contract::expand::field::{bare, item_type};
use crate::contract::model::Rule;
use crate::spans::{Place, local, projection, respan};

/// A check as a rule on a `ty`; nothing of a check that runs last.
pub fn first(ty: &Type, rule: &Rule) -> Option<TokenStream> {
    Some(match rule {
        Rule::Len(range) => {
            let lengths = lengths(range);
            quote!(__contract::Len::new(<#ty as __contract::Countable>::COUNTING, #lengths))
        }
        Rule::Range(range) => {
            let bounds = bounds(range, ty);
            quote!(__contract::Range::new(<#ty as __contract::Rangeable>::RANGING, #bounds))
        }
        Rule::Pattern(text) => quote!({
            static __PATTERN: __contract::Pattern = __contract::Pattern::new(#text);
            __contract::Matches::new(<#ty as __contract::Matchable>::TEXTS, &__PATTERN)
        }),
        Rule::MultipleOf(of) => {
            let of = end(of, kind(ty));
            quote!(__contract::MultipleOf::new(<#ty as __contract::Divisible>::INTEGERS, #of))
        }
        Rule::Unique => quote!(__contract::Unique::new(<#ty as __contract::Distinct>::COMPARING)),
        Rule::Each(rules) => return each(ty, rules, first),
        Rule::With(_) => return None,
    })
}

/// A check that runs when nothing else is wrong.
pub fn last(ty: &Type, rule: &Rule) -> Option<TokenStream> {
    match rule {
        Rule::Each(rules) => each(ty, rules, last),
        Rule::With(path) => Some(with(ty, path)),
        Rule::Len(_) | Rule::Range(_) | Rule::Pattern(_) | Rule::MultipleOf(_) | Rule::Unique => None,
    }
}

/// What comes of checks on a `ty`.
pub fn all(ty: &Type, rules: &[Rule], rule: fn(&Type, &Rule) -> Option<TokenStream>) -> Vec<TokenStream> {
    let mut all = Vec::new();
    for each in rules {
        if let Some(rule) = rule(ty, each) {
            all.push(rule);
        }
    }
    all
}

fn each(ty: &Type, rules: &[Rule], rule: fn(&Type, &Rule) -> Option<TokenStream>) -> Option<TokenStream> {
    let item =
        item_of(ty).cloned().unwrap_or_else(|| Type::Verbatim(quote!(<#ty as __contract::Itemised>::Item)));
    let rules = all(&item, rules, rule);
    if rules.is_empty() {
        return None;
    }
    let rules = list(rules);
    Some(quote!(__contract::Each::new(<#ty as __contract::Itemised>::LISTING, #rules)))
}

/// What is in a list, as far as it can be seen in the syntax: an error in a check on it then points there.
fn item_of(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Array(array) => Some(&array.elem),
        Type::Path(path) if path.qself.is_none() => {
            let item = item_type(&path.path)?;
            let transparent =
                path.path.segments.last().is_some_and(|last| last.ident == "Option" || last.ident == "Box");
            match (transparent, bare(item)) {
                (false, _) => Some(item),
                (true, Type::Slice(slice)) => Some(&slice.elem),
                (true, _) => item_of(item),
            }
        }
        _ => None,
    }
}

/// Rules as one: pairs in pairs.
pub fn list(rules: Vec<TokenStream>) -> TokenStream {
    rules.into_iter().rev().fold(quote!(()), |rest, rule| quote!((#rule, #rest)))
}

/// The function is called where its path stands, so that what does not fit is an error there.
fn with(ty: &Type, path: &Path) -> TokenStream {
    if let Some(inner) = inside_option(ty) {
        let inner = with(inner, path);
        return quote!(__contract::Inside(#inner));
    }
    let span = path.span();
    // The path may have come into a macro of the user's from outside of it, where locals of ours are not seen.
    let (value, violations) = (local("value", span), local("violations", span));
    let report = quote_spanned!(span=> __contract::Verdict::report(#path(#value), #violations));
    quote!(__contract::with(|#value: &#ty, #violations: &mut __contract::Violations| #report))
}

fn inside_option(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() && path.path.segments.last()?.ident == "Option" => {
            item_type(&path.path)
        }
        _ => None,
    }
}

/// What only the compiler can say of a check: that its numbers make sense.
pub fn asserted(name: &Ident, cfgs: &[Attribute], rule: &Rule) -> TokenStream {
    match rule {
        Rule::Len(range) | Rule::Range(range) => {
            let Some((min, Max { end, included })) = range.unordered() else { return TokenStream::new() };
            let order = if *included { quote!(<=) } else { quote!(<) };
            let place = Place::of(min).to(Place::of(end));
            assertion(name, cfgs, place, &quote!(NotEmpty), &quote!((#min) #order (#end)))
        }
        Rule::MultipleOf(of) if range::literal(of).is_none() => {
            assertion(name, cfgs, Place::of(of), &quote!(Divides), &quote!((#of) > 0))
        }
        Rule::Each(rules) => {
            let rules = rules.iter().map(|rule| asserted(name, cfgs, rule));
            quote!(#(#rules)*)
        }
        Rule::Pattern(_) | Rule::MultipleOf(_) | Rule::Unique | Rule::With(_) => TokenStream::new(),
    }
}

fn assertion(
    name: &Ident,
    cfgs: &[Attribute],
    place: Place,
    of: &TokenStream,
    holds: &TokenStream,
) -> TokenStream {
    let name = respan(name.to_token_stream(), place.first);
    let itself = projection(place, &name, &quote!(__contract::Itself), "Itself");
    let first = place.first;
    let check = quote_spanned! {first=>
        const _: () = <#itself as __contract::#of<{ #holds }>>::CHECKED;
    };
    // What stands at names of the user's is not for an editor to find.
    if !crate::editor::watches() {
        return quote!(#(#cfgs)* #check);
    }
    quote! {
        #(#cfgs)*
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(not(rust_analyzer))]
            #check
        };
    }
}

/// The end of a range of a kind of number. It is const without saying so where it is a literal of that kind; where it is
/// one of another kind, rustc says less about the mistake in a block of its own.
fn end(end: &Expr, kind: Option<Kind>) -> TokenStream {
    if kind.is_some() && range::kind(end) == kind { quote!(#end) } else { quote!(const { #end }) }
}

/// The kind of number that a type is, as far as its name says.
fn kind(ty: &Type) -> Option<Kind> {
    let Type::Path(path) = ty else { return None };
    Some(match path.path.get_ident()?.to_string().as_str() {
        "f32" | "f64" => Kind::Float,
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => Kind::Integer,
        _ => return None,
    })
}

/// The lengths of `len(…)`.
pub fn lengths(range: &Range) -> TokenStream {
    let end = |number| end(number, Some(Kind::Integer));
    let min = range.min.as_ref().map_or_else(|| quote!(0), end);
    let max = match &range.max {
        None => quote!(None),
        Some(Max { end: most, included: true }) => {
            let most = end(most);
            quote!(Some(#most))
        }
        // A length below N is one of at most N - 1; `0` does not get here.
        Some(Max { end: beyond, included: false }) => quote!(Some(const { (#beyond) - 1 })),
    };
    quote!(__contract::Lengths { min: #min, max: #max })
}

fn bounds(range: &Range, ty: &Type) -> TokenStream {
    let kind = kind(ty);
    let end = |number| end(number, kind);
    let min = match &range.min {
        None => quote!(None),
        Some(min) => {
            let min = end(min);
            quote!(Some(#min))
        }
    };
    let max = match &range.max {
        None => quote!(None),
        Some(Max { end: most, included }) => {
            let most = end(most);
            let included = if *included { quote!(Yes) } else { quote!(No) };
            quote!(Some((#most, __contract::Included::#included)))
        }
    };
    quote!(__contract::Bounds { min: #min, max: #max })
}
