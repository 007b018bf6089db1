//! Items that cannot come out of a macro: what serde derives does not find its own variable where the default of the
//! container is not written in the same place as the derive.

use super::differences as differences_of;

mod ours {
    use handoff::contract;
    use schemars::JsonSchema;

    use super::super::shared::ours::{Inner, Level};

    #[contract]
    #[serde(default = "WholeByFunction::whole")]
    #[allow(dead_code)]
    pub(super) struct WholeByFunction {
        a: u8,
        inner: Option<Inner>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        empty: Vec<u8>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        full: Vec<u8>,
        #[serde(default)]
        by_type: u8,
        #[serde(default = "super::seven")]
        by_function: u8,
    }

    impl WholeByFunction {
        fn whole() -> Self {
            let inner = Inner { text: "t".to_owned(), note: None };
            Self { a: 1, inner: Some(inner), empty: vec![], full: vec![1], by_type: 2, by_function: 2 }
        }
    }

    #[contract(open)]
    #[serde(default = "plain_by_function")]
    pub(super) struct PlainByFunction {
        a: u8,
        b: String,
    }

    fn plain_by_function() -> PlainByFunction {
        PlainByFunction { a: 1, b: "b".to_owned() }
    }

    #[contract]
    #[serde(default)]
    pub(super) struct Plain {
        a: u8,
        b: Option<String>,
        #[serde(default = "super::seven")]
        c: u8,
    }

    impl Default for Plain {
        fn default() -> Self {
            Self { a: 1, b: Some("b".to_owned()), c: 1 }
        }
    }

    #[contract]
    #[derive(Default)]
    #[serde(default)]
    pub(super) struct PlainPair(u8, u8);

    /// Described by the user's derive.
    #[contract]
    #[derive(JsonSchema)]
    pub(super) struct Derived {
        /// An inner.
        inner: Inner,
        #[serde(default)]
        level: Level,
        #[schemars(title = "A number")]
        number: Option<u8>,
    }
}

mod theirs {
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::super::shared::theirs::{Inner, Level};

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default = "WholeByFunction::whole", deny_unknown_fields)]
    pub(super) struct WholeByFunction {
        a: u8,
        inner: Option<Inner>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        empty: Vec<u8>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        full: Vec<u8>,
        #[serde(default)]
        by_type: u8,
        #[serde(default = "super::seven")]
        by_function: u8,
    }

    impl WholeByFunction {
        fn whole() -> Self {
            let inner = Inner { text: "t".to_owned(), note: None };
            Self { a: 1, inner: Some(inner), empty: vec![], full: vec![1], by_type: 2, by_function: 2 }
        }
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default = "plain_by_function")]
    pub(super) struct PlainByFunction {
        a: u8,
        b: String,
    }

    fn plain_by_function() -> PlainByFunction {
        PlainByFunction { a: 1, b: "b".to_owned() }
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    pub(super) struct Plain {
        a: u8,
        b: Option<String>,
        #[serde(default = "super::seven")]
        c: u8,
    }

    impl Default for Plain {
        fn default() -> Self {
            Self { a: 1, b: Some("b".to_owned()), c: 1 }
        }
    }

    #[derive(Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    pub(super) struct PlainPair(u8, u8);

    /// Described by the user's derive.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Derived {
        /// An inner.
        inner: Inner,
        #[serde(default)]
        level: Level,
        #[schemars(title = "A number")]
        number: Option<u8>,
    }
}

fn seven() -> u8 {
    7
}

/// What differs, of all of them.
pub(super) fn differences() -> Vec<String> {
    vec![
        differences_of::<ours::WholeByFunction, theirs::WholeByFunction>("WholeByFunction"),
        differences_of::<ours::PlainByFunction, theirs::PlainByFunction>("PlainByFunction"),
        differences_of::<ours::Plain, theirs::Plain>("Plain"),
        differences_of::<ours::PlainPair, theirs::PlainPair>("PlainPair"),
        differences_of::<ours::Derived, theirs::Derived>("Derived"),
    ]
}
