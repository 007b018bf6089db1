//! Putting generated tokens where the user's are, so that rustc points there.

use crate::{editor, fragments};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Type, Visibility};

/// Where some tokens of the user's begin and end.
///
/// `Span::join` gives only the first token on stable, but rustc underlines a node from its first
/// to its last token: a generated node whose outer tokens have these spans is underlined like the
/// user's.
#[derive(Clone, Copy)]
pub struct Place {
    pub first: Span,
    pub last: Span,
}

impl Place {
    pub fn of(tokens: &dyn ToTokens) -> Self {
        let mut first = None;
        let mut last = Span::call_site();
        for tree in fragments::open(tokens.to_token_stream()) {
            let (opens, closes) = match &tree {
                TokenTree::Group(group) => (group.span_open(), group.span_close()),
                tree => (tree.span(), tree.span()),
            };
            first.get_or_insert(opens);
            last = closes;
        }
        Self { first: first.unwrap_or(last), last }
    }

    /// From the beginning of this place to the end of the other.
    pub fn to(self, other: Self) -> Self {
        Self { first: self.first, last: other.last }
    }
}

/// A local variable of ours: errors in it point at `span`, but the user's code cannot see it. Its name begins
/// with `__`, since a pattern means the constant of that name wherever the user has one.
pub fn local(name: &str, span: Span) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site().located_at(span))
}

/// The same tokens, all at one place.
pub fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let mut moved = TokenStream::new();
    for mut tree in tokens {
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), respan(group.stream(), span)).into();
        }
        tree.set_span(span);
        moved.extend([tree]);
    }
    moved
}

/// The same tokens at no place of the user's, where their names mean what they did.
pub fn aside(tokens: TokenStream) -> TokenStream {
    let mut moved = TokenStream::new();
    for mut tree in tokens {
        let place = Span::call_site().resolved_at(tree.span());
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), aside(group.stream())).into();
        }
        tree.set_span(place);
        moved.extend([tree]);
    }
    moved
}

/// A path all of whose tokens are at one place. One token of a generated header that is not at
/// the user's, and rustc speaks of our macro.
pub fn path_at(path: &syn::Path, span: Span) -> syn::Path {
    let mut path = path.clone();
    if let Some(colons) = &mut path.leading_colon {
        colons.spans = [span; 2];
    }
    for mut pair in path.segments.pairs_mut() {
        pair.value_mut().ident.set_span(span);
        if let Some(colons) = pair.punct_mut() {
            colons.spans = [span; 2];
        }
    }
    path
}

/// The type `()`.
pub fn unit() -> Type {
    Type::Verbatim(quote!(()))
}

/// `<ty as of>::name`, which rustc underlines from the beginning to the end of the place.
pub fn projection(place: Place, ty: &TokenStream, of: &TokenStream, name: &str) -> TokenStream {
    let (ty, of) = (respan(ty.clone(), place.first), respan(of.clone(), place.first));
    let name = Ident::new(name, place.last);
    quote_spanned!(place.first=> <#ty as #of>::#name)
}

/// `visibility keyword ident rest`, which begins and ends where rustc is to underline it, and of which nothing but
/// the name is at the name's place if that can be avoided: there an editor asks what the name is.
pub fn declaration(
    visibility: &Visibility,
    keyword: &TokenStream,
    ident: &Ident,
    rest: &TokenStream,
) -> TokenStream {
    let keyword = match visibility {
        Visibility::Inherited if !editor::watches() => respan(keyword.clone(), ident.span()),
        _ => keyword.clone(),
    };
    let mut declared = quote!(#visibility #keyword #ident);
    for mut tree in rest.clone() {
        if !matches!(tree, TokenTree::Ident(_)) {
            tree.set_span(ident.span());
        }
        declared.extend([tree]);
    }
    declared
}
