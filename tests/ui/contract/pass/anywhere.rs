//! Contracts in functions, private, in modules that nobody sees, beside each other, with `cfg` and the user's derives.
#![deny(warnings)]
#![allow(clippy::non_minimal_cfg)] // a condition that holds

use handoff::prelude::*;
use std::fmt;

mod inner {
    use handoff::prelude::*;

    #[contract]
    #[derive(Copy, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Shared {
        pub(crate) a: u8,
    }

    #[contract]
    struct Hidden {
        #[check(len(..=1))]
        items: Vec<Shared>,
    }

    pub(crate) fn hidden(text: &str) -> bool {
        Hidden::parse(text).is_ok_and(|hidden| hidden.items.len() < 2)
    }
}

#[contract]
struct Gated {
    #[cfg(any())]
    #[check(len(1..))]
    #[serde(rename = "b")]
    gone: NoSuchType,
    #[cfg(all())]
    #[check(range(1..))]
    here: u8,
}

#[contract]
enum Chosen {
    #[cfg(any())]
    Gone(NoSuchType),
    Here {
        #[cfg(any())]
        gone: NoSuchType,
        here: u8,
    },
}

/// Its own `Debug` and `Display`.
#[contract]
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(transparent)]
struct Name(String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

type Names = std::collections::BTreeSet<Name>;
type Maybe = Option<u8>;

#[contract]
struct Aliased {
    #[check(len(1..=2))]
    names: Names,
    maybe: Maybe,
    #[serde(with = "hex", default)]
    #[schemars(with = "String")]
    hex: u32,
}

mod hex {
    use handoff::__private::serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:x}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        u32::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[contract]
enum Scored {
    Sure {
        #[confidence]
        sure: f64,
    },
    Vague(#[confidence] f32),
}

#[test]
fn it_runs() {
    #[contract]
    struct Local {
        shared: inner::Shared,
        chosen: Option<Chosen>,
    }

    assert!(Local::parse(r#"{"shared":{"a":1},"chosen":{"Here":{"here":1}}}"#).is_ok());
    assert!(inner::hidden(r#"{"items":[{"a":1}]}"#));
    assert!(!inner::hidden(r#"{"items":[{"a":1},{"a":2}]}"#));
    assert!(Gated::parse(r#"{"here":1}"#).is_ok_and(|gated| gated.here == 1));
    assert_eq!(Gated::parse(r#"{"here":0,"b":1}"#).map(drop).unwrap_err().violations().len(), 2);
    let aliased = Aliased::parse(r#"{"names":["b","a"],"hex":"ff"}"#).unwrap();
    assert_eq!(
        (aliased.names.first().unwrap().to_string().as_str(), aliased.maybe, aliased.hex),
        ("a", None, 255)
    );
    let error = Aliased::parse(r#"{"names":["b","b","a"],"maybe":"x","hex":"xyz"}"#).map(drop).unwrap_err();
    let pointers: Vec<String> =
        error.violations().iter().map(|violation| violation.pointer.to_string()).collect();
    assert_eq!(pointers, ["/names", "/names/1", "/maybe", "/hex"], "{error}");
    assert_eq!(Scored::parse(r#"{"Vague":0.25}"#).unwrap().confidence().unwrap().get(), 0.25);
    assert!(Scored::HAS_CONFIDENCE);
    assert!(Scored::parse(r#"{"Sure":{"sure":1.5}}"#).is_err());
    assert_eq!(inner::Shared::default(), inner::Shared { a: 0 });
    let local = Local { shared: inner::Shared { a: 1 }, chosen: None };
    assert_eq!(format!("{:?}", local.shared), "Shared { a: 1 }");
    let _ = (local.chosen, |chosen: Chosen| match chosen {
        Chosen::Here { here } => here,
    });
    let _ = |scored: Scored| match scored {
        Scored::Sure { sure } => sure,
        Scored::Vague(sure) => sure.into(),
    };
}
