//! Two schemas, side by side, from the whole inwards.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::contract::diff::bounds::{Amount, Range};
use crate::contract::diff::names::Names;
use crate::contract::diff::objects::variants_of;
use crate::contract::diff::shape::{
    BEYOND_NULL, Form, Kind, Kinds, Lists, Numbers, Rules, Schemas, Shape, Texts,
};
use crate::contract::diff::words::{self, Thing};
use crate::contract::diff::{Breaks, Change};
use crate::contract::json::pointer::{Pointer, Step};
use crate::text::quoted;

/// A pair of schemas is compared at this many places: a type that many fields share says what has changed in it at
/// the first of them, and a schema of many ways through few types ends.
const MOST_VISITS: u8 = 8;

/// Steps into a value, at most.
const DEEPEST: usize = 100;

#[inline]
pub(crate) fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut comparison = Comparison::new(Schemas::new(old), Schemas::new(new));
    let (old, new) = (comparison.old.root(), comparison.new.root());
    comparison.part(&old, &new);
    if comparison.cut || comparison.old.is_worn_out() || comparison.new.is_worn_out() {
        comparison.place = Pointer::root();
        comparison.report("too large to be compared to its end".to_owned(), Breaks::Both);
    }
    comparison.changes
}

/// A pair of what both sides say of one place.
type Identity = (Vec<usize>, Vec<usize>);

pub(crate) struct Comparison<'o, 'n> {
    pub(crate) old: Schemas<'o>,
    pub(crate) new: Schemas<'n>,
    place: Pointer,
    /// Which variants the place is in, where the pointer does not say it.
    pub(crate) variants: Vec<String>,
    visits: HashMap<Identity, u8>,
    /// The pairs that the place is in.
    inside: Vec<Identity>,
    /// Whether only the question is asked if there is any change.
    pub(crate) quiet: bool,
    cut: bool,
    changes: Vec<Change>,
}

