//! What the macros write, as files to read and to compare with: `UPDATE_EXPECT=1 cargo test -p handoff-macros`
//! writes them anew.

use crate::editor::view::{self, View};
use crate::{agent, contract, from_ref, pipeline};
use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

fn is(expansion: TokenStream, expected: &ExpectFile) {
    is_seen(expansion, View::Compiler, expected);
}

fn is_seen(expansion: TokenStream, view: View, expected: &ExpectFile) {
    let shown = match syn::parse2(view::of(expansion, view)) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("the expansion is not Rust: {error}"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn agents() {
    let plain = agent::agent(
        &TokenStream::new(),
        &quote! {
            /// Turns a question into a plan.
            pub async fn plan(question: Question) -> Plan { Plan::of(question) }
        },
    );
    is(plain, &expect_file!["../snapshots/agent.rs"]);

    let full = agent::agent(
        &quote! {
            input = SubTask, output = Finding, role = worker, input_budget = 4_000,
            max_output_tokens = LIMIT, timeout = "30s", retries = 2
        },
        &quote! {
            async fn work(task: SubTask, State(model): State<Model>, cx: Context) -> Result<Reply, ModelError> {
                model.ask(&task, cx.violations()).await
            }
        },
    );
    is(full, &expect_file!["../snapshots/agent_with_everything.rs"]);

    let blocking = agent::agent(
        &quote!(blocking),
        &quote! {
            fn render(page: Page, State(fonts): State<Fonts>) -> Image { fonts.render(&page) }
        },
    );
    is(blocking, &expect_file!["../snapshots/agent_that_blocks.rs"]);

    let asking = agent::agent(
        &quote!(role = planner, retries = 2),
        &quote! {
            /// Split the question.
            async fn plan(question: Question) -> Result<Prompt<Plan>, Stale>;
        },
    );
    is(asking, &expect_file!["../snapshots/agent_that_asks.rs"]);

    let waiting = agent::agent(
        &quote!(signal, timeout = "3d"),
        &quote! {
            /// May this go out?
            async fn approval(draft: Draft) -> Approval;
        },
    );
    is(waiting, &expect_file!["../snapshots/agent_that_waits.rs"]);

    let calling = agent::agent(
        &quote!(tools(look_up, web::search), max_turns = 6),
        &quote!(
            async fn plan(question: Question, cx: Context) -> Plan {
                ask(question, cx).await
            }
        ),
    );
    is(calling, &expect_file!["../snapshots/agent_with_tools.rs"]);

    let wrong = agent::agent(
        &quote!(rol = worker),
        &quote!(
            fn work(task: &str) -> Finding {
                look(task)
            }
        ),
    );
    is(wrong, &expect_file!["../snapshots/agent_with_mistakes.rs"]);
}

#[test]
fn pipelines() {
    let short = pipeline::pipeline(quote! { pub outline(Question) -> Plan { plan } });
    is(short, &expect_file!["../snapshots/pipeline.rs"]);

    let long = pipeline::pipeline(quote! {
        /// Plans, works, merges.
        pub research(Question) -> Report {
            plan => gate(confidence >= 0.6) => fan_out(subtasks, max = 8) work => barrier(at_least = 80%) => merge
        }
    });
    is(long, &expect_file!["../snapshots/pipeline_with_everything.rs"]);

    let wrong =
        pipeline::pipeline(quote! { pub research(Question) -> Report { plan -> fan_out(subtasks) work } });
    is(wrong, &expect_file!["../snapshots/pipeline_with_mistakes.rs"]);
}

#[test]
fn fan_outs() {
    let chosen = pipeline::pipeline(quote! {
        pub quick(Sources) -> Partial<Page> {
            fan_out(
                |found| found.sources,
                concurrency = 4,
                allow_empty,
                label = |source| &source.url,
                recover = blank,
            ) fetch => barrier(first = 3, deadline = "20s")
        }
    });
    is(chosen, &expect_file!["../snapshots/fan_out_with_options.rs"]);
}

#[test]
fn states() {
    let state = from_ref::from_ref(quote! {
        struct App { model: Model, #[from_ref(skip)] version: String }
    });
    is(state, &expect_file!["../snapshots/from_ref.rs"]);
}

#[test]
fn contracts() {
    let plan = contract::contract(
        &TokenStream::new(),
        &quote! {
            pub struct Plan {
                #[check(len(1..=8))]
                pub steps: Vec<String>,
                #[confidence]
                pub confidence: f64,
            }
        },
    );
    is(plan, &expect_file!["../snapshots/contract.rs"]);

    // A field whose type only the compiler can judge.
    let nested = contract::contract(
        &TokenStream::new(),
        &quote! {
            pub struct Nested {
                pub steps: Vec<Step>,
            }
        },
    );
    is(nested, &expect_file!["../snapshots/contract_of_contracts.rs"]);
}

/// What an editor sees of the same calls.
#[test]
fn editors() {
    let agent = agent::agent(
        &quote!(input = SubTask, role = worker, input_budget = LIMIT, retries),
        &quote! {
            async fn work(task: SubTask, State(model): State<Model>) -> Result<Finding, ModelError> { todo }
        },
    );
    is_seen(agent, View::Editor, &expect_file!["../snapshots/editor/agent.rs"]);

    let contract = contract::contract(
        &quote!(max_tokens = LIMIT),
        &quote! {
            pub struct Plan {
                #[check(len(1..=8))]
                pub steps: Vec<String>,
            }
        },
    );
    is_seen(contract, View::Editor, &expect_file!["../snapshots/editor/contract.rs"]);

    let pipeline = pipeline::pipeline(quote! {
        pub research(Question) -> Report {
            plan => gate(confidence >= 0.6) => fan_out(subtasks, max = 8) work => barrier(all) => merge =>
        }
    });
    is_seen(pipeline, View::Editor, &expect_file!["../snapshots/editor/pipeline.rs"]);
}
