//! `#[derive(FromRef)]`: every field of the application's state is a resource.

use crate::errors::Errors;
use crate::spans::Place;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Field, Member, Path};

pub fn from_ref(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let krate = container_options(&item, &mut errors);
    let fields = match &item.data {
        Data::Struct(data) => data.fields.clone(),
        Data::Enum(_) | Data::Union(_) => {
            errors.at_with_help(
                &item.ident,
                format_args!("`{}` is not a struct", item.ident),
                "the application's state is a struct, each field of which is a resource",
            );
            return errors.into_tokens();
        }
    };
    if !item.generics.params.is_empty() {
        errors.at_with_help(
            &item.generics,
            format_args!("`{}` is generic", item.ident),
            "the application's state is one concrete type",
        );
        return errors.into_tokens();
    }
    let mut seen: Vec<(String, usize)> = Vec::new();
    let mut impls = TokenStream::new();
    for (index, field) in fields.iter().enumerate() {
        if is_skipped(field, &mut errors) {
            continue;
        }
        let ty = &field.ty;
        let shown = ty.to_token_stream().to_string().replace(' ', "");
        if let Some((_, field)) = seen.iter().rev().find(|(other, _)| *other == shown) {
            errors.at_with_help(
                ty,
                format_args!("a second resource of type `{shown}`, beside field {field}: agents ask by type"),
                "give one of them a type of its own, or put `#[from_ref(skip)]` on it",
            );
        } else {
            let member = match &field.ident {
                Some(name) => Member::Named(name.clone()),
                None => Member::from(index),
            };
            impls.extend(provide(&krate, &item, field, &member));
        }
        seen.push((shown, index));
    }
    let errors = errors.into_tokens();
    quote!(#impls #errors)
}

fn provide(krate: &Path, item: &DeriveInput, field: &Field, member: &Member) -> TokenStream {
    let (state, ty) = (&item.ident, &field.ty);
    let cfgs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    // The field's span: a field that cannot be cloned is rustc's to explain, there.
    quote_spanned! {Place::of(ty).first=>
        #(#cfgs)*
        #[automatically_derived]
        impl #krate::FromRef<#state> for #ty {
            fn from_ref(state: &#state) -> Self {
                <#ty as #krate::__private::Clone>::clone(&state.#member)
            }
        }
    }
}

fn container_options(item: &DeriveInput, errors: &mut Errors) -> Path {
    let mut krate: Path = crate::krate::default_path();
    options(&item.attrs, errors, &mut |meta| {
        if meta.path.is_ident("crate") {
            krate = meta.value()?.call(Path::parse_mod_style)?;
            return Ok(());
        }
        Err(meta.error("unknown option\nhelp: on the state itself there is `#[from_ref(crate = path)]`"))
    });
    krate
}

fn is_skipped(field: &Field, errors: &mut Errors) -> bool {
    let mut skipped = false;
    options(&field.attrs, errors, &mut |meta| {
        skipped = meta.path.is_ident("skip");
        if skipped { Ok(()) } else { Err(meta.error("unknown option\nhelp: write `#[from_ref(skip)]`")) }
    });
    skipped
}

/// Reads what stands in the attributes that are ours.
fn options(
    attributes: &[Attribute],
    errors: &mut Errors,
    read: &mut dyn FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes {
        if attribute.path().is_ident("from_ref") {
            errors.take(attribute.parse_nested_meta(&mut *read));
        }
    }
}
