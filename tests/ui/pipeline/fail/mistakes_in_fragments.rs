//! What a `macro_rules!` of the user's is handed is underlined where it was written.

use handoff::prelude::*;

#[agent]
pub async fn work(number: u32) -> u32 {
    number
}

macro_rules! go_round {
    ($name:ident, $rounds:expr, $until:expr, $made:expr, $threshold:expr) => {
        pipeline! {
            pub $name(u32) -> u32 {
                repeat(max = $rounds, until = $until) { work } => map($made) => gate(confidence >= $threshold)
            }
        }
    };
}
go_round!(closures, 3, 5, || 1, 0.5);
go_round!(numbers, 0, |number| *number > 1, |number| number, 1.5);

macro_rules! of_types {
    ($name:ident, $input:ty, $output:ty, $agent:path) => {
        pipeline! { pub $name($input) -> $output { $agent } }
    };
}
of_types!(types, &str, Result<u32, String>, work);
of_types!(itself, u32, u32, itself);

macro_rules! spread {
    ($name:ident, $max:expr, $label:expr, $enough:expr, $deadline:expr) => {
        pipeline! {
            pub $name(Vec<u32>) -> u32 {
                fan_out(|all| all, max = $max, label = $label) work
                    => barrier(at_least = $enough, deadline = $deadline)
                    => map(|_| 1)
            }
        }
    };
}
spread!(options, 0, || 1, 0, "soon");

fn main() {}
