use handoff::prelude::*;

#[contract]
struct Pair(#[cfg(any())] u8, String);

#[contract]
struct Trailing(u8, #[cfg(any())] String);

fn main() {
    let _ = |trailing: Trailing| trailing.0;
}
