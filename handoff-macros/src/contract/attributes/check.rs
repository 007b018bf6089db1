//! What is written in `#[check(…)]`, and on which types it can make no sense.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::{Expr, LitStr, Path, Type};

use crate::contract::attributes::range::{self, Kind, Literal};
use crate::contract::model::Check;
use crate::contract::syntax::RawCheck;
use crate::contract::types::{self, Container, Std};
use crate::errors::{Errors, at_end, shown, spanned};
use crate::{fragments, read, suggest};

/// The names of the checks.
pub const CHECKS: [&str; 7] = ["len", "range", "pattern", "multiple_of", "unique", "each", "with"];

/// How each is written.
const EXAMPLES: &str = "`len(1..=8)`, `range(1..=5)`, `pattern(\"^[a-z]+$\")`, `multiple_of(5)`, `unique`, `each(len(1..))` and `with(path::to::function)`";

/// Reads the checks of a field or, in `each(…)`, of an item. What is wrong goes to `errors`.
pub fn checks(raw: Vec<RawCheck>, errors: &mut Errors) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut seen: Vec<Ident> = Vec::new();
    for RawCheck { name, args } in raw {
        if seen.contains(&name) {
            let instead = match name.to_string().as_str() {
                "pattern" => {
                    "write one pattern that says it all, or test one of them in a function: `with(path)`"
                }
                "unique" => "leave one of them out",
                "multiple_of" => "write their least common multiple",
                "each" => "write one `each(…)` with all the checks in it",
                "with" => "write one function that calls both",
                _ => "write one range that says it all",
            };
            errors.at(&name, format!("`{name}` is given twice\nhelp: {instead}"));
            continue;
        }
        if let Some(check) = check(&name, args.as_ref(), errors) {
            checks.push(check);
        }
        seen.push(name);
    }
    checks
}

fn check(name: &Ident, args: Option<&TokenStream>, errors: &mut Errors) -> Option<Check> {
    let check = match name.to_string().as_str() {
        "len" => range::parse(name, args).map(Check::Len),
        "range" => range::parse(name, args).map(Check::Range),
        "pattern" => pattern(name, args).map(Check::Pattern),
        "multiple_of" => multiple_of(name, args).map(Check::MultipleOf),
        "unique" => unique(args).map(|()| Check::Unique),
        "each" => each(name, args, errors).map(Check::Each),
        "with" => with(name, args).map(Check::With),
        other => {
            let help = elsewhere(other).map_or_else(|| format!("the checks are {EXAMPLES}"), str::to_owned);
            let meant = suggest::did_you_mean(other, &CHECKS);
            Err(spanned(name, format!("unknown check `{other}`{meant}\nhelp: {help}")))
        }
    };
    errors.take(check)
}

/// What to write for a check that is called this elsewhere.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "min" | "max" | "minimum" | "maximum" => {
            "bound a number with `range(1..=5)`, and a length with `len(1..=8)`"
        }
        "min_length" | "max_length" | "min_len" | "max_len" | "min_items" | "max_items" | "non_empty"
        | "not_empty" => "write `len(1..=8)`, or `len(1..)` for one that is not empty",
        "regex" | "matches" => "write `pattern(\"^[a-z]+$\")`",
        _ => return None,
    })
}

fn pattern(name: &Ident, args: Option<&TokenStream>) -> syn::Result<LitStr> {
    let Some(args) = args.filter(|args| !args.is_empty()) else {
        let message = format!(
            "`{name}` needs a pattern\nhelp: write one in parentheses, as in `pattern(\"^[a-z]+$\")`"
        );
        return Err(spanned(name, message));
    };
    let Ok(text) = syn::parse2::<LitStr>(args.clone()) else {
        let message = "`pattern` takes a string literal: it is read when the program is compiled\nhelp: write the pattern itself, as in `pattern(\"^[a-z]+$\")`";
        return Err(spanned(args, message));
    };
    match handoff_pattern::Pattern::parse(&text.value()) {
        Ok(_) => Ok(text),
        Err(mistake) => Err(spanned(&text, mistake)),
    }
}

fn multiple_of(name: &Ident, args: Option<&TokenStream>) -> syn::Result<Expr> {
    let Some(args) = args.filter(|args| !args.is_empty()) else {
        let message =
            format!("`{name}` needs a number\nhelp: write one in parentheses, as in `multiple_of(5)`");
        return Err(spanned(name, message));
    };
    let number = fragments::expression.parse2(args.clone()).map_err(|error| {
        at_end(error, args, "this number is not finished\nhelp: write one, as in `multiple_of(5)`")
    })?;
    let message = match range::literal(&number) {
        Some(Literal::Integer(0)) => "nothing but 0 is a multiple of 0\nhelp: write a number of at least 1",
        Some(Literal::Integer(..0)) => {
            "a number and its negative have the same multiples\nhelp: write the number without the `-`"
        }
        Some(Literal::Float(_)) => {
            "`multiple_of` takes an integer: hardly any float is exactly a multiple of another\nhelp: count in a smaller unit, as in cents for `0.01`"
        }
        None if matches!(number, Expr::Lit(_) | Expr::Range(_)) => {
            "`multiple_of` takes an integer\nhelp: write one, as in `multiple_of(5)`"
        }
        Some(Literal::Integer(_)) | None => return Ok(number),
    };
    Err(spanned(&number, message))
}

fn unique(args: Option<&TokenStream>) -> syn::Result<()> {
    match args {
        None => Ok(()),
        Some(args) => {
            let message = "`unique` takes nothing in parentheses\nhelp: write `unique`";
            Err(spanned(args, message))
        }
    }
}

