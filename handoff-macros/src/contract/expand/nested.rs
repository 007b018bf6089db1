//! Checks of the contracts that a contract holds: which keys they have, and whether they may be `null`, only the compiler
//! knows.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{LitStr, Member, Type};

use crate::contract::expand::opaque::Outside;
use crate::contract::model::{Contract, Enum, Field, Fields, Layout, Role, Style, Tagging, member_name};
use crate::contract::types::{Null, in_options, mentions, null};

/// Writes the checks, in a function that nobody calls.
pub fn checks(contract: &Contract) -> Option<TokenStream> {
    let mut checks =
        Checks { contract, names: Vec::new(), statements: TokenStream::new(), aliases: TokenStream::new() };
    match &contract.layout {
        Layout::Struct(fields) => {
            checks.flattened(fields);
            checks.options(fields, None);
        }
        Layout::Enum(of) => {
            checks.tagged(of);
            for variant in of.variants.iter().filter(|variant| !variant.skipped) {
                checks.options(&variant.fields, Some(&variant.ident));
            }
        }
    }
    let Checks { names, statements, aliases, .. } = checks;
    (!statements.is_empty()).then(|| {
        quote! {
            #aliases
            fn __nested<#(#names),*>() {
                use __contract::Undeclared as _;
                #statements
            }
        }
    })
}

/// Asks whether `null` is a value of a type; nothing where it is certain that it is not.
pub fn is_null(ty: &Type) -> Option<TokenStream> {
    match null(ty) {
        Null::Never => None,
        Null::Always => Some(quote!(true)),
        Null::Perhaps(ty) => Some(quote!(__contract::Probe::<#ty>::NULL)),
    }
}

struct Checks<'c> {
    contract: &'c Contract,
    /// What messages call the keys: type parameters, of which rustc prints the names.
    names: Vec<Ident>,
    statements: TokenStream,
    /// What stands before them.
    aliases: TokenStream,
}

impl Checks<'_> {
    /// Each flattened struct against the fields of the contract and against those that are flattened before it.
    fn flattened(&mut self, fields: &Fields) {
        let name = &self.contract.item.ident;
        let flattened: Vec<_> =
            fields.list.iter().filter(|field| matches!(field.role, Role::Flattened)).collect();
        for (index, inner) in flattened.iter().enumerate() {
            let (ty, cfgs) = (&inner.ty, &inner.cfgs);
            // Of what cannot be flattened there are none: that is told elsewhere.
            let table = quote!(__contract::Probe::<#ty>::LAYOUT);
            for field in fields.list.iter().filter(|field| matches!(field.role, Role::Value { .. })) {
                let both = cfgs.iter().chain(&field.cfgs);
                let aliases = field.aliases.iter().map(LitStr::value);
                for key in std::iter::once(field.name.text.clone()).chain(aliases) {
                    let (both, shown) = (both.clone(), self.name(&key, ty));
                    self.statements.extend(quote! {
                        #(#both)*
                        let () = <#ty as __contract::FlattensInto<
                            #name, #shown, { !__contract::has_key(#table, #key) },
                        >>::CHECKED;
                    });
                }
            }
            for other in &flattened[..index] {
                let (both, other) = (cfgs.iter().chain(&other.cfgs), &other.ty);
                self.statements.extend(quote! {
                    #(#both)*
                    let () = <#ty as __contract::FlattensBeside<
                        #name, #other,
                        { !__contract::share_key(__contract::Probe::<#other>::LAYOUT, #table) },
                    >>::CHECKED;
                });
            }
        }
    }

    /// What a variant holds beside its tag, against the tag.
    fn tagged(&mut self, of: &Enum) {
        let Tagging::Internal { tag } = &of.tagging else { return };
        let (name, key) = (&self.contract.item.ident, tag.value());
        for variant in of.variants.iter().filter(|variant| !variant.skipped) {
            let [field] = variant.fields.list.as_slice() else { continue };
            if variant.fields.style != Style::Newtype || field.schema.own {
                continue;
            }
            let (ty, cfgs, shown) = (&field.ty, &field.cfgs, self.name(&key, &field.ty));
            self.statements.extend(quote! {
                #(#cfgs)*
                let () = <#ty as __contract::BesideTag<
                    #name, #shown, { !__contract::has_key(__contract::Probe::<#ty>::LAYOUT, #key) },
                >>::CHECKED;
            });
        }
    }

    /// What is in an option, and may be `null` itself.
    fn options(&mut self, fields: &Fields, variant: Option<&Ident>) {
        let name = &self.contract.item.ident;
        for field in &fields.list {
            let Field { cfgs, ty, member, role: Role::Value { .. }, schema, .. } = field else { continue };
            if schema.own {
                continue;
            }
            let mut found = Vec::new();
            in_options(ty, &mut found);
            let mut outside = Outside::new(field, "InOption");
            for item in found {
                let Null::Perhaps(item) = null(item) else { continue };
                let shown = match (variant, member) {
                    (Some(variant), Member::Unnamed(_)) => variant.to_string(),
                    (None, Member::Unnamed(index)) => format!("field_{}", index.index),
                    (_, Member::Named(_)) => member_name(member),
                };
                let place = self.name(&shown, item);
                let (item, shown) = outside.of(item);
                self.statements.extend(quote! {
                    #(#cfgs)*
                    let () = <#shown as __contract::InOption<
                        #name, #place, { !__contract::Probe::<#item>::NULL },
                    >>::CHECKED;
                });
            }
            self.aliases.extend(outside.aliases);
        }
    }

    /// What a message calls a key: by its own name, but for what no name in Rust can have.
    fn name(&mut self, key: &str, ty: &Type) -> Ident {
        let text: String = key.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let mut name = ["", "r#", "_"]
            .iter()
            .find_map(|prefix| syn::parse_str::<Ident>(&format!("{prefix}{text}")).ok())
            .unwrap_or_else(|| format_ident!("_key"));
        let Contract { krate, item, .. } = self.contract;
        let own = &item.ident;
        if mentions(quote!(#ty #krate #own), &name) {
            name = format_ident!("_{}", name.unraw());
        }
        // At no place of the user's: an error elsewhere must not offer to change it.
        name.set_span(Span::call_site());
        if !self.names.contains(&name) {
            self.names.push(name.clone());
        }
        name
    }
}
