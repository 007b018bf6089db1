//! Names in order: sets of them, and what stands under them.

use std::ops::Deref;

/// Names in order, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    #[inline]
    pub(crate) fn of(mut names: Vec<&'a str>) -> Self {
        names.sort_unstable();
        names.dedup();
        Self(names)
    }

    #[inline]
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|own| (*own).cmp(name)).is_ok()
    }

    #[inline]
    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|name| other.contains(name))
    }

    /// Those of both.
    #[inline]
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self::of([&self[..], other].concat())
    }
}

impl<'a> Deref for Names<'a> {
    type Target = [&'a str];

    #[inline]
    fn deref(&self) -> &[&'a str] {
        &self.0
    }
}

/// What stands under names: in their order, each name once.
pub(crate) type Named<'a, T> = Vec<(&'a str, T)>;

#[inline]
pub(crate) fn find<'m, T>(named: &'m [(&str, T)], name: &str) -> Option<&'m T> {
    let index = named.binary_search_by(|(own, _)| (*own).cmp(name)).ok()?;
    Some(&named[index].1)
}
