//! What is implemented for a contract, beside what its fields and its tables are.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::contract::expand::{checks, json_types, nested, tables};
use crate::contract::model::{
    Check, Contract, Enum, Field, Fields, Layout, Role, Schema, SchemaSource, Style, Tagging, Variant,
    member_name,
};
use crate::contract::types::{Std, plain};

/// Implements `Contract`, by way of what it is derived from.
pub fn implementation(
    name: &Ident,
    max_tokens: Option<&syn::Expr>,
    declaration: &TokenStream,
    layout: &Layout,
) -> TokenStream {
    let has_confidence = match layout {
        Layout::Struct(fields) => fields.list.iter().any(|field| field.confidence),
        Layout::Enum(of) => {
            let states = |variant: &Variant| variant.fields.list.iter().any(|field| field.confidence);
            of.variants.iter().filter(|variant| !variant.skipped).all(states)
        }
    };
    let has_confidence = has_confidence.then(|| {
        quote!(
            const HAS_CONFIDENCE: bool = true;
        )
    });
    // A constant of its own: rustc says of one that is no number what it expects, and nothing of `Some`.
    let max_tokens = max_tokens.map(|tokens| {
        quote!(const MAX_TOKENS: __contract::Option<u32> = {
            const __MAX: u32 = #tokens;
            __contract::Some(__MAX)
        };)
    });
    let check = match layout {
        Layout::Struct(fields) => check_fields(fields, &|field| {
            let member = &field.member;
            quote!(&self.#member)
        }),
        Layout::Enum(of) => check_variants(of),
    };
    let json_type = json_types::stated(layout);
    let confidence = confidence(layout);
    let table = tables::table(name, layout);
    let null = null(layout);
    let fields = matches!(layout, Layout::Struct(Fields { style: Style::Named, .. }))
        .then(|| quote!(impl __contract::Fields for #name {}));
    quote! {
        #[automatically_derived]
        impl __contract::Derived for #name {
            #has_confidence
            #max_tokens
            #json_type
            const LAYOUT: __contract::Option<&'static __contract::Layout> = __contract::Some(&#table);
            #null

            fn declaration() -> __contract::Option<&'static __contract::Declaration> {
                static __DECLARATION: __contract::Declaration = #declaration;
                __contract::Some(&__DECLARATION)
            }

            fn check(&self, __violations: &mut __contract::Violations) {
                #check
            }

            #confidence
        }

        #fields
    }
}

/// Writes statements that check each field.
fn check_fields(fields: &Fields, place: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
    let statements = fields.list.iter().filter(|field| field.is_in_json()).map(|field| {
        let (cfgs, nth, place) = (&field.cfgs, field.nth(), place(field));
        let step = match (fields.style, &field.role) {
            (Style::Named, Role::Value { .. }) => {
                let name = &field.name;
                Some(quote!(#name))
            }
            (Style::Tuple, _) => {
                let member = &field.member;
                Some(quote!(#member))
            }
            _ => None,
        };
        if let Some(step) = step {
            quote!(#(#cfgs)* __contract::check_at::<Self, #nth, _>(#place, #step, __violations);)
        } else {
            quote!(#(#cfgs)* __contract::check::<Self, #nth, _>(#place, __violations);)
        }
    });
    quote!(#(#statements)*)
}

fn check_variants(of: &Enum) -> TokenStream {
    let arms = of.variants.iter().map(|variant| {
        let (cfgs, ident) = (&variant.cfgs, &variant.ident);
        if variant.skipped || variant.fields.list.is_empty() {
            return quote!(#(#cfgs)* Self::#ident { .. } => {});
        }
        let bindings = bindings(&variant.fields, &Field::is_in_json);
        let checks = check_fields(&variant.fields, &|field| {
            let binding = field.binding();
            quote!(#binding)
        });
        let step = match &of.tagging {
            Tagging::External => Some(variant.name.text.clone()),
            Tagging::Adjacent { content, .. } => Some(content.value()),
            Tagging::Internal { .. } | Tagging::Untagged => None,
        };
        let checks = match step {
            Some(step) => quote!(__violations.at(#step, |__violations| { #checks });),
            None => checks,
        };
        quote!(#(#cfgs)* Self::#ident { #bindings .. } => { #checks })
    });
    quote!(match self { #(#arms)* })
}

/// Writes `name: __field_0,` for the fields that are wanted; works for tuples, too.
fn bindings(fields: &Fields, wanted: &dyn Fn(&Field) -> bool) -> TokenStream {
    let bindings = fields.list.iter().filter(|field| wanted(field)).map(|field| {
        let (cfgs, member, binding) = (&field.cfgs, &field.member, field.binding());
        quote!(#(#cfgs)* #member: #binding,)
    });
    quote!(#(#bindings)*)
}

/// Says whether `null` is a value, unless it is certain that it is not.
fn null(layout: &Layout) -> Option<TokenStream> {
    let of_fields = |fields: &Fields| match (fields.style, fields.first_in_json()) {
        (Style::Unit, _) | (Style::Newtype, None) => Some(quote!(true)),
        (Style::Newtype, Some(field)) if !field.schema.own => nested::is_null(&field.ty),
        _ => None,
    };
    let null = match layout {
        Layout::Struct(fields) => of_fields(fields)?,
        Layout::Enum(Enum { tagging: Tagging::Untagged, variants }) => {
            let mut of_variants = TokenStream::new();
            for variant in variants.iter().filter(|variant| !variant.skipped) {
                let (cfgs, null) = (&variant.cfgs, of_fields(&variant.fields));
                of_variants.extend(null.map(|null| quote!(#(#cfgs)* { null |= #null; })));
            }
            if of_variants.is_empty() {
                return None;
            }
            quote! {
                let mut null = false;
                #of_variants
                null
            }
        }
        Layout::Enum(_) => return None,
    };
    Some(quote! {
        const NULL: bool = {
            use __contract::Undeclared as _;
            #null
        };
    })
}

/// Reads the confidence, where a field states one.
fn confidence(layout: &Layout) -> Option<TokenStream> {
    let read = |field: &Field, place: TokenStream| {
        let nth = field.nth();
        quote!(__contract::confidence::<Self, #nth, _>(#place))
    };
    let layout = match layout {
        Layout::Struct(fields) => {
            let field = fields.list.iter().find(|field| field.confidence)?;
            let member = &field.member;
            read(field, quote!(&self.#member))
        }
        Layout::Enum(of) => {
            let mut arms = TokenStream::new();
            for variant in &of.variants {
                let confidence = variant.fields.list.iter().find(|field| field.confidence);
                let Some(field) = confidence else { continue };
                let (cfgs, ident) = (&variant.cfgs, &variant.ident);
                let bindings = bindings(&variant.fields, &|field| field.confidence);
                let binding = field.binding();
                let read = read(field, quote!(#binding));
                arms.extend(quote!(#(#cfgs)* Self::#ident { #bindings .. } => #read,));
            }
            if arms.is_empty() {
                return None;
            }
            quote!(match self { #arms #[allow(unreachable_patterns)] _ => __contract::None })
        }
    };
    Some(quote! {
        fn confidence(&self) -> __contract::Option<__contract::Confidence> {
            #layout
        }
    })
}

/// Writes the widths of the lists, for whoever fans out over them.
pub fn widths(name: &Ident, layout: &Layout) -> Option<TokenStream> {
    let Layout::Struct(Fields { style: Style::Named, list, .. }) = layout else { return None };
    let mut widths = TokenStream::new();
    for field in list {
        let cfgs = &field.cfgs;
        for check in &field.checks {
            let Check::Len(range) = check else { continue };
            if plain(&field.ty) == Some(Std::String) {
                continue;
            }
            let lengths = checks::lengths(range);
            let constant = format_ident!("__max_len_{}", member_name(&field.member));
            widths.extend(quote! {
                #(#cfgs)*
                #[doc(hidden)]
                pub const #constant: __contract::Option<u32> = __contract::width(#lengths);
            });
        }
    }
    (!widths.is_empty()).then(|| quote!(impl #name { #widths }))
}

/// Implements `JsonSchema`, which is in the tables. A transparent struct without annotations is what it holds.
pub fn json_schema(contract: &Contract) -> TokenStream {
    let Contract {
        item,
        schema: Schema { name: schema_name, inline, transparent, annotations, .. },
        layout,
        ..
    } = contract;
    let name = &item.ident;
    let held = match layout {
        Layout::Struct(fields) if *transparent && annotations.is_empty() => fields.first_in_json(),
        _ => None,
    };
    let stands_in = held.filter(|field| {
        let annotated = !field.schema.annotations.is_empty() || field.has_checks();
        !annotated && matches!(field.schema.source, SchemaSource::AsIs)
    });
    let (whether_inline, schema_name, id, schema) = if let Some(field) = stands_in {
        let nth = field.nth();
        let source = quote!(__contract::described::<Self, #nth, _>());
        (
            Some(quote!(#source.inline())),
            quote!(#source.name()),
            quote!(#source.id()),
            quote!(#source.whole(__generator)),
        )
    } else {
        (
            inline.then(|| quote!(true)),
            quote!(__handoff::__private::Cow::Borrowed(#schema_name)),
            quote!(__contract::id::<Self>()),
            quote!(__contract::schema(<Self as __contract::Derived>::declaration(), __generator)),
        )
    };
    let whether_inline = whether_inline.map(|inline| quote!(fn inline_schema() -> bool { #inline }));
    quote! {
        #[automatically_derived]
        impl __contract::JsonSchema for #name {
            #whether_inline

            fn schema_name() -> __handoff::__private::Cow<'static, str> {
                #schema_name
            }

            fn schema_id() -> __handoff::__private::Cow<'static, str> {
                #id
            }

            fn json_schema(__generator: &mut __contract::SchemaGenerator) -> __contract::Schema {
                #schema
            }
        }
    }
}
