//! The fields of contracts whose types only the compiler can judge.
//!
//! A derive on a field whose type lacks a trait is an error for each trait, all of them about code that the
//! user did not write. So the derives are not asked: what they would call is called through a probe, which is
//! always there, and one check per field, [`FieldOf`], says what is wrong. The probe asks the compiler as those
//! of `part` do: the method of the trait that needs the fewest references wins among those whose bounds hold.
//!
//! What a field that lacks something does instead is never run: its check does not compile.

use std::fmt::Debug;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::contract::checks::{Countable, Divisible, Matchable, Rangeable};
use crate::contract::fields::field::FieldAt;
use crate::contract::fields::kind::Probe;
use crate::contract::fields::visitors::{Take, Write};
use crate::contract::layout::SchemaSource;
use crate::diagnostics::holds;

/// How a field of the type `T` is written, read and described.
pub trait Opaque<T> {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Those of the type.
    fn serialize<S: Serializer>(&self, value: &T, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// Those of the type.
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<T, D::Error>;

    /// Its schema.
    fn described(&self) -> SchemaSource;
}

/// A type that serde writes and reads, and that has a schema.
#[derive(Debug)]
pub struct Known<T>(PhantomData<fn() -> T>);

impl<T: Serialize + DeserializeOwned + JsonSchema> Opaque<T> for Known<T> {
    #[inline]
    fn serialize<S: Serializer>(&self, value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    #[inline]
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn described(&self) -> SchemaSource {
        SchemaSource::of::<T>()
    }
}

/// A type that lacks some of it.
#[derive(Debug)]
pub struct Lacking<T>(PhantomData<fn() -> T>);

macro_rules! copied {
    ($($name:ident)*) => {$(
        // A derive would ask that of `T`.
        impl<T> Copy for $name<T> {}

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }
    )*};
}

copied! { Known Lacking }

impl<T> Opaque<T> for Lacking<T> {
    fn serialize<S: Serializer>(&self, _: &T, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("not a field of a contract"))
    }

    fn deserialize<'de, D: Deserializer<'de>>(&self, _: D) -> Result<T, D::Error> {
        Err(D::Error::custom("not a field of a contract"))
    }

    fn described(&self) -> SchemaSource {
        SchemaSource::of::<()>()
    }
}

/// Whether `T` is known: it is.
pub trait AsKnown {
    /// The type in question.
    type Of;

    /// The answer.
    fn opaque(&self) -> Known<Self::Of> {
        Known(PhantomData)
    }
}

impl<T: Serialize + DeserializeOwned + JsonSchema> AsKnown for &Probe<T> {
    type Of = T;
}

/// Whether `T` is known: it is not.
pub trait AsLacking {
    /// The type in question.
    type Of;

    /// The answer.
    fn opaque(&self) -> Lacking<Self::Of> {
        Lacking(PhantomData)
    }
}

impl<T> AsLacking for Probe<T> {
    type Of = T;
}

/// How `Clone` copies a field.
pub trait AsCloned {
    /// The type in question.
    type Of: Clone;

    /// The copy.
    #[inline]
    fn cloned(&self, value: &Self::Of) -> Self::Of {
        value.clone()
    }
}

impl<T: Clone> AsCloned for &Probe<T> {
    type Of = T;
}

/// What stands for that where a field has no `Clone`.
pub trait AsUncloned {
    /// The type in question.
    type Of;

    /// Never called.
    ///
    /// # Panics
    ///
    /// Always.
    fn cloned(&self, _: &Self::Of) -> Self::Of {
        unreachable!("a field without `Clone` does not compile")
    }
}

impl<T> AsUncloned for Probe<T> {
    type Of = T;
}

/// How `Debug` shows a field.
pub trait AsShown {
    /// The type in question.
    type Of: Debug;

    /// The field.
    #[inline]
    fn shown<'v>(&self, value: &'v Self::Of) -> &'v dyn Debug
    where
        Self::Of: Sized,
    {
        value
    }
}

impl<T: Debug> AsShown for &Probe<T> {
    type Of = T;
}

/// What stands for that where a field has no `Debug`.
pub trait AsUnshown {
    /// The type in question.
    type Of;

    /// Nothing.
    fn shown<'v>(&self, _: &'v Self::Of) -> &'v dyn Debug {
        &()
    }
}

impl<T> AsUnshown for Probe<T> {
    type Of = T;
}

/// What a type is where nothing is given, for its schema.
pub trait AsDefaulted {
    /// The type in question.
    type Of: Default;

    /// Its default.
    fn defaulted(&self) -> Self::Of {
        Self::Of::default()
    }
}

impl<T: Default> AsDefaulted for &Probe<T> {
    type Of = T;
}

/// What stands for that where a type has no default.
pub trait AsUndefaulted {
    /// The type in question.
    type Of;

    /// Never called.
    ///
    /// # Panics
    ///
    /// Always.
    fn defaulted(&self) -> Self::Of {
        unreachable!("a default without `Default` does not compile")
    }
}

impl<T> AsUndefaulted for Probe<T> {
    type Of = T;
}

/// Whether all that a contract needs of a type holds: an inherent constant wins over one of a trait.
impl<T: Serialize + DeserializeOwned + JsonSchema> Probe<T> {
    /// It does.
    pub const IS_KNOWN: bool = true;
}

/// Says no where [`Probe::IS_KNOWN`] is not to be had.
pub trait Unknown {
    /// It does not hold.
    const IS_KNOWN: bool = false;
}

impl<T> Unknown for Probe<T> {}

/// Whether a type can be copied and shown.
impl<T: Clone + Debug> Probe<T> {
    /// It can.
    pub const IS_PLAIN: bool = true;
}

