//! What is generated for the checks of a field.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Path, Type};

use crate::contract::attributes::range::{self, Kind, Max, Range};
use crate::contract::expand::field::{bare, item_type};
use crate::contract::model::Rule;
use crate::spans::{Place, projection, respan};

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
    let rules = all(&item(ty), rules, rule);
    if rules.is_empty() {
        return None;
    }
    let rules = list(rules);
    Some(quote!(__contract::Each::new(<#ty as __contract::Itemised>::LISTING, #rules)))
}

/// What is in a list, a set or a map.
fn item(ty: &Type) -> Type {
    item_of(ty).cloned().unwrap_or_else(|| Type::Verbatim(quote!(<#ty as __contract::Itemised>::Item)))
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
    let report = quote_spanned!(span=> __contract::Verdict::report(#path(__value), __violations));
    // Seen from where the path comes from, which may be outside of a macro of the user's.
    let local = |name| Ident::new(name, Span::call_site().resolved_at(span));
    let (value, violations) = (local("__value"), local("__violations"));
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

/// What only the compiler can say of a check on a `ty`: that its numbers make sense.
pub fn asserted(name: &Ident, cfgs: &[Attribute], ty: &Type, rule: &Rule) -> TokenStream {
    match rule {
        Rule::Len(range) => ordered(name, cfgs, &quote!(usize), range),
        Rule::Range(range) => {
            let number = quote!(<#ty as __contract::Rangeable>::Number);
            let ordered = ordered(name, cfgs, &number, range);
            let finite = (kind(ty) != Some(Kind::Integer)).then(|| finite(name, cfgs, &number, range));
            quote!(#ordered #finite)
        }
        Rule::MultipleOf(of) if range::literal(of).is_none() => {
            let number = typed(&quote!(<#ty as __contract::Divisible>::Integer), of);
            assertion(name, cfgs, Place::of(of), &quote!(Divides), &quote!(#number.0 > 0))
        }
        Rule::Each(rules) => {
            let item = item(ty);
            let rules = rules.iter().map(|rule| asserted(name, cfgs, &item, rule));
            quote!(#(#rules)*)
        }
        Rule::Pattern(_) | Rule::MultipleOf(_) | Rule::Unique | Rule::With(_) => TokenStream::new(),
    }
}

/// That the ends of a range are in order. Of NaN nothing is said here.
fn ordered(name: &Ident, cfgs: &[Attribute], number: &TokenStream, range: &Range) -> TokenStream {
    let Some((min, Max { end, included })) = range.unordered() else { return TokenStream::new() };
    let disorder = if *included { quote!(>) } else { quote!(>=) };
    let place = Place::of(min).to(Place::of(end));
    let (min, end) = (typed(number, min), typed(number, end));
    assertion(name, cfgs, place, &quote!(NotEmpty), &quote!(!(#min.0 #disorder #end.0)))
}

/// That the ends of a range are numbers that JSON has. A literal is.
fn finite(name: &Ident, cfgs: &[Attribute], number: &TokenStream, range: &Range) -> TokenStream {
    let ends = range.min.iter().chain(range.max.as_ref().map(|max| &max.end));
    let assertions = ends.filter(|end| range::literal(end).is_none()).map(|end| {
        let holds = typed(number, end);
        assertion(name, cfgs, Place::of(end), &quote!(FiniteEnd), &quote!(#holds.is_finite()))
    });
    quote!(#(#assertions)*)
}

/// A number of a check. The block is the same as in the check itself: what is wrong with it is one error.
fn typed(number: &TokenStream, end: &Expr) -> TokenStream {
    quote!(__contract::Known::<#number>(const { #end }))
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
    // Not at the user's place: rustc would offer to make a parameter there of a type that it cannot find.
    let holds = quote!(const __HOLDS: bool = #holds;);
    let check = quote_spanned! {first=>
        const _: () = {
            #holds
            <#itself as __contract::#of<__HOLDS>>::CHECKED
        };
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
