//! What reading takes of memory, beside the text: a program of its own, whose allocator counts.
#![allow(missing_docs)]

use std::alloc::System;

use handoff::prelude::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// serde reads what is beside a tag from a buffer, and so each level from one in the buffer of the level above.
#[contract]
#[serde(tag = "kind")]
enum Tagged {
    Leaf { text: String },
    Of { all: Vec<Self> },
}

#[contract]
#[serde(untagged)]
enum Untagged {
    Of { all: Vec<Self>, note: Option<String> },
    Leaf { all: u32 },
}

/// The bytes that reading a text allocates.
fn allocated<T: Contract>(text: &str) -> usize {
    let region = Region::new(ALLOCATOR);
    let read = T::parse(text);
    let allocated = region.change().bytes_allocated;
    assert!(read.is_ok(), "{:?}", read.err());
    allocated
}

#[track_caller]
fn grows_with_the_text<T: Contract>(document: impl Fn(usize) -> String) {
    // What is worked out once.
    allocated::<T>(&document(1));
    let [short, long] = [15, 60].map(&document);
    let (of_short, of_long) = (allocated::<T>(&short), allocated::<T>(&long));
    let (times_the_text, times_the_bytes) = (long.len().div_ceil(short.len()), of_long.div_ceil(of_short));
    assert!(
        times_the_bytes <= 2 * times_the_text,
        "{} bytes take {of_short}, and {} take {of_long}",
        short.len(),
        long.len()
    );
}

/// One test, since all that runs in the program is counted.
#[test]
fn nesting_takes_memory_in_proportion() {
    grows_with_the_text::<Tagged>(|levels| {
        let (before, after) = (r#"{"kind":"Of","all":["#.repeat(levels), "]}".repeat(levels));
        format!(r#"{before}{{"kind":"Leaf","text":"a"}}{after}"#)
    });
    grows_with_the_text::<Untagged>(|levels| {
        let (before, after) = (r#"{"note":"a","all":["#.repeat(levels), "]}".repeat(levels));
        format!(r#"{before}{{"all":1}}{after}"#)
    });
}
