//! What a `macro_rules!` of the user's is handed is underlined where it was written.

use handoff::prelude::*;

macro_rules! checked {
    ($name:ident, $tokens:expr, $range:expr, $length:expr, $factor:expr, $pattern:expr, $function:expr, $type:ty) => {
        #[contract(max_tokens = $tokens)]
        pub struct $name {
            #[check(range($range), multiple_of($factor), with($function))]
            pub number: u32,
            #[check(len($length), pattern($pattern))]
            pub text: String,
            pub other: $type,
        }
    };
}

checked!(OfLiterals, 0, 5, 9..=1, 0, "[", |number| number > 1, &'static str);
checked!(OfOthers, 1, (5..=1), .., -2, 5, 2, u128);

fn main() {}
