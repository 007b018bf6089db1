//! Objects side by side: fields, what goes beyond them, and the variants of an enum.

use serde_json::Value;

use crate::contract::diff::Breaks;
use crate::contract::diff::compare::Comparison;
use crate::contract::diff::names::{Named, find};
use crate::contract::diff::shape::{Form, Objects, Part, Rest, Rules, Schemas, declared_names};
use crate::contract::diff::words::{self, Thing};

/// How the variants of an enum are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tagging {
    /// By their only field.
    External,
    /// By fields that hold one string each.
    Tags,
}

/// The fields that tell a variant from the others, in order, each with what it holds.
type Tags<'a> = Named<'a, &'a str>;

pub(crate) struct Variant<'a, 'f> {
    tags: Tags<'a>,
    form: &'f Form<'a>,
}

impl<'o, 'n> Comparison<'o, 'n> {
    /// Compares the forms of one kind: variants by their names, others by what they have in common.
    #[inline]
    pub(crate) fn forms(&mut self, olds: &[&Form<'o>], news: &[&Form<'n>]) {
        if let ([old], [new]) = (olds, news) {
            return self.form(old, new);
        }
        for tagging in [Tagging::External, Tagging::Tags] {
            if let (Some(olds), Some(news)) =
                (variants(&self.old, olds, tagging), variants(&self.new, news, tagging))
            {
                return self.variants(tagging, &olds, &news);
            }
        }
        let mut news = news.to_vec();
        let mut left = Vec::new();
        for old in olds {
            match news.iter().position(|new| self.quietly(&|comparison| comparison.form(old, new))) {
                Some(index) => drop(news.remove(index)),
                None => left.push(*old),
            }
        }
        for old in left {
            match news.iter().enumerate().max_by_key(|(_, new)| in_common(old, new)) {
                Some((index, _)) => {
                    let new = news.remove(index);
                    self.form(old, new);
                }
                None => self
                    .report(format!("may no longer be {} of this form", words::kind(old)), Breaks::Senders),
            }
        }
        for new in news {
            self.report(format!("may be {} of another form now", words::kind(new)), Breaks::Receivers);
        }
    }

