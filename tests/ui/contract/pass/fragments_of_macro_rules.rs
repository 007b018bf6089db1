//! What a `macro_rules!` of the user's is handed is what it stands for, wherever it stands in a contract.
#![deny(warnings)]

use handoff::prelude::*;
use std::collections::BTreeMap;

const LEAST: u32 = 1;

fn is_odd(number: &u32) -> Result<(), String> {
    if number % 2 == 1 { Ok(()) } else { Err("even".to_owned()) }
}

mod defaults {
    pub fn nine() -> u32 {
        9
    }

    pub fn part() -> super::Part {
        super::Part { number: 9 }
    }
}

#[contract]
#[derive(PartialEq)]
pub struct Part {
    pub number: u32,
}

macro_rules! checked {
    ($name:ident, $handoff:path, $tokens:expr, $range:expr, $least:path, $most:literal, $length:expr, $factor:expr, $function:path, $by_value:expr, $pattern:literal, $number:ty, $text:ty, $texts:ty) => {
        #[contract(max_tokens = $tokens, crate = $handoff)]
        pub struct $name {
            #[check(range($range))]
            pub a: $number,
            #[check(len($length), each(range($least..=$most)))]
            pub b: Vec<$number>,
            #[check(range($least..), multiple_of($factor), with($function))]
            pub c: Option<$number>,
            #[check(with($by_value))]
            pub d: $number,
            #[check(pattern($pattern), len(..=$most))]
            pub e: $text,
            #[check(len(1..), each(len(..=$most)))]
            pub f: $texts,
        }
    };
}
checked!(
    Checked,
    ::handoff,
    4_000,
    1..=5,
    LEAST,
    9,
    ..=3,
    3,
    is_odd,
    is_odd,
    "^[a-z]+$",
    u32,
    String,
    Vec<String>
);
checked!(
    Bracketed,
    handoff,
    2 * 2_000,
    (1..6),
    LEAST,
    9,
    (0..4),
    1 + 2,
    crate::contract::pass::fragments_of_macro_rules::is_odd,
    is_odd,
    "^[a-z]+$",
    u32,
    String,
    Option<Vec<String>>
);

macro_rules! around_zero {
    ($name:ident, $number:ty, $most:expr) => {
        #[contract]
        pub struct $name(#[check(range(-$most..=$most))] $number);
    };
}
around_zero!(Whole, i64, 5);
around_zero!(Real, f64, 0.5);
around_zero!(Short, Option<f32>, 1.0);

macro_rules! named {
    ($name:ident, $called:literal, $convention:expr, $field:literal, $default:literal, $whole:literal, $text:expr, $keyword:literal, $value:expr, $number:ty, $part:ty) => {
        #[doc = $text]
        #[contract]
        #[derive(Default)]
        #[serde(rename = $called, rename_all = $convention, default = $whole)]
        #[schemars(title = $text)]
        pub struct $name {
            #[serde(rename = $field, default = $default)]
            pub number: $number,
            #[doc = $text]
            #[schemars(extend($keyword = $value), example = $value)]
            pub a_number: $number,
            pub part: Option<$part>,
        }
    };
}
named!(
    Named,
    "a-name",
    "camelCase",
    "n",
    "defaults::nine",
    "Named::new",
    "What it is.",
    "x-is",
    1,
    u32,
    Part
);

impl Named {
    fn new() -> Self {
        Self { number: 1, a_number: 2, part: None }
    }
}

macro_rules! of_part {
    ($name:ident, $part:ty, $default:expr, $number:ty, $key:ty) => {
        #[contract]
        pub struct $name {
            #[serde(default = $default)]
            pub part: $part,
            #[serde(default)]
            pub list: Vec<Option<$part>>,
            #[serde(default)]
            pub map: BTreeMap<$key, $part>,
            #[serde(default)]
            pub pair: Option<($number, $part)>,
            #[serde(default)]
            pub nested: Option<Box<$name>>,
            #[serde(flatten)]
            pub score: Score,
        }

        #[contract]
        #[serde(untagged)]
        pub enum Either {
            Part($part),
            Number($number),
        }
    };
}
of_part!(OfPart, Part, "defaults::part", u32, String);

macro_rules! scored {
    ($name:ident, $number:ty) => {
        #[contract]
        pub struct $name {
            #[confidence]
            pub score: $number,
        }
    };
}
scored!(Score, f64);

macro_rules! tagged {
    ($name:ident, $tag:literal, $content:expr, $variant:ident($part:ty), $called:expr) => {
        #[contract]
        #[serde(tag = $tag, content = $content)]
        pub enum $name {
            $variant($part),
            #[serde(rename = $called)]
            Other {
                part: $part,
            },
        }
    };
}
tagged!(Tagged, "kind", "of", One(Part), "other");

macro_rules! item {
    ($contract:item) => {
        #[contract]
        $contract
    };
}
item! { pub struct Item { #[check(range(1..))] pub number: u32 } }

macro_rules! with_attributes {
    ($(#[$attribute:meta])* $visibility:vis struct $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty),* }) => {
        #[contract]
        $(#[$attribute])*
        $visibility struct $name { $($(#[$of_field])* $visibility $field: $type),* }
    };
}
with_attributes! {
    /// Has attributes.
    #[derive(PartialEq)]
    #[serde(rename_all = "UPPERCASE")]
    pub struct WithAttributes {
        #[check(range(1..=9))]
        #[serde(default = "defaults::nine")]
        number: u32,
        #[check(len(1..))]
        parts: Vec<Part>
    }
}

macro_rules! state {
    ($name:ident, $first:ty, $second:ty) => {
        #[derive(FromRef)]
        pub struct $name {
            pub first: $first,
            pub second: $second,
        }
    };
}
state!(Resources, u32, String);

#[test]
fn it_runs() {
    let broken = r#"{"a":6,"b":[0,1,2,3],"c":6,"d":2,"e":"A","f":[]}"#;
    let violation = Checked::parse(broken).unwrap_err();
    let keywords: Vec<_> = violation.violations().iter().map(|violation| &*violation.keyword).collect();
    assert_eq!(keywords, ["maximum", "maxItems", "minimum", "with", "with", "pattern", "minItems"]);
    assert_eq!(Checked::MAX_TOKENS, Some(4_000));
    let same = Bracketed::parse(broken).unwrap_err();
    assert_eq!(same.violations().len(), 7);
    assert!(Whole::parse("-6").is_err() && Whole::parse("-5").is_ok());
    assert!(Real::parse("-0.6").is_err() && Short::parse("1.0").is_ok());

    assert_eq!(Named::schema().get("title").and_then(|title| title.as_str()), Some("What it is."));
    let named = Named::parse("{}").unwrap();
    assert_eq!((named.number, named.a_number), (9, 2));
    let of_part = OfPart::parse(r#"{"score":1.0}"#).unwrap();
    assert_eq!(of_part.part, Part { number: 9 });
    assert!(matches!(Tagged::parse(r#"{"kind":"One","of":{"number":1}}"#), Ok(Tagged::One(_))));
    assert!(Item::parse(r#"{"number":0}"#).is_err());
    let parsed = WithAttributes::parse(r#"{"PARTS":[{"number":1}]}"#).unwrap();
    assert_eq!(parsed.number, 9);
    let resources = Resources { first: 1, second: String::new() };
    assert_eq!(<u32 as FromRef<Resources>>::from_ref(&resources), resources.first);
}