fn each(name: &Ident, args: Option<&TokenStream>, errors: &mut Errors) -> syn::Result<Vec<Check>> {
    let Some(args) = args.filter(|args| !args.is_empty()) else {
        let message = format!(
            "`{name}` needs checks for the items\nhelp: write them in parentheses, as in `each(len(1..=8))`"
        );
        return Err(spanned(name, message));
    };
    let checks = read::list(args.clone())?;
    Ok(self::checks(checks, errors))
}

fn with(name: &Ident, args: Option<&TokenStream>) -> syn::Result<Path> {
    let Some(args) = args.filter(|args| !args.is_empty()) else {
        let message = format!(
            "`{name}` needs a function\nhelp: write its path in parentheses, as in `with(is_even)`, for a `fn is_even(value: &u32) -> Result<(), String>`"
        );
        return Err(spanned(name, message));
    };
    syn::parse2::<Path>(args.clone()).map_err(|_| {
        let message = "`with` takes the path to a function\nhelp: write a function that takes a reference to the value and returns `Result<(), String>`, and name it here";
        spanned(args, message)
    })
}

/// Reports checks on one value that leave nothing to pass, as far as their literals say.
pub fn contradictions(checks: &[Check], errors: &mut Errors) {
    let number = |expression: &Expr| match range::literal(expression) {
        Some(Literal::Integer(integer)) => Some(integer),
        _ => None,
    };
    let range = checks.iter().find_map(|check| match check {
        Check::Range(range) => Some((range.min.as_ref().and_then(number)?, range.max.as_ref()?)),
        _ => None,
    });
    for check in checks {
        match check {
            Check::Each(checks) => contradictions(checks, errors),
            Check::MultipleOf(of) => {
                let Some((min, max)) = range else { continue };
                let Some((of_value, end)) = number(of).zip(number(&max.end)) else { continue };
                let last = if max.included { end } else { end - 1 };
                if last.div_euclid(of_value) * of_value < min {
                    let message = format!(
                        "no multiple of {of_value} is in the range of the field\nhelp: write a smaller number, or a wider range"
                    );
                    errors.at(of, message);
                }
            }
            _ => {}
        }
    }
}

/// Reports a range whose ends are both of another kind of number than the type; whether it was. rustc says it of each end.
pub fn another_kind(ty: &Type, check: &Check, errors: &mut Errors) -> bool {
    let range = match check {
        Check::Each(checks) => {
            let item = types::listed(ty);
            // There is one `range` among the checks of an item.
            return item.is_some_and(|item| checks.iter().any(|check| another_kind(item, check, errors)));
        }
        Check::Range(range) => range,
        _ => return false,
    };
    let ty = types::innermost(ty);
    let (Some(std), Some(kind), Some(min), Some(max)) =
        (types::plain(ty), range.kind(), &range.min, &range.max)
    else {
        return false;
    };
    let end = &max.end;
    let (ends, shown) = (quote!(#min .. #end), shown(ty));
    match (std, kind) {
        (Std::Integer, Kind::Float) => errors.at_with_help(
            &ends,
            format_args!("the ends of the range are floats, and `{shown}` is an integer"),
            "write integers, as in `range(1..=5)`",
        ),
        (Std::Float, Kind::Integer) => {
            let dots = if max.included { "..=" } else { ".." };
            errors.at_with_help(
                &ends,
                format_args!("the ends of the range are integers, and `{shown}` is a float"),
                format_args!("write `range({}.0{dots}{}.0)`", range::text(min), range::text(end)),
            );
        }
        _ => return false,
    }
    true
}

/// Reports a `#[serde(default)]` that a check on it refuses, as far as the names of types and the literals say.
pub fn default_breaks(default: &Path, ty: &Type, checks: &[Check], errors: &mut Errors) {
    let Some(std) = types::std(ty) else { return };
    let (value, refuses): (_, fn(&Check) -> Option<String>) = match std {
        Std::Integer => ("0", refuses_zero),
        Std::Float => ("0.0", refuses_zero),
        Std::String => ("an empty string", refuses_empty),
        Std::Container(Container::List | Container::Set) => ("an empty list", refuses_empty),
        Std::Container(Container::Map) => ("an empty map", refuses_empty),
        Std::Bool | Std::Char | Std::Container(Container::Option | Container::Box) => return,
    };
    if let Some(check) = checks.iter().find_map(refuses) {
        let ty = shown(ty);
        errors.at(
            default,
            format!("the default of `{ty}` is {value}, which `{check}` refuses\nhelp: name a function that gives a good one, as in `#[serde(default = \"path\")]`, or leave `default` out"),
        );
    }
}

fn refuses_zero(check: &Check) -> Option<String> {
    let Check::Range(range) = check else { return None };
    let zero = |like: Literal| match like {
        Literal::Integer(_) => Literal::Integer(0),
        Literal::Float(_) => Literal::Float(0.0),
    };
    let below = range
        .min
        .as_ref()
        .and_then(range::literal)
        .is_some_and(|min| zero(min).compare(min).is_some_and(std::cmp::Ordering::is_lt));
    let above = range.max.as_ref().is_some_and(|max| {
        let order = range::literal(&max.end).and_then(|end| zero(end).compare(end));
        order.is_some_and(|order| if max.included { order.is_gt() } else { order.is_ge() })
    });
    (below || above).then(|| format!("range({})", range.text()))
}

fn refuses_empty(check: &Check) -> Option<String> {
    match check {
        Check::Len(range) => {
            let min = range.min.as_ref().and_then(range::literal);
            matches!(min, Some(Literal::Integer(1..))).then(|| format!("len({})", range.text()))
        }
        Check::Pattern(text) => {
            let pattern = handoff_pattern::Pattern::parse(&text.value()).ok()?;
            (!pattern.is_in("")).then(|| format!("pattern({})", text.to_token_stream()))
        }
        _ => None,
    }
}