    #[inline]
    fn variants(&mut self, tagging: Tagging, olds: &[Variant<'o, '_>], news: &[Variant<'n, '_>]) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for new in news {
            if tagged(olds, &new.tags).is_none() {
                come.push(new);
            }
        }
        for old in olds {
            let Some(new) = tagged(news, &old.tags) else {
                gone.push(old);
                continue;
            };
            let (tags, old, new) = (&old.tags, old.form, new.form);
            match (&old.rules, &new.rules) {
                (Rules::Object(old), Rules::Object(new)) if tagging == Tagging::Tags => {
                    let variant = words::joined(tags, " and ", &|(tag, value)| {
                        format!("{} is {}", words::name(tag), words::literal(&Value::from(*value)))
                    });
                    self.variants.push(variant);
                    self.objects(old, new, tags);
                    self.variants.pop();
                }
                _ => self.form(old, new),
            }
        }
        for old in gone {
            match come.iter().position(|new| self.same_but_for_the_name(tagging, old, new)) {
                Some(index) => {
                    let message =
                        format!("variant {} seems renamed to {}", old.name(), come.remove(index).name());
                    self.report(message, Breaks::Both);
                }
                None => self.gone(&Thing::Variant(old.name())),
            }
        }
        for new in come {
            self.come(&Thing::Variant(new.name()));
        }
    }

    #[inline]
    fn same_but_for_the_name(
        &mut self,
        tagging: Tagging,
        Variant { tags, form: old }: &Variant<'o, '_>,
        Variant { form: new, .. }: &Variant<'n, '_>,
    ) -> bool {
        let (Rules::Object(old), Rules::Object(new)) = (&old.rules, &new.rules) else { return false };
        match tagging {
            Tagging::External => match (old.fields.first(), new.fields.first()) {
                (Some((_, old)), Some((_, new))) => self.same(old, new),
                _ => false,
            },
            Tagging::Tags => {
                // Variants without data are alike and say nothing.
                let has_data = old.fields.iter().any(|(field, _)| find(tags, field).is_none());
                has_data && self.quietly(&|comparison| comparison.objects(old, new, tags))
            }
        }
    }

    /// Compares two objects; the fields in `tags` are known to be the same.
    #[inline]
    pub(crate) fn objects(&mut self, old: &Objects<'o>, new: &Objects<'n>, tags: &[(&str, &str)]) {
        self.len(old.len, new.len);
        self.rest(&old.rest, &new.rest);
        let renamed = self.renamed(old, new);
        for name in declared_names(old, new).iter() {
            if find(tags, name).is_some() {
                continue;
            }
            let breaks = breaks_of_field(old, new, name);
            let required = (old.required.contains(name), new.required.contains(name));
            match (old.declared(name), new.declared(name)) {
                (Some(before), Some(after)) => self.at(name, |comparison| {
                    match required {
                        (false, true) => comparison.report("required now".to_owned(), Breaks::Senders),
                        (true, false) => comparison.report("optional now".to_owned(), Breaks::Receivers),
                        _ => {}
                    }
                    comparison.part(before, after);
                }),
                (Some(before), None) => {
                    if let Some((_, other)) = renamed.iter().find(|(from, _)| from == name) {
                        let message = format!("seems renamed to {}", words::name(other));
                        let breaks = breaks.and(breaks_of_field(old, new, other));
                        self.at(name, |comparison| comparison.report(message, breaks));
                        continue;
                    }
                    let was = if required.0 { "removed, was required" } else { "removed, was optional" };
                    let ignored = if matches!(new.rest, Rest::Open) { ": ignored now" } else { "" };
                    self.at(name, |comparison| {
                        comparison.report(format!("{was}{ignored}"), breaks);
                        if let Rest::Entries(after) | Rest::Keyed(_, after) = &new.rest {
                            comparison.part(before, after);
                        }
                    });
                }
                (None, Some(after)) => {
                    if renamed.iter().any(|(_, to)| to == name) {
                        continue;
                    }
                    let is = if required.1 { "added, required" } else { "added, optional" };
                    self.at(name, |comparison| {
                        comparison.report(is.to_owned(), breaks);
                        if let Rest::Entries(before) | Rest::Keyed(_, before) = &old.rest {
                            comparison.part(before, after);
                        }
                    });
                }
                (None, None) => {}
            }
        }
    }

    /// Fields that are gone, each with the one that is new in its place: the same type, required alike, and no other
    /// that it could be.
    #[inline]
    fn renamed(&mut self, old: &Objects<'o>, new: &Objects<'n>) -> Vec<(&'o str, &'n str)> {
        let (gone, come) = (only_in(old, new), only_in(new, old));
        // Where only the question is asked if anything has changed, it has.
        if self.quiet || gone.len() * come.len() > MOST_PAIRS {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (from, before) in &gone {
            for (to, after) in &come {
                let required = old.required.contains(from) == new.required.contains(to);
                if required && self.same(before, after) {
                    pairs.push((*from, *to));
                }
            }
        }
        let alone =
            |pair: &&(_, _)| pairs.iter().filter(|other| other.0 == pair.0 || other.1 == pair.1).count() == 1;
        pairs.iter().filter(alone).copied().collect()
    }

    #[inline]
    fn rest(&mut self, old: &Rest<'o>, new: &Rest<'n>) {
        let (message, breaks) = match (old, new) {
            (Rest::Open, Rest::Open) | (Rest::Closed, Rest::Closed) => return,
            (Rest::Closed, Rest::Open) => ("open now: unknown fields are ignored", Breaks::Receivers),
            (Rest::Open, Rest::Closed) => ("closed now: unknown fields are refused", Breaks::Senders),
            (Rest::Closed, Rest::Entries(_) | Rest::Keyed(..)) => {
                ("may have further entries now", Breaks::Receivers)
            }
            (Rest::Entries(_) | Rest::Keyed(..), Rest::Closed) => {
                ("may no longer have further entries", Breaks::Senders)
            }
            (Rest::Open, Rest::Entries(_) | Rest::Keyed(..)) => {
                ("further entries have a type now", Breaks::Senders)
            }
            (Rest::Entries(_) | Rest::Keyed(..), Rest::Open) => {
                ("further entries no longer have a type", Breaks::Receivers)
            }
            (Rest::Entries(before), Rest::Entries(after)) => {
                return self.part_at("*", before, after);
            }
            (Rest::Keyed(_, before), Rest::Entries(after)) => {
                self.part_at("*", before, after);
                ("keys may be any text now", Breaks::Receivers)
            }
            (Rest::Entries(before), Rest::Keyed(_, after)) => {
                self.part_at("*", before, after);
                ("keys have a pattern now", Breaks::Senders)
            }
            (Rest::Keyed(was, before), Rest::Keyed(is, after)) => {
                self.part_at("*", before, after);
                if was != is {
                    let message = format!("pattern of keys {}, was {}", words::name(is), words::name(was));
                    self.report(message, Breaks::Both);
                }
                return;
            }
        };
        self.report(message.to_owned(), breaks);
    }
}

