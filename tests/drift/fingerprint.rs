//! What counts for a fingerprint: types and constraints, as the docs of `Fingerprint` say.

use handoff::Contract;

/// Two definitions of one thing.
macro_rules! pair {
    ({ $($one:tt)* } { $($other:tt)* }) => {{
        #[allow(dead_code)]
        mod one {
            use handoff::contract;
            $($one)*
        }
        #[allow(dead_code)]
        mod other {
            use handoff::contract;
            $($other)*
        }
        (one::It::fingerprint(), other::It::fingerprint())
    }};
}

#[test]
fn what_is_said_to_people_does_not_count() {
    let (one, other) = pair!(
        { #[contract] pub struct It { a: u8, b: Option<String> } }
        { /// It.
          #[contract] pub struct It { /// The first.
              a: u8, #[serde(default)] b: Option<String> } }
    );
    assert_eq!(one, other);

    // A comment moves a unit variant out of the `enum` into a `const` of its own.
    let (one, other) = pair!(
        { #[contract] pub enum It { Low, Middle, High } }
        { #[contract] pub enum It { /// Low.
            Low, Middle, /// High.
            High } }
    );
    assert_eq!(one, other);
    let (one, other) = pair!(
        { #[contract] pub enum It { Low, High, Data(u8) } }
        { #[contract] pub enum It { /// Low.
            Low, High, /// Data.
            Data(u8) } }
    );
    assert_eq!(one, other);
}

#[test]
fn names_of_types_and_order_do_not_count() {
    let (one, other) = pair!(
        { #[contract] pub struct Part { id: u8 } #[contract] pub struct It { part: Part, parts: Vec<Part>, n: u8 } }
        { #[contract] pub struct Piece { id: u8 } #[contract] pub struct It { n: u8, parts: Vec<Piece>, part: Piece } }
    );
    assert_eq!(one, other);
    let (one, other) = pair!(
        { #[contract] pub enum It { A, B, C(u8), D { x: bool } } }
        { #[contract] pub enum It { D { x: bool }, C(u8), B, A } }
    );
    assert_eq!(one, other);
}

#[test]
fn what_a_value_may_be_counts() {
    macro_rules! differ {
        ($({ $($one:tt)* } { $($other:tt)* })*) => {$(
            let (one, other) = pair!({ #[contract] pub struct It $($one)* } { #[contract] pub struct It $($other)* });
            assert_ne!(one, other, "{}", stringify!($($one)* and $($other)*));
        )*};
    }
    differ! {
        { { a: u8 } } { { b: u8 } }
        { { a: u8 } } { { a: u16 } }
        { { a: i32 } } { { a: i64 } }
        { { a: u8 } } { { a: Option<u8> } }
        { { a: String } } { { #[check(len(1..))] a: String } }
        { { #[check(len(1..))] a: Vec<u8> } } { { #[check(len(2..))] a: Vec<u8> } }
        { { a: (u8, bool) } } { { a: (bool, u8) } }
        { { title: u8 } } { { description: u8 } }
    }
    let (closed, open) =
        pair!({ #[contract] pub struct It { a: u8 } } { #[contract(open)] pub struct It { a: u8 } });
    assert_ne!(closed, open);
}