/// Says no where [`Probe::IS_PLAIN`] is not to be had.
pub trait Special {
    /// It cannot.
    const IS_PLAIN: bool = false;
}

impl<T> Special for Probe<T> {}

/// Whether a type has a default.
impl<T: Default> Probe<T> {
    /// It has.
    pub const IS_MADE: bool = true;
}

/// Says no where [`Probe::IS_MADE`] is not to be had.
pub trait Unmade {
    /// It has none.
    const IS_MADE: bool = false;
}

impl<T> Unmade for Probe<T> {}

/// Whether `len` can be on a type.
impl<T: Countable> Probe<T> {
    /// It can.
    pub const IS_COUNTABLE: bool = true;
}

/// Whether `range` can be on a type.
impl<T: Rangeable> Probe<T> {
    /// It can.
    pub const IS_RANGEABLE: bool = true;
}

/// Whether `pattern` can be on a type.
impl<T: Matchable> Probe<T> {
    /// It can.
    pub const IS_MATCHABLE: bool = true;
}

/// Whether `multiple_of` can be on a type.
impl<T: Divisible> Probe<T> {
    /// It can.
    pub const IS_DIVISIBLE: bool = true;
}

/// Says no where one of these is not to be had.
pub trait Uncheckable {
    /// It cannot be counted.
    const IS_COUNTABLE: bool = false;
    /// It has no range.
    const IS_RANGEABLE: bool = false;
    /// It matches nothing.
    const IS_MATCHABLE: bool = false;
    /// It has no multiples.
    const IS_DIVISIBLE: bool = false;
}

impl<T> Uncheckable for Probe<T> {}

/// Writes a field of `C`; what `#[serde(serialize_with)]` is told.
///
/// # Errors
///
/// Those of the type.
#[inline]
pub fn serialize<C: FieldAt<N, T>, N, T, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    C::visit(Write { value, serializer })
}

/// A field of `C` as it is read.
///
/// A type and not a function for serde, which asks a type what a missing field means.
#[derive(Debug)]
pub struct Read<C, N, T> {
    /// The value.
    pub value: T,
    contract: PhantomData<fn(N) -> C>,
}

impl<C, N, T> Read<C, N, T> {
    /// A value that was not read: a default.
    pub const fn new(value: T) -> Self {
        Self { value, contract: PhantomData }
    }
}

impl<'de, C: FieldAt<N, T>, N, T> Deserialize<'de> for Read<C, N, T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        C::visit(Take::new(deserializer)).map(Self::new)
    }
}

/// A type that `Field` of `Contract` can hold.
#[diagnostic::on_unimplemented(
    message = "`{Field}` of contract `{Contract}` cannot hold `{Self}`",
    label = "`{Self}` is not a contract",
    note = "put `#[contract]` on the definition of `{Self}`",
    note = "a type that is defined elsewhere needs `Debug`, `Clone`, `Serialize`, `Deserialize` and `JsonSchema`; those of `chrono`, `url` and `uuid` have them with the feature of that name of `handoff`"
)]
pub trait FieldOf<Contract, Field> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<T: Debug + Clone + Serialize + DeserializeOwned + JsonSchema, Contract, Field> FieldOf<Contract, Field>
    for T
{
    const CHECKED: () = ();
}

holds! {
    /// A type that `Field` of `Contract` can hold, where its check may have caused another error already.
    #[diagnostic::on_unimplemented(
        message = "`{Field}` of contract `{Contract}` cannot hold `{Self}`",
        label = "`{Self}` is not a contract",
        note = "put `#[contract]` on the definition of `{Self}`",
        note = "a type that is defined elsewhere needs `Debug`, `Clone`, `Serialize`, `Deserialize` and `JsonSchema`; those of `chrono`, `url` and `uuid` have them with the feature of that name of `handoff`"
    )]
    OpaqueOf<Contract, Field>;
}

/// A type that `Field` of `Contract` can hold, where the user implements the contract's `Debug` or `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Field}` of contract `{Contract}` cannot hold `{Self}`",
    label = "`{Self}` is not a contract",
    note = "put `#[contract]` on the definition of `{Self}`",
    note = "a type that is defined elsewhere needs `Serialize`, `Deserialize` and `JsonSchema`; those of `chrono`, `url` and `uuid` have them with the feature of that name of `handoff`"
)]
pub trait DataOf<Contract, Field> {
    #[doc(hidden)]
    const CHECKED: ();
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + JsonSchema, Contract, Field> DataOf<Contract, Field> for T {
    const CHECKED: () = ();
}

holds! {
    /// A type of a field that is skipped in JSON.
    #[diagnostic::on_unimplemented(
        message = "`{Field}` of contract `{Contract}` is skipped, and `{Self}` lacks `Debug`, `Clone` or `Default`",
        label = "shown and copied with the rest, and made where a value is read",
        note = "put `#[derive(Debug, Clone, Default)]` on the definition of `{Self}`, or name a function that makes it: `#[serde(skip, default = \"path\")]`"
    )]
    SkippedOf<Contract, Field>;
}

holds! {
    /// A collection that `Field` of `Contract` can hold, given that it can hold its items.
    #[diagnostic::on_unimplemented(
        message = "`{Field}` of contract `{Contract}` cannot hold `{Self}`, although it can hold what is in it",
        label = "`{Self}` lacks what its parts have",
        note = "the keys of a `HashMap` and the items of a `HashSet` need `#[derive(PartialEq, Eq, Hash)]`, those of a `BTreeMap` and a `BTreeSet` need `#[derive(PartialEq, Eq, PartialOrd, Ord)]`",
        note = "an array has at most 32 items, a tuple at most 12: hold a `Vec`, or a struct that is a contract"
    )]
    WholeOf<Contract, Field>;
}
