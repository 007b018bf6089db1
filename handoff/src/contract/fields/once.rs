//! What sets and maps hold once: items and keys that read alike, which they would drop in silence, are reported.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, btree_map, hash_map};
use std::hash::{BuildHasher, Hash};

use serde::de::DeserializeOwned;

use crate::contract::checks::Keys;
use crate::contract::json::keys;
use crate::contract::json::text;
use crate::contract::json::tree::{Entry, Json};
use crate::contract::violation::Violations;

/// A set or a map, which tells its items or keys apart in its own way.
pub(crate) trait HoldsOnce {
    /// Whether they come out in the order of their type, and so in the same for values that are equal.
    const IN_ORDER: bool;
    /// The type of its items or keys.
    type Key: DeserializeOwned + 'static;
    /// What tells them apart, and knows where each stood first.
    type Places: Default;

    /// Finds an earlier place of the same key; if there is none, this is it.
    fn first(places: &mut Self::Places, key: Self::Key, place: usize) -> Option<usize>;
}

impl<T: DeserializeOwned + 'static + Ord> HoldsOnce for BTreeSet<T> {
    const IN_ORDER: bool = true;
    type Key = T;
    type Places = BTreeMap<T, usize>;

    fn first(places: &mut Self::Places, key: T, place: usize) -> Option<usize> {
        match places.entry(key) {
            btree_map::Entry::Occupied(first) => Some(*first.get()),
            btree_map::Entry::Vacant(entry) => {
                entry.insert(place);
                None
            }
        }
    }
}

impl<T: DeserializeOwned + 'static + Eq + Hash, S: BuildHasher + Default> HoldsOnce for HashSet<T, S> {
    const IN_ORDER: bool = false;
    type Key = T;
    type Places = HashMap<T, usize, S>;

    fn first(places: &mut Self::Places, key: T, place: usize) -> Option<usize> {
        match places.entry(key) {
            hash_map::Entry::Occupied(first) => Some(*first.get()),
            hash_map::Entry::Vacant(entry) => {
                entry.insert(place);
                None
            }
        }
    }
}

impl<K: DeserializeOwned + 'static + Ord, V> HoldsOnce for BTreeMap<K, V> {
    const IN_ORDER: bool = true;
    type Key = K;
    type Places = BTreeMap<K, usize>;

    fn first(places: &mut Self::Places, key: K, place: usize) -> Option<usize> {
        <BTreeSet<K> as HoldsOnce>::first(places, key, place)
    }
}

impl<K: DeserializeOwned + 'static + Eq + Hash, V, S: BuildHasher + Default> HoldsOnce for HashMap<K, V, S> {
    const IN_ORDER: bool = false;
    type Key = K;
    type Places = HashMap<K, usize, S>;

    fn first(places: &mut Self::Places, key: K, place: usize) -> Option<usize> {
        <HashSet<K, S> as HoldsOnce>::first(places, key, place)
    }
}

/// Reports each item of the set `C` that stands earlier in it. Items are compared as they are read, and those that
/// cannot be read as JSON.
pub(crate) fn check_items<C: HoldsOnce>(items: &[Json<'_>], violations: &mut Violations) {
    let (mut read, mut unread) = (C::Places::default(), Keys::default());
    for (index, item) in items.iter().enumerate() {
        let first = match text::typed::<C::Key>(&item.to_string()) {
            Ok(key) => C::first(&mut read, key, index),
            Err(_) => unread.first(item, index),
        };
        if let Some(first) = first {
            let message = format!("the same as item {first} of a set");
            violations.at(index, |violations| violations.report_found("uniqueItems", message, item));
        }
    }
}

/// Checks the keys of the map `C`, one by one.
pub(crate) fn check_keys<C: HoldsOnce>() -> impl FnMut(&Entry<'_>, &mut Violations) {
    let mut places = C::Places::default();
    let may_read_alike = may_read_alike::<C::Key>();
    move |entry, violations| match keys::read::<C::Key>(&entry.key) {
        None => violations.report("propertyNames", "not a valid key"),
        // One that is the same as a text is reported as such.
        Some(key) if may_read_alike && !entry.repeated => {
            if C::first(&mut places, key, 0).is_some() {
                violations.report("duplicate", "another way to write a key that is there");
            }
        }
        Some(_) => {}
    }
}

/// Whether two texts may be one key of the type `K`. Of what is not known it may be so: the names of a variant, numbers
/// with more digits than they need, letters of either case.
pub(crate) fn may_read_alike<K: 'static>() -> bool {
    macro_rules! is_one_of {
        ($($type:ty)*) => { [$(TypeId::of::<$type>()),*].contains(&TypeId::of::<K>()) };
    }
    !is_one_of!(String Box<str> char bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
}
