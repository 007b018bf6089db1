//! What an agent's function takes: its input, and then what the runtime gives it.

use super::check::{only_argument, payload};
use super::refused::{self, Refused};
use crate::errors::{Errors, shown, spanned};
use crate::owned;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::{FnArg, PatType, Type};

/// A parameter after the input.
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
pub enum Parameter {
    Context(Type),
    State {
        resource: Type,
        whole: Type,
    },
    /// `State` without its resource.
    Unnamed(Type),
}

/// What the function is handed: its first parameter. `None` where that is refused.
pub fn input<'a>(
    inputs: &mut (impl Iterator<Item = (usize, &'a FnArg)> + Clone),
    function: &Ident,
    callable: &mut bool,
    refused: &mut Refused,
    errors: &mut Errors,
) -> Option<Type> {
    let (index, ty) = match inputs.next() {
        Some((index, FnArg::Typed(first))) if kind_of(&first.ty) == Kind::Plain => {
            (index, (*first.ty).clone())
        }
        Some((_, first @ FnArg::Typed(_))) if let Some((index, input)) = plain(inputs.clone()) => {
            errors.at_with_help(
                input,
                format_args!("agent `{function}` takes its input after something else"),
                format_args!("put it first: `{}, {}`", shown(input), shown(first)),
            );
            *callable = false;
            // What else is there is no second mistake.
            inputs.for_each(drop);
            (index, (*input.ty).clone())
        }
        first => {
            let place =
                first.map_or_else(|| function.to_token_stream(), |(_, first)| first.to_token_stream());
            let help = "the first parameter is what the agent is handed, such as `question: Question`";
            let reserved =
                first.map(|_| "; a contract is called neither `Context` nor `State`").unwrap_or_default();
            errors.at_with_help(
                &place,
                format_args!("agent `{function}` takes no input"),
                format_args!("{help}{reserved}"),
            );
            *callable = false;
            return None;
        }
    };
    match payload(ty, function, "takes") {
        Ok(ty) => Some(ty),
        Err(error) => {
            refused.input(index);
            errors.push(error);
            None
        }
    }
}

/// The first parameter that can only be an input.
fn plain<'a>(mut inputs: impl Iterator<Item = (usize, &'a FnArg)>) -> Option<(usize, &'a PatType)> {
    inputs.find_map(|(index, input)| match input {
        FnArg::Typed(typed) if kind_of(&typed.ty) == Kind::Plain => Some((index, typed)),
        _ => None,
    })
}

/// What a parameter is, by the last segment of its type: by trait it would be five errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Context,
    State,
    Plain,
}

fn kind_of(ty: &Type) -> Kind {
    let Type::Path(path) = ty else {
        return Kind::Plain;
    };
    match path.path.segments.last() {
        Some(last) if last.ident == "Context" && last.arguments.is_none() => Kind::Context,
        Some(last) if last.ident == "State" => Kind::State,
        _ => Kind::Plain,
    }
}

/// What the function takes besides.
pub fn after_it<'a>(
    inputs: impl Iterator<Item = (usize, &'a FnArg)>,
    function: &Ident,
    callable: &mut bool,
    refused: &mut Refused,
    errors: &mut Errors,
) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (index, input) in inputs {
        let FnArg::Typed(parameter) = input else {
            continue;
        };
        let ty = &parameter.ty;
        match (kind_of(ty), only_argument(ty)) {
            (Kind::Context, _) => parameters.push(Parameter::Context((**ty).clone())),
            (Kind::State, Some(resource)) if refused::elides(resource.to_token_stream()) => {
                *callable = false;
                let error = spanned(
                    ty,
                    format_args!(
                        "agent `{function}` takes `{}`, and what it takes from the runtime's state is a clone\nhelp: write `State<{}>`",
                        shown(ty),
                        shown(&owned::owned(&resource))
                    ),
                );
                refused.input(index);
                errors.push(error);
            }
            (Kind::State, Some(resource)) => {
                parameters.push(Parameter::State { resource, whole: (**ty).clone() });
            }
            (Kind::State, None) => parameters.push(Parameter::Unnamed((**ty).clone())),
            (Kind::Plain, _) => {
                *callable = false;
                refused.input(index);
                errors.push(misplaced(parameter, function));
            }
        }
    }
    parameters
}

/// What is wrong with a parameter that is neither the input nor from the runtime.
fn misplaced(parameter: &PatType, function: &Ident) -> syn::Error {
    let ty = &*parameter.ty;
    if let Type::Reference(reference) = ty
        && kind_of(&reference.elem) != Kind::Plain
    {
        let message = format!(
            "agent `{function}` takes a reference to what it is given\nhelp: write `{}`: it is cheap to clone",
            shown(&reference.elem)
        );
        return spanned(ty, message);
    }
    let resource = shown(&owned::owned(ty));
    let message = format!(
        "agent `{function}` cannot take `{}` here: it takes one input, and then only `State<…>` and `Context`\nhelp: write `State<{resource}>` to take it from the runtime's state, or take a `Context` to know of the run",
        shown(ty)
    );
    spanned(parameter, message)
}
