//! The serde and schemars attributes: those that a contract honours, and those that it refuses, each with its reason.

use proc_macro2::{Ident, TokenTree};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprPath, Lit, LitStr, Path};

use crate::contract::attributes::entries;
use crate::contract::attributes::naming::Convention;
use crate::contract::model::{DefaultValue, Tagging};
use crate::contract::syntax::{RawKind, RawLayout, RawMeta};
use crate::errors::Errors;
use crate::suggest;

/// The attributes of a container.
pub struct Container {
    pub fields: Convention,
    pub variants: Convention,
    /// `rename_all_fields`, for the fields of variants.
    pub variant_fields: Convention,
    pub tagging: Tagging,
    pub name: Option<LitStr>,
    /// Where the default is given, and what it is.
    pub default: Option<(Path, DefaultValue)>,
    pub transparent: Option<Path>,
    pub deny_unknown_fields: bool,
}

/// The attributes of a variant.
pub struct Variant {
    pub name: Option<LitStr>,
    pub aliases: Vec<LitStr>,
    pub fields: Option<Convention>,
    pub skip: bool,
}

/// The attributes of a field.
pub struct Field {
    pub name: Option<LitStr>,
    pub aliases: Vec<LitStr>,
    /// Where the default is given, and what it is.
    pub default: Option<(Path, DefaultValue)>,
    pub skip: bool,
    pub skip_if: Option<ExprPath>,
    pub flatten: Option<Path>,
    pub read_with: Option<ExprPath>,
    pub write_with: Option<ExprPath>,
    /// Whether the user says, in part or in whole, how it is written, read or described.
    pub own: bool,
}

/// Attributes that change what a type is read from, or written as, behind the schema's back.
const REFUSED: [(&str, &str); 12] = [
    (
        "from",
        "`from` reads another type than the schema describes\nhelp: make that type the contract, and convert it in an agent",
    ),
    (
        "try_from",
        "`try_from` reads another type than the schema describes\nhelp: make that type the contract, and convert it in an agent",
    ),
    (
        "into",
        "`into` writes another type than the schema describes\nhelp: make that type the contract, and convert it in an agent",
    ),
    (
        "remote",
        "`remote` derives for a type that is defined elsewhere, which cannot become a contract\nhelp: write a struct of your own with the same fields",
    ),
    ("bound", "`bound` is for generic types, and a contract is concrete"),
    ("borrow", "`borrow` is for types with lifetimes, and a contract owns what it holds"),
    ("getter", "`getter` is for remote types, which cannot become a contract"),
    (
        "other",
        "`other` swallows unknown variants, and with them what they hold\nhelp: name every variant that may cross the handoff",
    ),
    (
        "skip_serializing",
        "`skip_serializing` alone makes what is written differ from what is read\nhelp: write `skip` for a field that is not part of the contract, or `skip_serializing_if` together with `default`",
    ),
    (
        "skip_deserializing",
        "`skip_deserializing` alone makes what is written differ from what is read\nhelp: write `skip` for a field that is not part of the contract",
    ),
    ("field_identifier", "`field_identifier` is for a hand-written `Deserialize`, not for a contract"),
    ("variant_identifier", "`variant_identifier` is for a hand-written `Deserialize`, not for a contract"),
];

/// Reports what is refused everywhere; whether it was.
fn refused(meta: &RawMeta, errors: &mut Errors) -> bool {
    let Some((_, message)) = REFUSED.iter().find(|(name, _)| meta.is(name)) else { return false };
    errors.at(&meta.path, message);
    true
}

/// What serde understands, and a contract honours.
const CONTAINER: [&str; 9] = [
    "rename",
    "rename_all",
    "rename_all_fields",
    "tag",
    "content",
    "untagged",
    "default",
    "transparent",
    "deny_unknown_fields",
];
const VARIANT: [&str; 4] = ["rename", "alias", "rename_all", "skip"];
const FIELD: [&str; 9] = [
    "rename",
    "alias",
    "default",
    "skip",
    "skip_serializing_if",
    "flatten",
    "with",
    "serialize_with",
    "deserialize_with",
];

/// serde would refuse it, too, and leave a trail of errors about what it then does not derive.
fn unknown(meta: &RawMeta, known: &[&str], errors: &mut Errors) {
    let written = meta.path.to_token_stream().to_string().replace(' ', "");
    let meant = suggest::did_you_mean(&written, known);
    let all = known.join("`, `");
    errors.at(
        &meta.path,
        format!("unknown serde attribute `{written}`{meant}\nhelp: what goes here is `{all}`"),
    );
}

