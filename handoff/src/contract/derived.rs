//! What `#[contract]` implements, and the contracts of std's types.
//!
//! Not [`Contract`] itself: the compiler would list the user's contracts wherever a type is none, as the implementations
//! that there are. The attribute that keeps it from doing so cannot stand in the expansion, because it does not resolve
//! under `#![no_implicit_prelude]`; so it stands here, on the one implementation for all of them. With one implementation for lists too, the compiler
//! sees that a list is none because its items are none, and leaves it at that.

use std::borrow::Cow;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::confidence::Confidence;
use crate::contract::json::tree::Json;
use crate::contract::layout::{Layout, Shape};
use crate::contract::reading::validator::Validator;
use crate::contract::schema::build::Annotation;
use crate::contract::schema::cache::{self, Emitted};
use crate::contract::violation::Violations;

/// What `#[contract]` states of a type.
#[derive(Debug)]
pub struct Declaration {
    name: &'static str,
    closed: bool,
    pub(crate) form: Option<&'static Layout>,
    /// What its schema says beside its form.
    pub(crate) annotations: &'static [Annotation],
    /// The default of the whole as JSON.
    pub(crate) default: Option<fn() -> Option<Value>>,
    /// What is worked out once.
    emitted: OnceLock<Emitted>,
}

impl Declaration {
    /// Of the type of this name and form; `closed` says whether its schema refuses unknown fields.
    #[must_use]
    pub const fn new(name: &'static str, closed: bool, form: Option<&'static Layout>) -> Self {
        Self { name, closed, form, annotations: &[], default: None, emitted: OnceLock::new() }
    }

    /// What holds one value is closed if that is. It ends: what holds itself does so in a collection or an `Option`, which
    /// are never asked.
    fn closed(&self) -> bool {
        match self.form {
            Some(Layout::Struct(Shape::Newtype { place, .. })) => (place.field_schema)(None).closed,
            _ => self.closed,
        }
    }

    /// The same with notes.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        // Not by update: what is not moved out of it would have to be dropped.
        let mut this = self;
        this.annotations = annotations;
        this
    }

    /// The same with a default of the whole, as JSON.
    #[must_use]
    pub const fn with_default(self, default: fn() -> Option<Value>) -> Self {
        let mut this = self;
        this.default = Some(default);
        this
    }
}

/// A declared contract: see the items of [`Contract`] by the same names.
#[allow(missing_docs)]
pub trait Derived: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    const HAS_CONFIDENCE: bool = false;
    const MAX_TOKENS: Option<u32> = None;
    /// Its tables; none for std's types.
    const LAYOUT: Option<&'static Layout> = None;
    /// Whether `null` is one of its values.
    const NULL: bool = false;
    /// What the macro states; nothing for std's types, which override what follows from it.
    #[must_use]
    fn declaration() -> Option<&'static Declaration> {
        None
    }
    #[must_use]
    fn closed() -> bool {
        Self::declaration().is_some_and(Declaration::closed)
    }
    #[must_use]
    fn name() -> Cow<'static, str> {
        Self::declaration().map_or_else(Self::schema_name, |declaration| Cow::Borrowed(declaration.name))
    }
    fn check(&self, violations: &mut Violations);
    fn confidence(&self) -> Option<Confidence> {
        None
    }
    #[must_use]
    fn emitted() -> &'static Emitted {
        match Self::declaration() {
            Some(declaration) => declaration.emitted.get_or_init(Emitted::of::<Self>),
            None => cache::shared::<Self>(),
        }
    }
    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        match Self::LAYOUT {
            Some(Layout::Struct(body)) => validator.body(json, body),
            Some(Layout::Enum(table)) => validator.variants(json, table),
            None => validator.leaf::<Self>(json),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Derived> Contract for T {
    const HAS_CONFIDENCE: bool = <T as Derived>::HAS_CONFIDENCE;
    const MAX_TOKENS: Option<u32> = <T as Derived>::MAX_TOKENS;
    const LAYOUT: Option<&'static Layout> = <T as Derived>::LAYOUT;
    const NULL: bool = <T as Derived>::NULL;

    fn closed() -> bool {
        <T as Derived>::closed()
    }

    fn name() -> Cow<'static, str> {
        <T as Derived>::name()
    }

    #[inline]
    fn check(&self, violations: &mut Violations) {
        <T as Derived>::check(self, violations);
    }

    #[inline]
    fn confidence(&self) -> Option<Confidence> {
        <T as Derived>::confidence(self)
    }

    #[inline]
    fn emitted() -> &'static Emitted {
        <T as Derived>::emitted()
    }

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        <T as Derived>::validate(json, validator)
    }
}

/// A declared contract with named fields.
pub trait Fields: Derived {}

#[diagnostic::do_not_recommend]
impl<T: Contract> Derived for Box<T> {
    const HAS_CONFIDENCE: bool = T::HAS_CONFIDENCE;
    const MAX_TOKENS: Option<u32> = T::MAX_TOKENS;
    const LAYOUT: Option<&'static Layout> = T::LAYOUT;
    const NULL: bool = T::NULL;

    fn closed() -> bool {
        <T as Contract>::closed()
    }

    fn name() -> Cow<'static, str> {
        <T as Contract>::name()
    }

    #[inline]
    fn check(&self, violations: &mut Violations) {
        <T as Contract>::check(self, violations);
    }

    fn confidence(&self) -> Option<Confidence> {
        <T as Contract>::confidence(self)
    }

    fn emitted() -> &'static Emitted {
        <T as Contract>::emitted()
    }

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        <T as Contract>::validate(json, validator)
    }
}

/// What would make a `Result` a contract: nothing does. It is here for the compiler, which has one thing to say of a
/// `Result` that stands for a payload, and not one of each thing that its error lacks.
pub trait Never: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Contract, E: Never> Derived for Result<T, E> {
    fn name() -> Cow<'static, str> {
        <T as Contract>::name()
    }

    fn check(&self, _: &mut Violations) {}
}
