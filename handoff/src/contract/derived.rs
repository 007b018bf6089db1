//! What `#[contract]` implements, and the contracts of std's types.
//!
//! Not [`Contract`] itself: the compiler would list the user's contracts wherever a type is none, as the
//! implementations that there are. The attribute that keeps it from doing so cannot stand in the expansion,
//! because it does not resolve under `#![no_implicit_prelude]`; so it stands here, on the one implementation
//! for all of them. With one implementation for lists too, the compiler sees that a list is none because its
//! items are none, and leaves it at that.

use std::borrow::Cow;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::confidence::Confidence;
use crate::contract::fields::json_type::JsonType;
use crate::contract::json::tree::Json;
use crate::contract::layout::{Annotation, Flattened, Layout, Shape, Struct, Survey};
use crate::contract::reading::lenient::{self, Lenient};
use crate::contract::reading::validator::Validator;
use crate::contract::schema::cache::{self, Emitted};
use crate::contract::shared::Shared;
use crate::contract::violation::{ContractViolation, Violations};
use crate::error::{Revived, Unread};

/// What `#[contract]` states of a type.
#[derive(Debug)]
pub struct Declaration {
    name: &'static str,
    closed: bool,
    pub(crate) layout: Option<&'static Layout>,
    /// What its schema says beside its form.
    pub(crate) annotations: &'static [Annotation],
    /// The default of the whole as JSON.
    pub(crate) default: Option<fn() -> Option<Value>>,
    /// What is worked out once.
    emitted: OnceLock<Emitted>,
}

impl Declaration {
    /// Declares the type of this name and layout; `closed` says whether its schema refuses unknown fields.
    #[must_use]
    pub const fn new(name: &'static str, closed: bool, layout: Option<&'static Layout>) -> Self {
        Self { name, closed, layout, annotations: &[], default: None, emitted: OnceLock::new() }
    }

    /// Whether its schema refuses unknown fields. What holds one value is closed if that is. It ends: what
    /// holds itself does so in a collection or an `Option`, which are never asked.
    fn closed(&self) -> bool {
        match self.layout {
            Some(Layout::Struct(Shape::Newtype { place, .. })) => (place.field_schema)(None).closed,
            _ => self.closed,
        }
    }

    /// Adds what the schema says beside the form.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        // Not by update: what is not moved out of it would have to be dropped.
        let mut this = self;
        this.annotations = annotations;
        this
    }

    /// Adds a default of the whole, as JSON.
    #[must_use]
    pub const fn with_default(self, default: fn() -> Option<Value>) -> Self {
        let mut this = self;
        this.default = Some(default);
        this
    }
}

/// A derived contract: see the items of [`Contract`] by the same names.
#[allow(missing_docs)]
pub trait Derived: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    const HAS_CONFIDENCE: bool = false;
    const MAX_TOKENS: Option<u32> = None;
    /// That of most structs and enums; the macro states any other, and so do std's types.
    const JSON_TYPE: JsonType = JsonType::Object;
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
    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        if let Some(layout) = Self::LAYOUT {
            survey.layout(layout, schema);
        }
    }
    #[must_use]
    fn name() -> Cow<'static, str> {
        Self::declaration().map_or_else(Self::schema_name, |declaration| Cow::Borrowed(declaration.name))
    }
    fn check(&self, violations: &mut Violations);
    fn confidence(&self) -> Option<Confidence> {
        None
    }
    /// # Errors
    ///
    /// See [`Contract`].
    #[inline]
    fn from_reply(text: String, lenient: bool) -> Result<Lenient<Self>, ContractViolation> {
        lenient::reply(&text, lenient)
    }
    #[must_use]
    fn emitted() -> &'static Emitted {
        match Self::declaration() {
            Some(declaration) => declaration.emitted.get_or_init(Emitted::of::<Self>),
            None => cache::shared::<Self>(),
        }
    }
    /// Of what is made of others, also if it is of theirs.
    #[must_use]
    #[inline]
    fn revive(unread: &Unread) -> Option<Revived> {
        unread.of::<Self>()
    }
    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        match Self::LAYOUT {
            Some(Layout::Struct(shape)) => validator.shape(json, shape),
            Some(Layout::Enum(table)) => validator.variants(json, table),
            None => validator.leaf::<Self>(json),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Derived> Contract for T {
    const HAS_CONFIDENCE: bool = <T as Derived>::HAS_CONFIDENCE;
    const MAX_TOKENS: Option<u32> = <T as Derived>::MAX_TOKENS;
    const JSON_TYPE: JsonType = <T as Derived>::JSON_TYPE;
    const LAYOUT: Option<&'static Layout> = <T as Derived>::LAYOUT;
    const NULL: bool = <T as Derived>::NULL;

    fn closed() -> bool {
        <T as Derived>::closed()
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        <T as Derived>::survey(schema, survey);
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
    fn from_reply(text: String, lenient: bool) -> Result<Lenient<Self>, ContractViolation> {
        <T as Derived>::from_reply(text, lenient)
    }

    #[inline]
    fn emitted() -> &'static Emitted {
        <T as Derived>::emitted()
    }

    #[inline]
    fn revive(unread: &Unread) -> Option<Revived> {
        <T as Derived>::revive(unread)
    }

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        <T as Derived>::validate(json, validator)
    }
}

/// A derived contract with named fields.
pub trait Fields: Derived {}

/// A contract with named fields, which `#[serde(flatten)]` can place among those of another contract.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened into a contract",
    label = "not a contract with named fields",
    note = "`#[serde(flatten)]` takes a struct with named fields that has `#[contract]` on it"
)]
pub trait Flatten {
    /// Its fields and its schema.
    #[doc(hidden)]
    const FLATTENED: Flattened;
}

#[diagnostic::do_not_recommend]
impl<T: Fields> Flatten for T {
    const FLATTENED: Flattened = Flattened {
        fields: match <T as Derived>::LAYOUT {
            Some(Layout::Struct(Shape::Struct(fields))) => fields,
            _ => &Struct { open: false, fields: &[] },
        },
        schema: <T as JsonSchema>::json_schema,
    };
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Contract> Derived for $pointer<T> {
            const HAS_CONFIDENCE: bool = T::HAS_CONFIDENCE;
            const MAX_TOKENS: Option<u32> = T::MAX_TOKENS;
            const JSON_TYPE: JsonType = T::JSON_TYPE;
            const LAYOUT: Option<&'static Layout> = T::LAYOUT;
            const NULL: bool = T::NULL;

            fn closed() -> bool {
                <T as Contract>::closed()
            }

            fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
                <T as Contract>::survey(schema, survey);
            }

            fn name() -> Cow<'static, str> {
                <T as Contract>::name()
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                violations.in_box(|violations| <T as Contract>::check(self, violations));
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

        impl<T: Fields> Fields for $pointer<T> {}
    )*};
}

pointers! { Box Shared }

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