/// The string of `name = "text"`.
fn text(meta: &RawMeta) -> Option<LitStr> {
    meta.value.as_ref().and_then(literal).cloned()
}

/// The string that an expression is, also one that a macro of the user's was handed.
pub fn literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Group(group) => literal(&group.expr),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The function of `name = "function"`.
fn function(meta: &RawMeta) -> Option<ExprPath> {
    text(meta).and_then(|text| text.parse().ok())
}

/// The value of `default` or `default = "function"`.
fn default_value(meta: &RawMeta) -> DefaultValue {
    function(meta).map_or(DefaultValue::OfType, DefaultValue::By)
}

/// The name that both directions share.
fn one_name(meta: &RawMeta, errors: &mut Errors) -> Option<LitStr> {
    if let Some(nested) = &meta.nested {
        let direction = nested.clone().into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) if ident == "serialize" || ident == "deserialize" => Some(ident),
            _ => None,
        });
        if let Some(direction) = direction {
            errors.at(
                &direction,
                "a name that differs by direction: what one agent writes, the next could not read\nhelp: give one name, as in `rename = \"name\"`",
            );
        }
        return None;
    }
    text(meta)
}

fn convention(meta: &RawMeta, errors: &mut Errors) -> Convention {
    let Some(written) = one_name(meta, errors) else { return Convention::AsWritten };
    Convention::of(&written).unwrap_or_else(|| {
        let meant = suggest::did_you_mean(&written.value(), &Convention::NAMES);
        let all = Convention::NAMES.join("`, `");
        errors.at(
            &written,
            format!("unknown convention `{}`{meant}\nhelp: the conventions are `{all}`", written.value()),
        );
        Convention::AsWritten
    })
}

/// What carries the attributes of a container.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Struct(RawKind),
    Enum,
    Union,
}

impl Item {
    pub fn of(layout: &RawLayout) -> Self {
        match layout {
            RawLayout::Struct(fields) => Self::Struct(fields.kind),
            RawLayout::Enum(_) => Self::Enum,
            RawLayout::Union => Self::Union,
        }
    }
}

/// What goes on the other kind of item: its name, whether that is an enum, and what is said of it.
const ELSEWHERE: [(&str, bool, &str); 5] = [
    ("content", true, "`content` goes on an enum, beside `tag`\nhelp: leave it out"),
    ("untagged", true, "`untagged` goes on an enum\nhelp: leave it out: a struct has no tag"),
    (
        "rename_all_fields",
        true,
        "`rename_all_fields` goes on an enum\nhelp: write `rename_all`, which renames the fields of a struct",
    ),
    (
        "transparent",
        false,
        "`transparent` goes on a struct\nhelp: write `untagged` for an enum that is what its variants hold",
    ),
    (
        "default",
        false,
        "`default` goes on a struct: it fills in the fields that are missing\nhelp: put `#[serde(default)]` on the fields that hold the enum",
    ),
];

/// Reports what goes on the other kind of item; whether it does.
fn is_elsewhere(meta: &RawMeta, serde: &[&RawMeta], item: Item, errors: &mut Errors) -> bool {
    let is_enum = item == Item::Enum;
    let elsewhere = ELSEWHERE.iter().find(|(name, of_enum, _)| *of_enum != is_enum && meta.is(name));
    if let Some((name, _, message)) = elsewhere {
        // Of a struct with a tag that is said of the tag.
        if *name != "content" || !serde.iter().any(|meta| meta.is("tag")) {
            errors.at(&meta.path, message);
        }
    } else if meta.is("default") && item == Item::Struct(RawKind::Unit) {
        errors.at(&meta.path, "`default` fills in fields, and there are none\nhelp: leave it out");
    } else {
        return false;
    }
    true
}

