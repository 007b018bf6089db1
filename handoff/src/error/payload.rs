//! Payloads whose types only the user knows.

use super::unread::{Unread, Written};
use crate::agent::AnyId;
use crate::barrier::Partial;
use crate::contract::{self, Contract};
use crate::panics::guarded;
use serde_json::value::RawValue;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;

/// A payload of any type. One that panics when it is dropped does so in vain.
pub(crate) struct Payload {
    /// There until it is dropped, or becomes another.
    value: Option<Box<dyn Value>>,
}

/// What a payload can be asked for. A `branch` is one of the results, of which each is that of a branch.
pub(super) trait Value: Send + Sync {
    /// The name of its contract.
    fn contract(&self, branch: Option<usize>) -> Cow<'static, str>;

    /// What it can be had as.
    fn forms(&self, branch: Option<usize>) -> [Option<&dyn Any>; 2];

    /// Whose the results are, if they are of the branches of a join or a race.
    fn branches(&self) -> Option<&[AnyId]>;

    /// The same with a `Partial` of one result, if it is one.
    fn into_many(self: Box<Self>) -> Box<dyn Value>;

    fn as_any_mut(&mut self) -> &mut dyn Any;

    /// As text, if there is one on an error.
    fn written(&self) -> Option<Written> {
        None
    }

    /// What was read from text, and is not read any further before somebody says what it is.
    fn as_unread(&self) -> Option<&Unread> {
        None
    }
}

/// An output of a stage that makes one.
pub(crate) struct One<T>(T);

/// What has come of the tasks of a fan-out; of those branches of a join or a race that hand on `T`; or of one stage.
pub(crate) struct Many<T> {
    pub(crate) partial: Partial<T>,
    /// Whose the results are, of a join or a race.
    pub(crate) branches: Option<Vec<AnyId>>,
    pub(super) is_one: bool,
}

impl<T: Contract> One<T> {
    pub(crate) fn of(output: T) -> Payload {
        Payload::of(Self(output))
    }
}

impl<T: Contract> Many<T> {
    pub(crate) fn of_a_fan_out(partial: Partial<T>) -> Payload {
        Payload::of(Self { partial, branches: None, is_one: false })
    }

    pub(crate) fn of_branches(partial: Partial<T>, branches: Vec<AnyId>) -> Payload {
        Payload::of(Self { partial, branches: Some(branches), is_one: false })
    }
}

impl Payload {
    pub(super) fn of(value: impl Value + 'static) -> Self {
        Self { value: Some(Box::new(value)) }
    }

    pub(super) fn contract(&self, branch: Option<usize>) -> Cow<'static, str> {
        self.value.as_ref().map(|value| value.contract(branch)).unwrap_or_default()
    }

    pub(super) fn branches(&self) -> Option<&[AnyId]> {
        self.value.as_ref()?.branches()
    }

    pub(super) fn into_many(mut self) -> Self {
        Self { value: self.value.take().map(Value::into_many) }
    }

    /// The same as text, which another process can [read](Unread).
    pub(super) fn written(&self) -> Option<Written> {
        // A `Serialize` of the user's own may panic.
        guarded(|| self.value.as_ref()?.written()).unwrap_or_default()
    }

    /// The payload or a part of it, if it is a `T`.
    pub(super) fn read<T: Contract>(&self, branch: Option<usize>) -> Option<&T> {
        let value = self.value.as_deref()?;
        let value = match value.as_unread() {
            Some(unread) => unread.as_value::<T>()?,
            None => value,
        };
        value.forms(branch).into_iter().flatten().find_map(|form| form.downcast_ref())
    }

    /// What has come of the tasks, if their results are `T`s.
    pub(super) fn partial<T: Contract>(&self) -> Option<&Partial<T>> {
        let value = self.value.as_deref()?;
        let value = match value.as_unread() {
            Some(unread) => unread.as_value::<T>()?,
            None => value,
        };
        value.forms(None).into_iter().flatten().find_map(|form| form.downcast_ref())
    }

    /// What has come of several, if it is of this type.
    pub(crate) fn many_mut<T: 'static>(&mut self) -> Option<&mut Many<T>> {
        self.value.as_mut()?.as_any_mut().downcast_mut()
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            // Nobody is left to tell; the panic hook has printed it.
            let _ = guarded(|| drop(value));
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({})", self.contract(None))
    }
}

impl<T: Contract> Value for One<T> {
    fn contract(&self, _: Option<usize>) -> Cow<'static, str> {
        T::name()
    }

    fn forms(&self, _: Option<usize>) -> [Option<&dyn Any>; 2] {
        [Some(&self.0), None]
    }

    fn branches(&self) -> Option<&[AnyId]> {
        None
    }

    fn into_many(self: Box<Self>) -> Box<dyn Value> {
        let partial = Partial::whole(vec![self.0]);
        Box::new(Many { partial, branches: None, is_one: true })
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl<T: Contract> Value for Many<T> {
    fn contract(&self, branch: Option<usize>) -> Cow<'static, str> {
        if self.is_one || branch.is_some() { T::name() } else { Partial::<T>::name() }
    }

    fn forms(&self, branch: Option<usize>) -> [Option<&dyn Any>; 2] {
        let Self { partial, is_one, .. } = self;
        let result = |index: usize| Some(partial.all_results().get(index)? as &dyn Any);
        match branch {
            Some(branch) => [result(branch), None],
            None if *is_one => [result(0), Some(partial)],
            None => [Some(partial), Some(partial.all_results())],
        }
    }

    fn branches(&self) -> Option<&[AnyId]> {
        self.branches.as_deref()
    }

    fn into_many(self: Box<Self>) -> Box<dyn Value> {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn written(&self) -> Option<Written> {
        let Self { partial, branches, is_one } = self;
        let text = |result: &T| RawValue::from_string(contract::text(result).ok()?).ok();
        Some(Written {
            contract: T::name().into_owned(),
            schema: T::fingerprint(),
            outcome: partial.try_map(text)?,
            branches: branches.as_ref().map(|ids| ids.iter().map(|id| (**id).clone()).collect()),
            is_one: *is_one,
        })
    }
}
