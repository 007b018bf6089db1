//! What is generated for the checks of a field.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Path, Type};

use crate::contract::attributes::range::{self, Kind, Max, Range};
use crate::contract::model::Check;
use crate::contract::types::{Std, inside_option, listed, plain};
use crate::editor;
use crate::spans::{Place, projection, respan};

/// Writes a check of a `ty`; nothing for a check that runs last.
pub fn first(ty: &Type, check: &Check) -> Option<TokenStream> {
    Some(match check {
        Check::Len(range) => {
            let lengths = lengths(range);
            quote!(__contract::Len::new(<#ty as __contract::Countable>::COUNTING, #lengths))
        }
        Check::Range(range) => {
            let bounds = bounds(range, ty);
            quote!(__contract::Range::new(<#ty as __contract::Rangeable>::RANGING, #bounds))
        }
        Check::Pattern(text) => quote!({
            static __PATTERN: __contract::Pattern = __contract::Pattern::new(#text);
            __contract::Matches::new(<#ty as __contract::Matchable>::TEXTS, &__PATTERN)
        }),
        Check::MultipleOf(of) => {
            let of = end(of, kind(ty));
            let integers = found(ty, &quote!(__contract::Divisible), "INTEGERS");
            quote!(__contract::MultipleOf::new(#integers, #of))
        }
        Check::Unique => {
            let item = item(ty, "Distinct");
            let items = found(ty, &quote!(__contract::Distinct), "ITEMS");
            let mut opaque = quote!((&&__contract::Probe::<#item>::NEW).opaque());
            // Where the type is no list, that is one error and not two.
            if listed(ty).is_none() && !editor::watches() {
                opaque = respan(opaque, Place::of(ty).first);
            }
            quote!(__contract::Unique::new(#items, #opaque))
        }
        Check::Each(checks) => return each(ty, checks, first),
        Check::With(_) => return None,
    })
}

/// Writes `<ty as of>::name`, which rustc underlines as the type where that does not implement the trait.
fn found(ty: &Type, of: &TokenStream, name: &str) -> TokenStream {
    // What stands at names of the user's is not for an editor to find.
    if editor::watches() {
        let name = Ident::new(name, Span::call_site());
        return quote!(<#ty as #of>::#name);
    }
    let Place { first, last } = Place::of(ty);
    let (of, name) = (respan(of.clone(), last), Ident::new(name, last));
    let open = quote_spanned!(first=> <);
    let rest = quote_spanned!(last=> as #of>::#name);
    quote!(#open #ty #rest)
}

/// Writes a check that runs when nothing else is wrong.
pub fn last(ty: &Type, check: &Check) -> Option<TokenStream> {
    match check {
        Check::Each(checks) => each(ty, checks, last),
        Check::With(path) => Some(with(ty, path)),
        Check::Len(_) | Check::Range(_) | Check::Pattern(_) | Check::MultipleOf(_) | Check::Unique => None,
    }
}

/// Writes all checks of a `ty`.
pub fn all(ty: &Type, checks: &[Check], write: fn(&Type, &Check) -> Option<TokenStream>) -> Vec<TokenStream> {
    let mut all = Vec::new();
    for check in checks {
        if let Some(check) = write(ty, check) {
            all.push(check);
        }
    }
    all
}

fn each(ty: &Type, checks: &[Check], write: fn(&Type, &Check) -> Option<TokenStream>) -> Option<TokenStream> {
    let checks = all(&item(ty, "Itemised"), checks, write);
    if checks.is_empty() {
        return None;
    }
    let checks = list(checks);
    Some(quote!(__contract::Each::new(<#ty as __contract::Itemised>::LISTING, #checks)))
}

/// Names what is in a list, a set or a map, for a trait that knows it; where it can be seen in the syntax, an error in a
/// check on it points there.
fn item(ty: &Type, of: &str) -> Type {
    let of = Ident::new(of, Span::call_site());
    listed(ty).cloned().unwrap_or_else(|| Type::Verbatim(found(ty, &quote!(__contract::#of), "Item")))
}

/// Joins checks: pairs in pairs.
pub fn list(checks: Vec<TokenStream>) -> TokenStream {
    checks.into_iter().rev().fold(quote!(()), |rest, check| quote!((#check, #rest)))
}

/// Calls the function where its path stands, so that what does not fit is an error there.
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
    quote! {
        __contract::with(
            |#value: &#ty, #violations: &mut __contract::Violations| #report,
            (&&__contract::Probe::<#ty>::NEW).opaque(),
        )
    }
}

/// Asks the compiler what only it can say of a check on a `ty`: that its numbers make sense.
pub fn asserted(name: &Ident, cfgs: &[Attribute], ty: &Type, check: &Check) -> TokenStream {
    match check {
        Check::Len(range) => ordered(name, cfgs, &quote!(usize), range),
        Check::Range(range) => {
            let number = found(ty, &quote!(__contract::Rangeable), "Number");
            let ordered = ordered(name, cfgs, &number, range);
            let finite = (kind(ty) != Some(Kind::Integer)).then(|| finite(name, cfgs, &number, range));
            quote!(#ordered #finite)
        }
        Check::MultipleOf(of) if range::literal(of).is_none() => {
            let number = typed(&found(ty, &quote!(__contract::Divisible), "Integer"), of);
            assertion(name, cfgs, Place::of(of), &quote!(Divides), &quote!(#number.0 > 0))
        }
        Check::Each(checks) => {
            let item = item(ty, "Itemised");
            let checks = checks.iter().map(|check| asserted(name, cfgs, &item, check));
            quote!(#(#checks)*)
        }
        Check::Pattern(_) | Check::MultipleOf(_) | Check::Unique | Check::With(_) => TokenStream::new(),
    }
}

/// Asks whether the ends of a range are in order. Of NaN nothing is said here.
fn ordered(name: &Ident, cfgs: &[Attribute], number: &TokenStream, range: &Range) -> TokenStream {
    let Some((min, Max { end, included })) = range.unordered() else { return TokenStream::new() };
    let disorder = if *included { quote!(>) } else { quote!(>=) };
    let place = Place::of(min).to(Place::of(end));
    let (min, end) = (typed(number, min), typed(number, end));
    assertion(name, cfgs, place, &quote!(NotEmpty), &quote!(!(#min.0 #disorder #end.0)))
}

/// Asks whether the ends of a range are numbers that JSON has. A literal is.
fn finite(name: &Ident, cfgs: &[Attribute], number: &TokenStream, range: &Range) -> TokenStream {
    let ends = range.min.iter().chain(range.max.as_ref().map(|max| &max.end));
    let assertions = ends.filter(|end| range::literal(end).is_none()).map(|end| {
        let holds = typed(number, end);
        assertion(name, cfgs, Place::of(end), &quote!(FiniteEnd), &quote!(#holds.is_finite()))
    });
    quote!(#(#assertions)*)
}

/// Writes a number of a check. The block is the same as in the check itself: what is wrong with it is one error.
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
    if !editor::watches() {
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

/// Writes the end of a range of a kind of number. It is const without saying so where it is a literal of that kind; where it is
/// one of another kind, rustc says less about the mistake in a block of its own.
fn end(end: &Expr, kind: Option<Kind>) -> TokenStream {
    if kind.is_some() && range::kind(end) == kind { quote!(#end) } else { quote!(const { #end }) }
}

/// The kind of number that a type is, as far as its name says.
fn kind(ty: &Type) -> Option<Kind> {
    match plain(ty)? {
        Std::Integer => Some(Kind::Integer),
        Std::Float => Some(Kind::Float),
        _ => None,
    }
}

/// Writes the lengths of `len(…)`.
pub fn lengths(range: &Range) -> TokenStream {
    let end = |number| end(number, Some(Kind::Integer));
    let min = range.min.as_ref().map_or_else(|| quote!(0), end);
    let max = match &range.max {
        None => quote!(__contract::None),
        Some(Max { end: most, included: true }) => {
            let most = end(most);
            quote!(__contract::Some(#most))
        }
        // A length below N is one of at most N - 1; `0` does not get here.
        Some(Max { end: beyond, included: false }) => quote!(__contract::Some(const { (#beyond) - 1 })),
    };
    quote!(__contract::Lengths { min: #min, max: #max })
}

fn bounds(range: &Range, ty: &Type) -> TokenStream {
    let kind = kind(ty);
    let end = |number| end(number, kind);
    let min = match &range.min {
        None => quote!(__contract::None),
        Some(min) => {
            let min = end(min);
            quote!(__contract::Some(#min))
        }
    };
    let max = match &range.max {
        None => quote!(__contract::None),
        Some(Max { end: most, included }) => {
            let most = end(most);
            let included = if *included { quote!(Yes) } else { quote!(No) };
            quote!(__contract::Some((#most, __contract::Included::#included)))
        }
    };
    quote!(__contract::Bounds { min: #min, max: #max })
}