pub fn container(serde: &[RawMeta], schemars: &[RawMeta], item: Item, errors: &mut Errors) -> Container {
    let mut result = Container {
        fields: Convention::AsWritten,
        variants: Convention::AsWritten,
        variant_fields: Convention::AsWritten,
        tagging: Tagging::External,
        name: None,
        default: None,
        transparent: None,
        deny_unknown_fields: false,
    };
    let is_enum = item == Item::Enum;
    let (mut tag, mut content, mut untagged) = (None, None, None);
    let serde = entries::in_order(serde, errors);
    for meta in &serde {
        if refused(meta, errors) || is_elsewhere(meta, &serde, item, errors) {
        } else if meta.is("rename") {
            result.name = one_name(meta, errors);
        } else if meta.is("rename_all") {
            let convention = convention(meta, errors);
            if is_enum {
                result.variants = convention;
            } else {
                result.fields = convention;
            }
        } else if meta.is("rename_all_fields") {
            result.variant_fields = convention(meta, errors);
        } else if meta.is("tag") && !is_enum {
            errors.at(
                &meta.path,
                "`tag` on a struct adds a field that nobody checks\nhelp: put the tag on an enum, or add a field for it",
            );
        } else if meta.is("tag") {
            tag = text(meta);
        } else if meta.is("content") {
            content = text(meta).map(|text| (&meta.path, text));
        } else if meta.is("untagged") {
            untagged = Some(&meta.path);
        } else if meta.is("default") {
            result.default = Some((meta.path.clone(), default_value(meta)));
        } else if meta.is("transparent") {
            result.transparent = Some(meta.path.clone());
        } else if meta.is("deny_unknown_fields") {
            result.deny_unknown_fields = true;
        } else if !meta.is("crate") && !meta.is("expecting") {
            unknown(meta, &CONTAINER, errors);
        }
    }
    result.tagging = tagging(tag, content, untagged, errors);
    no_second_opinion(schemars, &["with", "schema_with"], errors);
    result
}

/// How the variants of an enum are told apart.
fn tagging(
    tag: Option<LitStr>,
    content: Option<(&Path, LitStr)>,
    untagged: Option<&Path>,
    errors: &mut Errors,
) -> Tagging {
    match (tag, content, untagged) {
        (None, None, None) => Tagging::External,
        (None, None, Some(_)) => Tagging::Untagged,
        (None, Some((path, _)), None) => {
            errors.at(
                path,
                "`content` without a `tag`: nothing would say which variant it is\nhelp: write `tag = \"kind\"` beside it",
            );
            Tagging::External
        }
        (tag, _, Some(untagged)) => {
            let beside = if tag.is_some() { "tag" } else { "content" };
            errors.at_with_help(
                untagged,
                format_args!("`untagged` beside `{beside}`: an enum has a tag, or it has none"),
                "leave one of them out",
            );
            Tagging::Untagged
        }
        (Some(tag), None, None) => Tagging::Internal { tag },
        (Some(tag), Some((_, content)), None) => {
            if tag.value() == content.value() {
                let other = if tag.value() == "value" { "content" } else { "value" };
                errors.at_with_help(
                    &content,
                    format_args!(
                        "`tag` and `content` are both `{}`: an object has each key once",
                        tag.value()
                    ),
                    format_args!("give the content another name, as in `content = \"{other}\"`"),
                );
            }
            Tagging::Adjacent { tag, content }
        }
    }
}

pub fn variant(serde: &[RawMeta], schemars: &[RawMeta], errors: &mut Errors) -> Variant {
    let mut result = Variant { name: None, aliases: Vec::new(), fields: None, skip: false };
    for meta in entries::in_order(serde, errors) {
        if refused(meta, errors) {
        } else if meta.is("rename") {
            result.name = one_name(meta, errors);
        } else if meta.is("alias") {
            result.aliases.extend(text(meta));
        } else if meta.is("rename_all") {
            result.fields = Some(convention(meta, errors));
        } else if meta.is("skip") {
            result.skip = true;
        } else if meta.is("untagged") {
            errors.at(
                &meta.path,
                "one untagged variant among tagged ones\nhelp: put `#[serde(untagged)]` on the whole enum, or give the variant its tag",
            );
        } else if is_function(meta) {
            errors.at(
                &meta.path,
                "functions of serde's on a variant are not supported\nhelp: put the value into a struct, and the attribute on its field",
            );
        } else {
            unknown(meta, &VARIANT, errors);
        }
    }
    no_second_opinion(schemars, &["with", "schema_with"], errors);
    result
}

/// `with`, `serialize_with` or `deserialize_with`.
fn is_function(meta: &RawMeta) -> bool {
    meta.is("with") || meta.is("serialize_with") || meta.is("deserialize_with")
}

