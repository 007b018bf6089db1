//! What an editor is shown of a macro call.
//!
//! rustc wants generated code to stand at the user's tokens, or it does not underline them. rust-analyzer wants the
//! opposite: whatever stands at a token is an answer to "what is this", so that there must be one thing there, and
//! the right one. So there are two expansions, and the user's crate takes the one that it is compiled for.
//!
//! The editor's is made of *probes*: the user's tokens where Rust would have them, a stage as a call, a field as a
//! field access, an argument as a field of a struct that documents it. rust-analyzer completes by expanding the call
//! twice, as it is and with an identifier at the cursor, and finds its place in the first by the length of the text
//! before the identifier in the second. Hence the rules of this room:
//!
//! - Probes are made of tokens and parse nothing: a call that is wrong or half written has them as well.
//! - What comes before a token of the user's does not depend on that token, nor on what follows from it. A probe is
//!   there even where there is nothing in it, and a copy of a token comes after the token.
//! - User tokens keep their spans, and no other token has them.

mod arguments;
mod checks;
mod half_written;
mod names;
mod outline;
mod stages;
#[cfg(test)]
mod tests;
mod tokens;
#[cfg(test)]
pub mod view;

pub use arguments::{agent, krate};
pub use checks::contract;
pub use half_written::{Fields, half_written};
pub use outline::Outline;
pub use stages::pipeline;

use crate::spans::aside;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use std::sync::OnceLock;
use syn::Path;

/// What rust-analyzer puts at the cursor to complete.
const MARKER: &str = "intellijRulezz";

/// Who expands the macros.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    /// The compiler: it neither makes nor reads what it would drop.
    Compiler,
    /// rust-analyzer, or the compiler for the crate that is compiled as an editor sees it: the variable is for it.
    Editor,
    /// Another that may be either.
    Other,
}

impl Host {
    fn get() -> Self {
        static HOST: OnceLock<Host> = OnceLock::new();
        #[cfg(test)]
        if COMPILES.get() {
            return Self::Compiler;
        }
        *HOST.get_or_init(|| {
            let host = std::env::current_exe().ok();
            let name = host.as_deref().and_then(|host| host.file_stem()).and_then(|name| name.to_str());
            match name {
                _ if std::env::var_os("HANDOFF_EDITOR").is_some() => Self::Editor,
                Some("rustc" | "rustdoc" | "clippy-driver") => Self::Compiler,
                Some(name) if name.starts_with("rust-analyzer") => Self::Editor,
                _ => Self::Other,
            }
        })
    }
}

#[cfg(test)]
thread_local! {
    static COMPILES: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Expands macros as the compiler does, which a test is not.
#[cfg(test)]
pub fn compiled<T>(expand: impl FnOnce() -> T) -> T {
    COMPILES.set(true);
    let expanded = expand();
    COMPILES.set(false);
    expanded
}

/// Whether there may be an editor to see the probes.
pub fn watches() -> bool {
    Host::get() != Host::Compiler
}

/// Whether it is certain that an editor sees what is expanded, and not the compiler.
pub fn shows() -> bool {
    Host::get() == Host::Editor
}

/// The expansion for whoever sees it, in a block of its own.
///
/// Where that is not known there are two, of which the user's crate takes one. Which one is for its cfg to say:
/// rust-analyzer sets its own for the crates that it edits, not for their dependencies. A macro chooses because what it
/// drops is neither parsed nor resolved, as code behind a `#[cfg]` would be.
pub fn choose(krate: &Path, editor: &TokenStream, compiler: &TokenStream) -> TokenStream {
    match Host::get() {
        Host::Compiler => quote!({ #compiler }),
        Host::Editor => {
            let editor = with_path(krate, editor);
            quote!({ #editor })
        }
        Host::Other => {
            // An editor explains what it drops, too.
            let (editor, compiler) = (with_path(krate, editor), aside(compiler.clone()));
            let choice = written(CHOICE);
            quote!({ #choice __expansion! { { #editor } { #compiler } } })
        }
    }
}

const CHOICE: &str = "
    #[cfg(rust_analyzer)]
    macro_rules! __expansion {
        ({ $($editor:tt)* } $compiler:tt) => { $($editor)* };
    }
    #[cfg(not(rust_analyzer))]
    macro_rules! __expansion {
        ($editor:tt { $($compiler:tt)* }) => { $($compiler)* };
    }
";

/// What is the same in every expansion, as tokens.
fn written(text: &str) -> TokenStream {
    // Constants of this crate, each of which is in the tests of what an editor is shown.
    text.parse().expect("what is written here is Rust")
}

/// What only an editor is shown. It need not parse either.
pub fn alone(krate: &Path, editor: &TokenStream) -> TokenStream {
    if !watches() {
        return TokenStream::new();
    }
    let editor = with_path(krate, editor);
    let choice = written(
        "#[cfg(rust_analyzer)] macro_rules! __expansion { ($($editor:tt)*) => { $($editor)* }; }
         #[cfg(rust_analyzer)] __expansion!",
    );
    quote! {
        #[doc(hidden)]
        #[allow(unexpected_cfgs)]
        const _: () = { #choice { #editor } };
    }
}

/// Has the probes find `handoff` at its path. A name for it would be offered wherever the user writes an expression.
fn with_path(krate: &Path, editor: &TokenStream) -> TokenStream {
    let default = crate::krate::default_path();
    let is_default = quote!(#krate).to_string() == quote!(#default).to_string();
    let named = (!is_default).then(|| quote!(use #krate as _;));
    let editor = replaced(editor.clone(), &handoff(), &aside(quote!(#krate)));
    quote!(#named #editor)
}

fn replaced(tokens: TokenStream, name: &Ident, by: &TokenStream) -> TokenStream {
    let mut replaced_in = TokenStream::new();
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) if ident == *name => replaced_in.extend(by.clone()),
            TokenTree::Group(group) => {
                let inside = replaced(group.stream(), name, by);
                replaced_in.extend([TokenTree::from(tokens::with_span_of(&group, inside))]);
            }
            tree => replaced_in.extend([tree]),
        }
    }
    replaced_in
}

/// What is declared of an agent, so that whatever uses it has its types. A macro of the library has the rest: rustc
/// would have to read it for each agent.
pub fn declared(ident: &Ident, input: &TokenStream, output: &TokenStream) -> TokenStream {
    if !watches() {
        return TokenStream::new();
    }
    let handoff = handoff();
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    quote!(#handoff::__private::editor::declared! { [#handoff], #ident, #input, #output })
}

/// A closure that nobody calls, for statements to stand in: nor has it a name that could be offered.
fn probe(statements: &TokenStream) -> TokenStream {
    quote! {
        #[allow(warnings, rust_analyzer::inactive_code)]
        const _: fn() = || {
            #statements
        };
    }
}

/// What the probes call `handoff`, before it has its path.
fn handoff() -> Ident {
    crate::krate::whole(Span::call_site())
}
