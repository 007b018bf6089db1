//! The structural walk: holds a tree of JSON against static tables and reports everything that does not fit.
//!
//! It runs after something went wrong, and where serde alone cannot be trusted (see `strict`).

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::form::{Body, Enum, Field, Place, Slot, Struct, Tagging, Variant};
use super::node::{Entry, Node, Number};
use super::pointer::Step;
use super::read;
use super::rules::NodeRules;
use super::violation::Violations;

/// Walks a node as a value of some type. The answer is whether the node itself, apart from what is in it, has the
/// right form, so that checks on it make sense.
pub type Walk = fn(&Node<'_>, &mut Walker) -> bool;

/// How one item of a tuple is walked.
type Item<'a> = &'a dyn Fn(&Node<'_>, &mut Walker) -> bool;

/// Walks a tree and keeps what it finds.
#[derive(Debug)]
pub struct Walker {
    violations: Violations,
    /// Whether checks are run as well as the structure looked at.
    checks: bool,
}

impl Walker {
    pub(super) fn new() -> Self {
        Self { violations: Violations::new(), checks: true }
    }

    pub(super) fn into_violations(self) -> Violations {
        self.violations
    }

    pub(super) fn violations(&mut self) -> &mut Violations {
        &mut self.violations
    }

    /// Reports that a node is of the wrong kind.
    pub(super) fn wrong_kind(&mut self, expected: &str, node: &Node<'_>) -> bool {
        self.violations.report_found("type", format!("expected {expected}, found {}", node.kind()), node);
        false
    }

    /// Reports a number that no type holds. It is none of its neighbours' business: they are judged as ever.
    pub(super) fn beyond(&mut self, node: &Node<'_>) -> bool {
        let (keyword, end) = match node {
            Node::Number(Number::Float(float)) if *float < 0.0 => ("minimum", f64::MIN),
            _ => ("maximum", f64::MAX),
        };
        let side = if keyword == "minimum" { "less" } else { "greater" };
        self.violations.report(keyword, format!("the number is out of range, {side} than {end:e}"));
        false
    }

    /// An integer of a type that ends with these.
    pub(super) fn integer(&mut self, node: &Node<'_>, least: i128, greatest: i128) -> bool {
        let Node::Number(number) = node else { return self.wrong_kind("an integer", node) };
        if node.is_beyond() {
            return self.beyond(node);
        }
        let fits = matches!(number, Number::Integer(integer) if (least..=greatest).contains(integer));
        if !fits {
            self.violations.report_found(
                "type",
                format!("expected an integer in {least}..={greatest}, found another number"),
                node,
            );
        }
        fits
    }

    fn at<R>(&mut self, step: impl Into<Step>, inspect: impl FnOnce(&mut Self) -> R) -> R {
        let mark = self.violations.mark();
        let result = inspect(self);
        if self.violations.mark() > mark {
            self.violations.prepend_since(mark, &step.into());
        }
        result
    }

    /// A part of a contract, and the checks on it.
    pub(super) fn checked(
        &mut self,
        node: &Node<'_>,
        walk: impl FnOnce(&mut Self) -> bool,
        rules: impl FnOnce(NodeRules<'_, '_>),
    ) -> bool {
        let (mark, before) = (self.violations.mark(), self.violations.len());
        let fits = walk(self);
        // Where the form is wrong, a check on it would say the same again.
        if fits && self.checks {
            let inner = self.violations.mark();
            rules(NodeRules::new(node, &mut self.violations, before));
            // What is wrong with a list comes before what is wrong with its items.
            if self.violations.mark() > inner && self.violations.mark() > mark + 1 {
                self.sort_since(mark, node);
            }
        }
        fits
    }

    /// Puts what was found in a node since the mark into the order of its entries.
    #[cold]
    fn sort_since(&mut self, mark: usize, node: &Node<'_>) {
        let mut ranks = HashMap::new();
        if let Node::Object(entries) = node {
            for (rank, entry) in entries.iter().enumerate() {
                ranks.insert(Cow::Borrowed(&*entry.key), rank);
            }
        }
        self.violations.sort_since(mark, &|key| ranks.get(key).copied().unwrap_or(usize::MAX));
    }

    /// A list whose items are all alike.
    pub fn list(&mut self, node: &Node<'_>, mut item: impl FnMut(&Node<'_>, &mut Self) -> bool) -> bool {
        let Node::List(items) = node else { return self.wrong_kind("a list", node) };
        for (index, node) in items.iter().enumerate() {
            self.at(index, |walker| item(node, walker));
        }
        true
    }

    /// A list in which no item stands twice.
    pub fn set(&mut self, node: &Node<'_>, item: impl FnMut(&Node<'_>, &mut Self) -> bool) -> bool {
        let mark = self.violations.mark();
        let fits = self.list(node, item);
        if let Node::List(items) = node {
            super::rules::report_repeated_items(items, &mut self.violations);
            self.violations.sort_since(mark, &|_| usize::MAX);
        }
        fits
    }

    /// A list of a fixed length.
    pub fn tuple(&mut self, node: &Node<'_>, items: &[Item<'_>]) -> bool {
        let Node::List(nodes) = node else {
            return self.wrong_kind(&format!("a list of {}", items.len()), node);
        };
        for (index, (node, item)) in nodes.iter().zip(items).enumerate() {
            self.at(index, |walker| item(node, walker));
        }
        if nodes.len() == items.len() {
            return true;
        }
        let keyword = if nodes.len() < items.len() { "minItems" } else { "maxItems" };
        self.violations
            .report(keyword, format!("expected a list of {}, found one of {}", items.len(), nodes.len()));
        false
    }

    /// An object whose keys are data.
    pub fn map(
        &mut self,
        node: &Node<'_>,
        key: impl Fn(&str) -> bool,
        mut value: impl FnMut(&Node<'_>, &mut Self) -> bool,
    ) -> bool {
        let Node::Object(entries) = node else { return self.wrong_kind("an object", node) };
        for entry in entries {
            self.at(&*entry.key, |walker| {
                walker.report_repeated(entry);
                if !key(&entry.key) {
                    walker.violations.report("propertyNames", "not a valid key");
                }
                value(&entry.value, walker)
            });
        }
        true
    }

    /// `null`.
    pub(super) fn null(&mut self, node: &Node<'_>) -> bool {
        matches!(node, Node::Null) || self.wrong_kind("null", node)
    }

    /// A value of a type that is no contract: serde alone decides, as strictly as it can be made.
    pub fn leaf<T: DeserializeOwned + JsonSchema>(&mut self, node: &Node<'_>) -> bool {
        self.leaf_read(node, &T::schema_name(), |text| read::typed::<T>(text).map(drop))
    }

    pub(super) fn leaf_read(
        &mut self,
        node: &Node<'_>,
        expected: &str,
        read: impl FnOnce(&str) -> Result<(), serde_json::Error>,
    ) -> bool {
        if self.report_within(node) {
            return false;
        }
        let text = node.to_string();
        let Err(error) = read(&text) else { return true };
        let found = format!("{}: {}", super::violation::shorten(&text), read::plain_message(&error));
        self.violations.report_found(
            "type",
            format!("not a valid {expected}, found {}", node.kind()),
            &found,
        );
        false
    }

    fn report_repeated(&mut self, entry: &Entry<'_>) {
        if entry.repeated {
            self.violations.report("duplicate", "the key is repeated");
        }
    }

    /// Reports what is wrong with a value that nobody walks, whatever it is meant for: repeated keys, and numbers that
    /// no type holds. The answer is whether there are such numbers.
    fn report_within(&mut self, node: &Node<'_>) -> bool {
        let mut beyond = false;
        match node {
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    beyond |= self.at(index, |walker| walker.report_within(item));
                }
            }
            Node::Object(entries) => {
                for entry in entries {
                    beyond |= self.at(&*entry.key, |walker| {
                        walker.report_repeated(entry);
                        walker.report_within(&entry.value)
                    });
                }
            }
            _ if node.is_beyond() => {
                beyond = true;
                self.beyond(node);
            }
            _ => {}
        }
        beyond
    }

    fn unknown(&mut self, entry: &Entry<'_>, open: bool) {
        self.at(&*entry.key, |walker| {
            walker.report_repeated(entry);
            if open {
                walker.report_within(&entry.value);
            } else if !entry.repeated {
                walker.violations.report_found("additionalProperties", "unknown field", &entry.value);
            }
        });
    }

    /// An object with the fields of a struct.
    fn fields(&mut self, node: &Node<'_>, table: &Struct) -> bool {
        let Node::Object(entries) = node else { return self.wrong_kind("an object", node) };
        let mut fields = Vec::with_capacity(table.fields.len());
        gather(table, &mut fields);
        for entry in entries {
            let key = &*entry.key;
            let Some((field, given)) =
                fields.iter_mut().find(|(field, _)| field.name == key || field.aliases.contains(&key))
            else {
                self.unknown(entry, table.open);
                continue;
            };
            self.at(key, |walker| {
                walker.report_repeated(entry);
                if *given && !entry.repeated {
                    walker
                        .violations
                        .report("duplicate", format!("another name of `{}`, which is there", field.name));
                }
                (field.place.walk)(&entry.value, walker)
            });
            *given = true;
        }
        for (field, given) in fields {
            if !given && !field.default && !(field.place.optional)() {
                self.at(field.name, |walker| walker.violations.report("required", "missing"));
            }
        }
        true
    }

    /// A value of an enum.
    pub(super) fn variants(&mut self, node: &Node<'_>, table: &Enum) -> bool {
        match table.tagging {
            Tagging::External => self.external(node, table),
            Tagging::Internal { tag } => self.internal(node, table, tag),
            Tagging::Adjacent { tag, content } => self.adjacent(node, table, tag, content),
            Tagging::Untagged => self.untagged(node, table),
        }
    }

    /// A list with the fields of a tuple struct or of a tuple variant.
    fn places(&mut self, node: &Node<'_>, places: &[Place]) -> bool {
        let mut items: Vec<Item<'_>> = Vec::with_capacity(places.len());
        for place in places {
            items.push(&place.walk);
        }
        self.tuple(node, &items)
    }

    /// What is not an enum.
    pub(super) fn body(&mut self, node: &Node<'_>, body: &Body) -> bool {
        match body {
            Body::Unit => self.null(node),
            Body::Newtype { place, .. } => (place.walk)(node, self),
            Body::Tuple(places) => self.places(node, places),
            Body::Struct(table) => self.fields(node, table),
        }
    }

    fn variant<'t>(&mut self, table: &'t Enum, name: &str, node: &Node<'_>) -> Option<&'t Variant> {
        let found =
            table.variants.iter().find(|variant| variant.name == name || variant.aliases.contains(&name));
        if found.is_none() {
            self.violations.report_found("enum", format!("expected {}", names(table.variants)), node);
        }
        found
    }

    fn external(&mut self, node: &Node<'_>, table: &Enum) -> bool {
        match node {
            Node::Text(name) => match self.variant(table, name, node) {
                None => false,
                Some(Variant { body: Body::Unit, .. }) => true,
                Some(variant) => {
                    let expected =
                        format!("expected an object with the key `{}`, found a string", variant.name);
                    self.violations.report("type", expected);
                    false
                }
            },
            Node::Object(entries) => {
                let [entry] = entries.as_slice() else {
                    let found = format!("expected an object with one key, found {} keys", entries.len());
                    self.violations.report("oneOf", found);
                    return false;
                };
                self.at(&*entry.key, |walker| match walker.variant(table, &entry.key, node) {
                    None => false,
                    Some(Variant { name, body: Body::Unit, .. }) => {
                        walker
                            .violations
                            .report("type", format!("expected the string `{name}` in place of the object"));
                        false
                    }
                    Some(variant) => walker.body(&entry.value, &variant.body),
                })
            }
            _ => {
                let unit = |variant: &Variant| matches!(variant.body, Body::Unit);
                let expected = match (table.variants.iter().any(unit), table.variants.iter().all(unit)) {
                    (_, true) => "a string",
                    (false, _) => "an object",
                    (true, false) => "a string or an object",
                };
                self.wrong_kind(expected, node)
            }
        }
    }

    /// The variant that the tag of an object names.
    fn tag<'t>(&mut self, entries: &[Entry<'_>], table: &'t Enum, tag: &'static str) -> Option<&'t Variant> {
        let mut tags = entries.iter().filter(|entry| entry.key == tag);
        self.at(tag, |walker| match (tags.next(), tags.next()) {
            (None, _) => {
                walker.violations.report("required", "missing");
                None
            }
            (Some(entry), None) => match &entry.value {
                Node::Text(name) => walker.variant(table, name, &entry.value),
                other => {
                    walker.wrong_kind("a string", other);
                    None
                }
            },
            _ => {
                walker.violations.report("duplicate", "the key is repeated");
                None
            }
        })
    }

    fn internal(&mut self, node: &Node<'_>, table: &Enum, tag: &'static str) -> bool {
        let Node::Object(entries) = node else { return self.wrong_kind("an object", node) };
        let Some(variant) = self.tag(entries, table, tag) else { return false };
        let mut rest = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.key != tag {
                rest.push(entry.clone());
            }
        }
        let rest = Node::Object(rest);
        match &variant.body {
            Body::Unit => self.fields(&rest, &Struct { open: table.open, fields: &[] }),
            Body::Newtype { place, .. } => {
                // What holds nothing is `null` elsewhere and an object with the tag alone here.
                let nothing = matches!(&rest, Node::Object(entries) if entries.is_empty());
                (nothing && Self::try_out(&Node::Null, &variant.body).is_ok()) || (place.walk)(&rest, self)
            }
            body => self.body(&rest, body),
        }
    }

    fn adjacent(&mut self, node: &Node<'_>, table: &Enum, tag: &'static str, content: &'static str) -> bool {
        let Node::Object(entries) = node else { return self.wrong_kind("an object", node) };
        let Some(variant) = self.tag(entries, table, tag) else { return false };
        let holds = !matches!(variant.body, Body::Unit);
        let mut given = false;
        for entry in entries.iter().filter(|entry| entry.key != tag) {
            if entry.key == content && holds {
                given = true;
                self.at(content, |walker| {
                    walker.report_repeated(entry);
                    walker.body(&entry.value, &variant.body)
                });
            } else {
                self.unknown(entry, table.open);
            }
        }
        let optional = match variant.body {
            Body::Newtype { default, place } => default || (place.optional)(),
            _ => false,
        };
        if holds && !given && !optional {
            self.at(content, |walker| walker.violations.report("required", "missing"));
        }
        true
    }

    /// What is wrong with the structure of a node, checks aside, and whether the node itself has the right form.
    fn try_out(node: &Node<'_>, body: &Body) -> Result<(), bool> {
        let mut trial = Self { violations: Violations::new(), checks: false };
        let fits = trial.body(node, body);
        if trial.violations.is_empty() { Ok(()) } else { Err(fits) }
    }

    /// The variant of an untagged enum that a node is meant to be: the first whose structure fits.
    pub(super) fn variant_of<'t>(node: &Node<'_>, table: &'t Enum) -> Option<&'t Variant> {
        table.variants.iter().find(|variant| Self::try_out(node, &variant.body).is_ok())
    }

    /// The first variant whose structure fits is the one that is meant; its checks are then run.
    fn untagged(&mut self, node: &Node<'_>, table: &Enum) -> bool {
        let mut near = Vec::new();
        for variant in table.variants {
            match Self::try_out(node, &variant.body) {
                Ok(()) => return !self.checks || self.body(node, &variant.body),
                Err(true) => near.push(variant),
                Err(false) => {}
            }
        }
        // Only one variant has this form at all: say what is wrong with it.
        if let ([variant], true) = (near.as_slice(), self.checks) {
            return self.body(node, &variant.body);
        }
        let message = format!("matches no variant of `{}`, found {}", table.name, node.kind());
        self.violations.report_found("anyOf", message, node);
        false
    }
}

/// All fields of a table, those of flattened structs in their place; `false` for: not seen yet.
fn gather(table: &Struct, fields: &mut Vec<(&'static Field, bool)>) {
    for slot in table.fields {
        match slot {
            Slot::Field(field) => fields.push((field, false)),
            Slot::Flattened(inner) => gather(inner().fields, fields),
        }
    }
}

/// The names of variants for a message: "`a`", "`a` or `b`", "one of `a`, `b`, `c`".
fn names(variants: &[Variant]) -> String {
    const MOST: usize = 12;
    match variants {
        [] => "no value at all".to_owned(),
        [one] => format!("`{}`", one.name),
        [one, two] => format!("`{}` or `{}`", one.name, two.name),
        [first, rest @ ..] => {
            let mut names = format!("one of `{}`", first.name);
            for variant in rest.iter().take(MOST - 1) {
                let name = format!(", `{}`", variant.name);
                names.push_str(&name);
            }
            match variants.len().saturating_sub(MOST) {
                0 => names,
                more => format!("{names} and {more} more"),
            }
        }
    }
}