impl<'o, 'n> Comparison<'o, 'n> {
    #[inline]
    fn new(old: Schemas<'o>, new: Schemas<'n>) -> Self {
        Self {
            old,
            new,
            place: Pointer::root(),
            variants: Vec::new(),
            visits: HashMap::new(),
            inside: Vec::new(),
            quiet: false,
            cut: false,
            changes: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn report(&mut self, mut message: String, breaks: Breaks) {
        for variant in &self.variants {
            // A string takes everything.
            let _ = write!(message, ", where {variant}");
        }
        let change = Change { pointer: quoted(&self.place, 200), message, breaks };
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    #[inline]
    pub(crate) fn at(&mut self, step: &str, inspect: impl FnOnce(&mut Self)) {
        self.place.push(Step::from(step));
        inspect(self);
        self.place.pop();
    }

    /// Compares what stands one step further in.
    #[inline]
    pub(crate) fn part_at(&mut self, step: &str, old: &[&'o Value], new: &[&'n Value]) {
        self.at(step, |comparison| comparison.part(old, new));
    }

    /// Whether nothing is between the two.
    #[inline]
    pub(crate) fn same(&mut self, old: &[&'o Value], new: &[&'n Value]) -> bool {
        self.quietly(&|comparison| comparison.part(old, new))
    }

    /// Whether `compare` has nothing to report. What it would have reported is forgotten.
    #[inline]
    pub(crate) fn quietly(&mut self, compare: &dyn Fn(&mut Self)) -> bool {
        let before = std::mem::take(&mut self.changes);
        let visits = std::mem::take(&mut self.visits);
        let quiet = std::mem::replace(&mut self.quiet, true);
        compare(self);
        self.quiet = quiet;
        self.visits = visits;
        std::mem::replace(&mut self.changes, before).is_empty()
    }

    #[inline]
    pub(crate) fn part(&mut self, old: &[&'o Value], new: &[&'n Value]) {
        let identity = (self.old.identity(old), self.new.identity(new));
        let answered = self.quiet && !self.changes.is_empty();
        if answered || self.inside.contains(&identity) {
            return;
        }
        if self.place.steps().len() > DEEPEST {
            self.cut = true;
            return;
        }
        let visits = self.visits.entry(identity.clone()).or_default();
        if *visits == MOST_VISITS {
            return;
        }
        *visits += 1;
        let (old, new) = (self.old.shape(old), self.new.shape(new));
        self.inside.push(identity);
        self.shape(&old, &new);
        self.inside.pop();
    }

    #[inline]
    fn shape(&mut self, old: &Shape<'o>, new: &Shape<'n>) {
        match (old.any, new.any) {
            (true, true) => return,
            (false, false) => {}
            (was_any, _) => return self.another(old, new, Breaks::new(was_any, !was_any)),
        }
        let (had, has) = (old.kinds(), new.kinds());
        let (lost, gained) = (had.without(has), has.without(had));
        let beyond_null = |kinds: Kinds| !kinds.without(Kinds::NULL).is_empty();
        if !beyond_null(had.without(lost)) && (beyond_null(lost) || beyond_null(gained)) {
            // Nothing in common but perhaps `null`: another type.
            return self.another(old, new, Breaks::new(!lost.is_empty(), !gained.is_empty()));
        }
        let null = Thing::Kind(Kind::Null);
        if lost.contains(Kind::Null) {
            self.gone(&null);
        }
        if gained.contains(Kind::Null) {
            self.come(&null);
        }
        for thing in things(&self.old, old, lost, !new.literals.is_empty()) {
            self.gone(&thing);
        }
        for thing in things(&self.new, new, gained, !old.literals.is_empty()) {
            self.come(&thing);
        }
        for kind in BEYOND_NULL {
            if !had.contains(kind) || !has.contains(kind) {
                continue;
            }
            let (olds, news) = (old.forms_of(kind), new.forms_of(kind));
            self.literals((&old.literals_of(kind), &olds), (&new.literals_of(kind), &news));
            if !olds.is_empty() && !news.is_empty() {
                self.forms(&olds, &news);
            }
        }
    }

    /// Reports that one shape is in the place of the other.
    #[inline]
    fn another(&mut self, old: &Shape<'_>, new: &Shape<'_>, breaks: Breaks) {
        self.report(format!("{}, was {}", words::whole(new), words::whole(old)), breaks);
    }

    /// Reports what is no longer allowed.
    #[inline]
    pub(crate) fn gone(&mut self, thing: &Thing<'_>) {
        self.report(thing.gone(), Breaks::Senders);
    }

    /// Reports what is allowed now.
    #[inline]
    pub(crate) fn come(&mut self, thing: &Thing<'_>) {
        self.report(thing.come(), Breaks::Receivers);
    }

    /// Compares the values of one kind that are spelt out, and those that are not with those that are.
    #[inline]
    fn literals(
        &mut self,
        (old, olds): (&[&'o Value], &[&Form<'o>]),
        (new, news): (&[&'n Value], &[&Form<'n>]),
    ) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        let gone = beyond(old, new, news);
        let come = beyond(new, old, olds);
        match (olds.first(), news.first()) {
            (None, Some(form)) => {
                let message = format!("{}, was {}", words::kind(form), words::literals(old));
                self.report(message, Breaks::new(!gone.is_empty(), true));
            }
            (Some(form), None) => {
                let message = format!("{}, was {}", words::literals(new), words::kind(form));
                self.report(message, Breaks::new(true, !come.is_empty()));
            }
            _ => {
                for value in gone {
                    self.gone(&Thing::Literal(value));
                }
                for value in come {
                    self.come(&Thing::Literal(value));
                }
            }
        }
    }

    /// Compares two forms of one kind.
    #[inline]
    pub(crate) fn form(&mut self, old: &Form<'o>, new: &Form<'n>) {
        let keywords = old.others.iter().chain(&new.others).map(|(keyword, _)| *keyword);
        for keyword in Names::of(keywords.collect()).iter() {
            if noted(old, keyword) != noted(new, keyword) {
                self.report(
                    format!("{} is another, and it is not known what that means", words::name(keyword)),
                    Breaks::Both,
                );
            }
        }
        match (&old.rules, &new.rules) {
            (Rules::Number(old), Rules::Number(new)) => self.numbers(old, new),
            (Rules::Text(old), Rules::Text(new)) => self.texts(old, new),
            (Rules::List(old), Rules::List(new)) => self.lists(old, new),
            (Rules::Object(old), Rules::Object(new)) => self.objects(old, new, &[]),
            _ => {}
        }
    }

    #[inline]
    fn numbers(&mut self, old: &Numbers<'_>, new: &Numbers<'_>) {
        let narrower = (new.integer && !old.integer) || !old.range.is_within(new.range);
        let wider = (old.integer && !new.integer) || !new.range.is_within(old.range);
        if words::number(old) != words::number(new) {
            let message = format!("{}, was {}", words::number_in_range(new), words::number_in_range(old));
            self.report(message, Breaks::new(narrower, wider));
        } else if narrower || wider {
            self.report(format!("range {}, was {}", new.range, old.range), Breaks::new(narrower, wider));
        }
        // Each step of one side has to follow from one of the other's.
        let follows = |steps: &[Amount], from: &[Amount]| {
            steps.iter().all(|step| from.iter().any(|multiple| multiple.is_multiple_of(*step) == Some(true)))
        };
        let (senders, receivers) = (!follows(&new.steps, &old.steps), !follows(&old.steps, &new.steps));
        if senders || receivers {
            let words = |steps: &[Amount]| match steps {
                [] => "any".to_owned(),
                steps => words::joined(steps, " and ", &ToString::to_string),
            };
            let message = format!("multiple_of {}, was {}", words(&new.steps), words(&old.steps));
            self.report(message, Breaks::new(senders, receivers));
        }
    }

    #[inline]
    fn texts(&mut self, old: &Texts<'_>, new: &Texts<'_>) {
        self.len(old.len, new.len);
        for (what, old, new) in
            [("pattern", &old.patterns, &new.patterns), ("format", &old.formats, &new.formats)]
        {
            let (senders, receivers) = (!new.is_subset(old), !old.is_subset(new));
            if senders || receivers {
                let words = |texts: &Names<'_>| match &texts[..] {
                    [] => "any".to_owned(),
                    texts => words::joined(texts, " and ", &|text| words::name(text)),
                };
                let message = format!("{what} {}, was {}", words(new), words(old));
                self.report(message, Breaks::new(senders, receivers));
            }
        }
    }

    #[inline]
    pub(crate) fn len(&mut self, old: Range, new: Range) {
        let breaks = Breaks::new(!old.is_within(new), !new.is_within(old));
        if breaks != Breaks::Neither {
            self.report(format!("len {new}, was {old}"), breaks);
        }
    }

    #[inline]
    fn lists(&mut self, old: &Lists<'o>, new: &Lists<'n>) {
        self.len(old.len, new.len);
        match (old.unique, new.unique) {
            (false, true) => self.report("unique now".to_owned(), Breaks::Senders),
            (true, false) => self.report("no longer unique".to_owned(), Breaks::Receivers),
            _ => {}
        }
        let longest = old.prefix.len().max(new.prefix.len());
        for index in (0..longest).filter(|index| old.reaches(*index) && new.reaches(*index)) {
            self.part_at(&index.to_string(), old.at(index), new.at(index));
        }
        if old.reaches(longest) && new.reaches(longest) {
            self.part_at("*", &old.items, &new.items);
        }
    }
}

/// What one side has of kinds of which the other has nothing, but for `null`. In an enum, those are variants.
#[inline]
fn things<'a>(schemas: &Schemas<'a>, shape: &Shape<'a>, kinds: Kinds, in_enum: bool) -> Vec<Thing<'a>> {
    let mut things = Vec::new();
    for kind in BEYOND_NULL {
        if !kinds.contains(kind) {
            continue;
        }
        let forms = shape.forms_of(kind);
        if forms.is_empty() {
            things.extend(shape.literals_of(kind).into_iter().map(Thing::Literal));
        } else if let Some(variants) = if in_enum { variants_of(schemas, &forms) } else { None } {
            things.extend(variants.iter().map(|variant| Thing::Variant(variant.name())));
        } else {
            things.push(Thing::Kind(kind));
        }
    }
    things
}

/// Values that the other side does not allow, neither among those that it spells out nor in its forms.
#[inline]
fn beyond<'a>(values: &[&'a Value], others: &[&Value], forms: &[&Form<'_>]) -> Vec<&'a Value> {
    let allowed = |value: &Value| forms.iter().any(|form| form.holds(value) == Some(true));
    values.iter().copied().filter(|value| !others.contains(value) && !allowed(value)).collect()
}

/// What is said under a keyword that is compared as it stands.
#[inline]
fn noted<'a>(form: &Form<'a>, keyword: &str) -> Vec<&'a Value> {
    form.others.iter().filter(|(name, _)| *name == keyword).map(|(_, value)| *value).collect()
}