/// Pairs of fields that are looked at for renames.
const MOST_PAIRS: usize = 400;

/// The fields that the other side does not declare.
#[inline]
fn only_in<'m, 'a>(one: &'m Objects<'a>, other: &Objects<'_>) -> Vec<&'m (&'a str, Part<'a>)> {
    one.fields.iter().filter(|(name, _)| other.declared(name).is_none()).collect()
}

/// For whom the presence of a field that one side alone declares is a break.
#[inline]
fn breaks_of_field(old: &Objects<'_>, new: &Objects<'_>, name: &str) -> Breaks {
    // A sender of the other build sends it only if it declares it, or if it is a map.
    let sends = |objects: &Objects<'_>| {
        objects.declared(name).is_some() || matches!(objects.rest, Rest::Entries(_) | Rest::Keyed(..))
    };
    let refuses = |objects: &Objects<'_>| {
        objects.declared(name).is_none() && matches!(objects.rest, Rest::Closed | Rest::Keyed(..))
    };
    let misses = |receiver: &Objects<'_>, sender: &Objects<'_>| {
        receiver.required.contains(name) && !sender.required.contains(name)
    };
    Breaks::new(
        sends(old) && refuses(new) || misses(new, old),
        sends(new) && refuses(old) || misses(old, new),
    )
}

/// The variants of an enum in the order of their tags; none if that is not what the forms are.
#[inline]
fn variants<'a, 'f>(
    schemas: &Schemas<'a>,
    forms: &[&'f Form<'a>],
    tagging: Tagging,
) -> Option<Vec<Variant<'a, 'f>>> {
    let mut variants: Vec<Variant<'_, '_>> = Vec::new();
    for form in forms {
        let Rules::Object(rules) = &form.rules else { return None };
        let tags = match tagging {
            Tagging::External => match &rules.fields[..] {
                [(name, _)] if rules.required.contains(name) && matches!(rules.rest, Rest::Closed) => {
                    vec![(*name, "")]
                }
                _ => return None,
            },
            Tagging::Tags => {
                let mut tags = Vec::new();
                for (name, part) in &rules.fields {
                    if rules.required.contains(name) {
                        let shape = schemas.shape(part);
                        if let ([Value::String(value)], []) = (&shape.literals[..], &shape.forms[..]) {
                            tags.push((*name, value.as_str()));
                        }
                    }
                }
                tags
            }
        };
        if tags.is_empty() {
            return None;
        }
        variants.push(Variant { tags, form });
    }
    variants.sort_by(|one, other| one.tags.cmp(&other.tags));
    let alike = variants.windows(2).any(|pair| pair[0].tags == pair[1].tags);
    (!alike).then_some(variants)
}

/// The one with these tags, of variants in the order of their tags.
#[inline]
fn tagged<'v, 'a, 'f>(variants: &'v [Variant<'a, 'f>], tags: &Tags<'_>) -> Option<&'v Variant<'a, 'f>> {
    let index = variants.binary_search_by(|variant| variant.tags.cmp(tags)).ok()?;
    Some(&variants[index])
}

/// The variants that the forms are, if they are some.
#[inline]
pub(crate) fn variants_of<'a, 'f>(
    schemas: &Schemas<'a>,
    forms: &[&'f Form<'a>],
) -> Option<Vec<Variant<'a, 'f>>> {
    variants(schemas, forms, Tagging::External).or_else(|| variants(schemas, forms, Tagging::Tags))
}

impl Variant<'_, '_> {
    #[inline]
    pub(crate) fn name(&self) -> String {
        let value = |(tag, value): &(&str, &str)| if value.is_empty() { *tag } else { *value }.to_owned();
        words::name(&words::joined(&self.tags, "/", &value))
    }
}

/// How much two forms of one kind have in common.
#[inline]
fn in_common(old: &Form<'_>, new: &Form<'_>) -> usize {
    match (&old.rules, &new.rules) {
        (Rules::Object(old), Rules::Object(new)) => {
            old.fields.iter().filter(|(name, _)| new.declared(name).is_some()).count()
        }
        _ => 0,
    }
}
