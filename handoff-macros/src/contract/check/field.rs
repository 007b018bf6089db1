//! One field: what its attributes say, and what its type allows.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{ExprPath, Member, Path, Type, parse_quote};

use crate::contract::attributes::check as attribute_checks;
use crate::contract::attributes::naming::Convention;
use crate::contract::attributes::schemars::{self, Of};
use crate::contract::attributes::serde;
use crate::contract::check::{Checker, error_of_two_nothings};
use crate::contract::crossing;
use crate::contract::model::{
    Check, DefaultValue, Field, FieldSchema, LeftAlone, LeftOut, Name, Role, Style, member_name,
};
use crate::contract::syntax::RawField;
use crate::contract::types::{self, Container, Std};
use crate::errors::shown;

impl Checker<'_> {
    /// Checks a field of a struct or of a variant.
    pub fn field(&mut self, raw: RawField, style: Style, convention: Convention, all_default: bool) -> Field {
        let RawField { member, ty, cfgs, checks, confidence, serde, schemars, annotations } = raw;
        let ty = types::without_self(&ty, self.name);
        let mut attributes = serde::field(&serde, &schemars, self.errors);
        let annotations =
            schemars::annotations(&annotations, &schemars, Of::Field, self.describes, self.errors);
        self.errors_of_type(&ty);
        let mut checks = attribute_checks::checks(checks, self.errors);
        attribute_checks::contradictions(&checks, self.errors);
        checks.retain(|check| !attribute_checks::another_kind(&ty, check, self.errors));
        if let Some(attribute) = confidence.first()
            && !matches!(attribute.meta, syn::Meta::Path(_))
        {
            self.errors.at(attribute, "`#[confidence]` takes no arguments\nhelp: write `#[confidence]`");
        }
        if let Some((default, DefaultValue::OfType)) = &attributes.default {
            attribute_checks::default_breaks(default, &ty, &checks, self.errors);
        }
        self.errors_of_place(&ty, style, &attributes);
        let has_checks = !checks.is_empty() || !confidence.is_empty();
        if has_checks && (attributes.skip || attributes.flatten.is_some()) {
            let why = if attributes.skip { "skipped" } else { "flattened" };
            self.errors.at(
                &ty,
                format!("a field that is {why} has nothing of its own to check\nhelp: leave the check out"),
            );
        }
        if let (Some(flatten), Style::Named) = (&attributes.flatten, style) {
            self.flattened(flatten, &ty);
        }
        if attributes.read_with.is_some()
            && let Some(function) = checks.iter().find_map(Check::function)
        {
            self.errors.at(
                function,
                "`with` goes on what is read as its type is read, and this field has a function for that\nhelp: make the test a part of that function",
            );
        }
        if style == Style::Named {
            self.error_of_left_out(&ty, all_default, &attributes);
        }
        let left_out = self.left_out(&ty, style, &attributes);
        if left_out.is_some() {
            attributes.default = None;
            attributes.skip_if.get_or_insert_with(|| parse_quote!(::core::option::Option::is_none));
        }
        let role = if attributes.skip {
            Role::Skipped
        } else if attributes.flatten.is_some() {
            Role::Flattened
        } else {
            Role::Value { read_with: attributes.read_with }
        };
        let number = self.fields;
        self.fields += 1;
        let is_known = types::is_known(&ty, self.name);
        let opaque = !attributes.own && !attributes.skip && !is_known;
        let has_default =
            attributes.default.as_ref().map_or(all_default, |(_, of)| matches!(of, DefaultValue::By(_)));
        let left_alone = (attributes.skip && !is_known).then_some(if has_default {
            LeftAlone::Plain
        } else {
            LeftAlone::Made
        });
        Field {
            number,
            name: Name::of(attributes.name, member.span(), || match &member {
                Member::Named(ident) => convention.field(&ident.unraw().to_string()),
                Member::Unnamed(_) => member_name(&member),
            }),
            member,
            ty,
            cfgs,
            aliases: attributes.aliases,
            default: all_default || attributes.default.is_some() || left_out.is_some(),
            left_out,
            role,
            schema: FieldSchema {
                source: annotations.source,
                default: attributes.default.map(|(_, value)| value),
                skip_if: attributes.skip_if,
                own: attributes.own,
                write_with: attributes.write_with,
                annotations: annotations.list,
            },
            opaque,
            left_alone,
            checks,
            confidence: !confidence.is_empty(),
        }
    }

    /// Reports what goes on a named field alone.
    fn errors_of_place(&mut self, ty: &Type, style: Style, attributes: &serde::Field) {
        if style == Style::Named {
            return;
        }
        let unnamed = |attribute: &str| {
            format!(
                "`{attribute}` goes on a named field: in a tuple every field has its place\nhelp: name the fields"
            )
        };
        if attributes.skip {
            self.errors.at(ty, unnamed("skip"));
        }
        if let Some(flatten) = &attributes.flatten {
            self.errors.at(flatten, unnamed("flatten"));
        }
        if let (Style::Tuple, Some((default, _))) = (style, &attributes.default) {
            self.errors.at(default, unnamed("default"));
        }
        if let Some(skip_if) = &attributes.skip_if {
            self.errors.at(skip_if, unnamed("skip_serializing_if"));
        }
    }

    /// Reports what can be said of a type by its syntax alone: that it never crosses a handoff.
    fn errors_of_type(&mut self, ty: &Type) {
        if crossing::refers(ty.to_token_stream()) {
            if !self.borrows {
                self.errors.push(crossing::reference(ty));
            }
            return;
        }
        for error in crossing::errors(ty) {
            self.found.stays.push(self.fields);
            self.errors.push(error);
        }
        // rustc says it too, and then what it could not find out of such a type.
        if types::is_inside(ty, self.name) {
            self.found.stays.push(self.fields);
            let name = self.name;
            self.errors.at_with_help(
                ty,
                format_args!("a `{name}` cannot be in itself: it would be of infinite size"),
                format_args!(
                    "put it behind a pointer that may end, as in `Option<Box<{name}>>` or `Vec<{name}>`"
                ),
            );
        }
    }

    /// Reports what is left out when it is written, and then missed when it is read.
    fn error_of_left_out(&mut self, ty: &Type, all_default: bool, attributes: &serde::Field) {
        let serde::Field { default, skip, skip_if: Some(skip_if), flatten, read_with, .. } = attributes
        else {
            return;
        };
        // An option by another name is missing in peace, too.
        let is_missing_in_peace =
            read_with.is_none() && (types::may_be_missing(ty) || asks_for_none(skip_if));
        if default.is_some() || all_default || *skip || flatten.is_some() || is_missing_in_peace {
            return;
        }
        let function = shown(skip_if);
        self.errors.at_with_help(
            skip_if,
            format_args!("what `{function}` leaves out is missing when it is read"),
            format_args!("write `#[serde(default, skip_serializing_if = \"{function}\")]`"),
        );
    }

    /// Tells an option of an option from the other types that have two values for `null`, which are reported.
    fn left_out(&mut self, ty: &Type, style: Style, attributes: &serde::Field) -> Option<LeftOut> {
        let serde::Field { default, skip, skip_if, flatten, read_with, write_with, .. } = attributes;
        if *skip || read_with.is_some() || write_with.is_some() {
            return None;
        }
        if style != Style::Named || flatten.is_some() || !types::is_option_of_option(ty) {
            error_of_two_nothings(ty, self.errors);
            return None;
        }
        if let Some((default, DefaultValue::By(_))) = default {
            self.errors.at_with_help(
                default,
                "an option of an option is `None` where it is missing",
                "leave the default out",
            );
        }
        if let Some(skip_if) = skip_if.as_ref().filter(|skip_if| !asks_for_none(skip_if)) {
            self.errors.at_with_help(
                skip_if,
                "an option of an option is left out where it is `None`, and only there",
                "leave `skip_serializing_if` out",
            );
        }
        Some(LeftOut { default: default.is_none(), skip_if: skip_if.is_none() })
    }

    /// Says more than the compiler, which says that a type is no contract with named fields, of what never is one.
    fn flattened(&mut self, flatten: &Path, ty: &Type) {
        let container = match types::std(ty) {
            Some(Std::Container(container)) => Some(container),
            _ => None,
        };
        let is_json = types::name(ty).is_some_and(|name| name == "Value");
        if container == Some(Container::Option) {
            self.errors.at(
                flatten,
                "`flatten` of an `Option` turns fields of the wrong form into `None`, in silence\nhelp: flatten the struct itself, or give the `Option` a name of its own",
            );
        } else if container == Some(Container::Map) || is_json {
            self.errors.at(
                flatten,
                "`flatten` of a map takes in whatever is undeclared\nhelp: give the map a name of its own, or write `#[contract(open)]` to ignore unknown fields",
            );
        } else if types::is_wrapped(ty, self.name) {
            self.errors.at_with_help(
                flatten,
                format_args!(
                    "`{0}` cannot be flattened into itself: it would have its fields again",
                    self.name
                ),
                "leave `flatten` out, and it is an object in an object",
            );
        } else if self.container.transparent.is_some() {
            self.errors.at_with_help(
                flatten,
                "`flatten` in a `transparent` struct: it is what its field is as it stands",
                "leave one of them out",
            );
        }
    }
}

/// Whether a function is `Option::is_none`, as far as its name says.
fn asks_for_none(function: &ExprPath) -> bool {
    function.path.segments.last().is_some_and(|last| last.ident == "is_none")
}