pub fn field(serde: &[RawMeta], schemars: &[RawMeta], errors: &mut Errors) -> Field {
    let mut result = Field {
        name: None,
        aliases: Vec::new(),
        default: None,
        skip: false,
        skip_if: None,
        flatten: None,
        read_with: None,
        write_with: None,
        own: false,
    };
    let has_schema = schemars.iter().any(|meta| meta.is("with") || meta.is("schema_with"));
    result.own = has_schema || serde.iter().any(is_function);
    for meta in entries::in_order(serde, errors) {
        if refused(meta, errors) {
        } else if meta.is("rename") {
            result.name = one_name(meta, errors);
        } else if meta.is("alias") {
            result.aliases.extend(text(meta));
        } else if meta.is("default") {
            result.default = Some((meta.path.clone(), default_value(meta)));
        } else if meta.is("skip") {
            result.skip = true;
        } else if meta.is("flatten") {
            result.flatten = Some(meta.path.clone());
            let described = schemars.iter().find(|meta| meta.is("with") || meta.is("schema_with"));
            if let Some(described) = described {
                errors.at_with_help(
                    &described.path,
                    "what is flattened is described by its own contract",
                    "leave it out, or give the field a name of its own",
                );
            }
        } else if is_function(meta) {
            if !has_schema {
                errors.at(
                    &meta.path,
                    "a function of serde's without a schema: what crosses the handoff would not be what the schema says\nhelp: say what it looks like, as in `#[schemars(with = \"String\")]`",
                );
            }
            let in_module = |direction: &str| {
                let mut path = function(meta)?;
                if meta.is("with") {
                    path.path.segments.push(Ident::new(direction, path.span()).into());
                }
                Some(path)
            };
            if !meta.is("serialize_with") {
                result.read_with = in_module("deserialize");
            }
            if !meta.is("deserialize_with") {
                result.write_with = in_module("serialize");
            }
        } else if meta.is("skip_serializing_if") {
            result.skip_if = function(meta);
        } else {
            unknown(meta, &FIELD, errors);
        }
    }
    no_second_opinion(schemars, &[], errors);
    result
}

/// Whatever schemars would be told besides serde, the schema and the JSON would disagree on. What is refused, and what
/// `notes` need not report, is in the list.
pub fn is_refused_of_schemars(name: &str) -> bool {
    OF_SERDE.contains(&name) || CHECKS.contains(&name) || FORMATS.contains(&name)
}

const OF_SERDE: [&str; 19] = [
    "rename",
    "rename_all",
    "rename_all_fields",
    "alias",
    "default",
    "skip",
    "skip_serializing",
    "skip_serializing_if",
    "skip_deserializing",
    "flatten",
    "tag",
    "content",
    "untagged",
    "transparent",
    "deny_unknown_fields",
    "from",
    "try_from",
    "into",
    "bound",
];
const CHECKS: [&str; 7] = ["length", "range", "regex", "pattern", "contains", "required", "inner"];
const FORMATS: [&str; 5] = ["email", "url", "ip", "ipv4", "ipv6"];

fn no_second_opinion(schemars: &[RawMeta], refused: &[&str], errors: &mut Errors) {
    for meta in schemars {
        let Some(name) = meta.path.get_ident().map(ToString::to_string) else { continue };
        if OF_SERDE.contains(&name.as_str()) {
            errors.at(
                &meta.path,
                format!("`{name}` for schemars alone: the schema would not say what serde does\nhelp: write `#[serde({name})]`, which schemars follows"),
            );
        } else if CHECKS.contains(&name.as_str()) {
            errors.at(
                &meta.path,
                format!("`{name}` for schemars alone: the schema would promise what nobody checks\nhelp: write a `#[check(…)]`, which is in the schema, too"),
            );
        } else if FORMATS.contains(&name.as_str()) {
            let format = if name == "url" { "uri" } else { name.as_str() };
            errors.at(
                &meta.path,
                format!("`{name}` for schemars alone: the schema would promise what nobody checks\nhelp: a format that is a note is written `extend(\"format\" = \"{format}\")`; what is checked is a `pattern`"),
            );
        } else if refused.contains(&name.as_str()) {
            errors.at(
                &meta.path,
                format!("`{name}` replaces the schema, but not what is read\nhelp: leave it out"),
            );
        }
    }
}
