//! What a `macro_rules!` of the user's is handed is what it stands for, wherever it stands in an agent.
#![deny(warnings)]

use handoff::AgentSpec;
use handoff::prelude::*;

#[contract]
pub struct Question {
    pub text: String,
}

#[rustfmt::skip] // it moves the arguments to the right each time
macro_rules! declared {
    ($name:ident, $input:ty, $output:ty, $role:ident, $budget:expr, $most:literal, $timeout:literal, $retries:expr, $called:expr, $handoff:path, $pattern:pat) => {
        #[agent(
            input = $input,
            output = $output,
            role = $role,
            input_budget = $budget,
            max_output_tokens = $most,
            timeout = $timeout,
            retries = $retries,
            name = $called,
            crate = $handoff
        )]
        pub async fn $name($pattern: $input) -> Result<$output, String> {
            Err("nothing is known".to_owned())
        }
    };
}
declared!(plan, Question, u32, planner, 4_000, 500, "30s", 2, "the planner", ::handoff, Question { text: _ });
declared!(review, u32, u32, critic, 1_000 * 4, 500, "none", 1 + 1, "the critic", handoff, _);

macro_rules! inferred {
    ($name:ident, $input:ty, $output:ty, $state:ty, $context:ty, $role:expr, $body:block) => {
        #[agent(role = $role)]
        pub async fn $name(_: $input, _: $state, _: $context) -> $output $body
    };
}
inferred!(answer, u32, Result<String, String>, State<u8>, Context, "in words", { Ok(String::new()) });
inferred!(shorten, String, String, handoff::State<u8>, handoff::Context, "in words", { String::new() });

macro_rules! of_parts {
    ($name:ident, $item:ty, $error:ty, $resource:ty) => {
        #[agent(blocking)]
        pub fn $name(list: Vec<$item>, _: State<$resource>) -> Result<Vec<$item>, $error> {
            Ok(list)
        }
    };
}
of_parts!(sort, String, std::fmt::Error, u8);

macro_rules! item {
    ($agent:item) => {
        #[agent]
        $agent
    };
}
item! { pub async fn copy(text: String) -> String { text } }

macro_rules! with_attributes {
    ($(#[$attribute:meta])* $visibility:vis $name:ident) => {
        $(#[$attribute])*
        #[agent]
        $visibility async fn $name(text: String) -> String { text }
    };
}
with_attributes! {
    /// Has attributes.
    #[cfg(all())]
    pub repeat
}
with_attributes!(private);

pipeline! { pub all(Question) -> String { plan => review => answer => shorten => copy => repeat => private } }
pipeline! { pub sorted(Vec<String>) -> Vec<String> { sort } }

#[test]
fn it_runs() {
    assert_eq!(<plan as AgentSpec>::ID.name, "the planner");
    assert_eq!(<plan as AgentSpec>::INPUT_BUDGET, Some(4_000));
    assert_eq!(<review as AgentSpec>::RETRIES, 2);
    assert_eq!(<review as AgentSpec>::TIMEOUT, None);
    let runtime = Runtime::builder().state(7_u8).build();
    drop(runtime.run(all, Question { text: String::new() }));
    drop(runtime.run(sorted, Vec::new()));
}
