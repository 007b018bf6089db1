//! What of an expansion the compiler sees, and what an editor does.

use proc_macro2::{Group, TokenStream, TokenTree};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum View {
    Compiler,
    Editor,
}

/// The expansion where the choice has been made.
pub fn of(expansion: TokenStream, view: View) -> TokenStream {
    let trees: Vec<TokenTree> = expansion.into_iter().collect();
    let mut seen = TokenStream::new();
    let mut index = 0;
    while let Some(tree) = trees.get(index) {
        let name = match trees.get(index + 1) {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '!' => tree.to_string(),
            _ => String::new(),
        };
        // `#[cfg(…)] macro_rules! __expansion { … }`, twice.
        let is_definition =
            matches!(trees.get(index + 2), Some(TokenTree::Ident(ident)) if ident == "macro_rules");
        if is_definition {
            index += 6;
            continue;
        }
        // `#[cfg(not(rust_analyzer))] …;`, an item that an editor does not see.
        let is_left_out = tree.to_string() == "#"
            && matches!(trees.get(index + 1), Some(TokenTree::Group(cfg)) if cfg.to_string().replace(' ', "") == "[cfg(not(rust_analyzer))]");
        if is_left_out && view == View::Editor {
            let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
            index += trees[index..].iter().position(is_end).map_or(2, |end| end + 1);
            continue;
        }
        // `#[cfg(rust_analyzer)] __expansion! { … }`
        if let Some(TokenTree::Group(alone)) = trees.get(index + 4)
            && trees[index + 2].to_string() == "__expansion"
            && tree.to_string() == "#"
        {
            if view == View::Editor {
                seen.extend(of(alone.stream(), view));
            }
            index += 5;
            continue;
        }
        match (tree, trees.get(index + 2)) {
            (_, Some(TokenTree::Group(both))) if name == "__expansion" => {
                let which = usize::from(view == View::Compiler);
                if let Some(TokenTree::Group(chosen)) = both.stream().into_iter().nth(which) {
                    seen.extend(of(chosen.stream(), view));
                }
                index += 3;
                continue;
            }
            (TokenTree::Group(group), _) => {
                let mut inside = Group::new(group.delimiter(), of(group.stream(), view));
                inside.set_span(group.span());
                seen.extend([TokenTree::from(inside)]);
            }
            (tree, _) => seen.extend([tree.clone()]),
        }
        index += 1;
    }
    seen
}
