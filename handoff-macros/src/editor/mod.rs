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
mod stages;
#[cfg(test)]
mod tests;
mod tokens;
#[cfg(test)]
pub mod view;

pub use arguments::{agent, krate};
pub use checks::contract;
pub use half_written::half_written;
pub use stages::{Outline, pipeline};

use crate::spans::aside;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::sync::OnceLock;
use syn::Path;

/// Whether there may be an editor to see the probes: wherever it is not the compiler itself that expands the macros.
/// A build then neither makes nor reads what it would drop. The variable is for the crate that is compiled as an
/// editor sees it.
pub fn watches() -> bool {
    static WATCHES: OnceLock<bool> = OnceLock::new();
    *WATCHES.get_or_init(|| {
        let host = std::env::current_exe().ok();
        let name = host.as_deref().and_then(|host| host.file_stem()).and_then(|name| name.to_str());
        let compiles = name.is_some_and(|name| ["rustc", "rustdoc", "clippy-driver"].contains(&name));
        !compiles || std::env::var_os("HANDOFF_EDITOR").is_some()
    })
}

/// Two expansions, of which the user's crate takes one, in a block of their own.
///
/// Which one is for its cfg to say: rust-analyzer sets its own for the crates that it edits, not for their
/// dependencies. A macro chooses because what it drops is neither parsed nor resolved, as code behind a `#[cfg]`
/// would be. Each finds `handoff` at `krate`.
pub fn choose(krate: &Path, editor: &TokenStream, compiler: &TokenStream) -> TokenStream {
    if !watches() {
        return quote!({ #compiler });
    }
    let handoff = handoff();
    // An editor explains what it drops, too.
    let (krate, compiler) = (at_no_name(krate), aside(compiler.clone()));
    let choice = written(CHOICE);
    quote!({ #choice __expansion! { { use #krate as #handoff; #editor } { #compiler } } })
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
    text.parse().expect("what is written here is Rust")
}

/// What only an editor is shown. It need not parse either.
pub fn alone(krate: &Path, editor: &TokenStream) -> TokenStream {
    if !watches() {
        return TokenStream::new();
    }
    let (handoff, krate) = (handoff(), at_no_name(krate));
    let choice = written(
        "#[cfg(rust_analyzer)] macro_rules! __expansion { ($($editor:tt)*) => { $($editor)* }; }
         #[cfg(rust_analyzer)] __expansion!",
    );
    quote! {
        #[doc(hidden)]
        #[allow(unexpected_cfgs)]
        const _: () = { #choice { use #krate as #handoff; #editor } };
    }
}

/// The default path to `handoff` stands at the agent's name.
fn at_no_name(krate: &Path) -> Path {
    let default = crate::krate::default_path();
    if quote!(#krate).to_string() == quote!(#default).to_string() { default } else { krate.clone() }
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
    quote!(#handoff::__private::editor::declared! { #handoff, #ident, #input, #output })
}

/// A function that nobody calls, for statements to stand in.
fn probe(statements: &TokenStream) -> TokenStream {
    quote! {
        #[allow(warnings, rust_analyzer::inactive_code)]
        fn __editor() {
            #statements
        }
    }
}

/// What generated code calls `handoff`, at no place of the user's.
fn handoff() -> Ident {
    crate::krate::whole(Span::call_site())
}
