//! What a `macro_rules!` of the user's is handed is underlined where it was written.

use handoff::prelude::*;

macro_rules! agent_of {
    ($name:ident, $input:ty, $other:ty, $output:ty, $budget:expr, $timeout:expr, $role:ident) => {
        #[agent(input_budget = $budget, timeout = $timeout, role = $role)]
        async fn $name(_: $input, _: $other) -> $output {
            todo!()
        }
    };
}

agent_of!(first, &str, &Context, Reply, 0, "soon", plannr);
agent_of!(second, u32, Context, Result<u32, String>, 1, "0s", worker);

fn main() {}
