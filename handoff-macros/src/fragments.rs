//! Fragments of a user's `macro_rules!`. What `$e:expr` or `$t:ty` stands for arrives in a group without delimiters, so
//! that no operator beside it takes it apart; whoever looks at what was written looks through the group.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Expr, GenericArgument, PathArguments, Type};

/// Reads an expression that stands on its own: nothing could take it apart.
pub fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse().map(|mut expression| {
        while let Expr::Group(group) = expression {
            expression = *group.expr;
        }
        expression
    })
}

/// Reads what stands in braces: `$b:block` has a group round them.
pub fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let fork = input.fork();
    let mut tree: TokenTree = input.parse()?;
    loop {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Ok(group),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let mut inside = group.stream().into_iter();
                match (inside.next(), inside.next()) {
                    (Some(only), None) => tree = only,
                    _ => return Err(fork.error("expected `{`")),
                }
            }
            _ => return Err(fork.error("expected `{`")),
        }
    }
}

/// An expression without the groups and parentheses round it.
pub fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => bare(&group.expr),
        Expr::Paren(paren) => bare(&paren.expr),
        expression => expression,
    }
}

/// Reads a type, and looks through the groups in it.
pub fn ty(input: ParseStream<'_>) -> syn::Result<Type> {
    let mut ty = input.parse()?;
    open_type(&mut ty);
    Ok(ty)
}

/// Takes off the groups round a type, and round the types in it that stand on their own.
pub fn open_type(ty: &mut Type) {
    while let Type::Group(group) = ty {
        *ty = std::mem::replace(&mut *group.elem, Type::Verbatim(TokenStream::new()));
    }
    match ty {
        Type::Array(array) => open_type(&mut array.elem),
        Type::Paren(paren) => open_type(&mut paren.elem),
        Type::Slice(slice) => open_type(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(open_type),
        Type::Reference(reference) if !has_bounds(&reference.elem) => open_type(&mut reference.elem),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(ty) = argument {
                        open_type(ty);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Whether a reference to the type is not written without parentheses: `&dyn Send + Sync`.
fn has_bounds(ty: &Type) -> bool {
    let Type::Group(group) = ty else { return false };
    matches!(*group.elem, Type::TraitObject(_) | Type::ImplTrait(_)) || has_bounds(&group.elem)
}

/// Tokens without the groups round them: their ends are tokens of the user's.
pub fn open(tokens: TokenStream) -> TokenStream {
    let is_group =
        |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::None);
    if !tokens.clone().into_iter().any(|tree| is_group(&tree)) {
        return tokens;
    }
    let mut opened = TokenStream::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                opened.extend(open(group.stream()));
            }
            tree => opened.extend([tree]),
        }
    }
    opened
}
