#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
async fn work(task: SubTask, State(model): State<Model>) -> Result<Finding, ModelError> {
    todo
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    deprecated,
    unexpected_cfgs,
    unreachable_pub,
    unused_qualifications,
    missing_copy_implementations,
    missing_debug_implementations,
    clippy::unused_unit
)]
const _: () = {
    #[allow(warnings, rust_analyzer::inactive_code)]
    const _: fn() = || {
        use ::handoff::__private::editor::roles::*;
        let _ = ::handoff::__private::editor::Agent {
            input: ::handoff::__private::editor::of::<SubTask>(),
            role: ::handoff::__private::editor::value(worker),
            input_budget: ::handoff::__private::editor::value(LIMIT),
            retries: loop {},
            ..loop {}
        };
    };
    ::handoff::__private::editor::declared! {
        [::handoff], work, SubTask, Finding
    }
};
///The agent [`work`](fn@work), as a stage of a pipeline.
/**

| takes | hands on | role | timeout | retries |
|---|---|---|---|---|
| `SubTask`, at most `LIMIT` tokens | `Finding` | `worker` | `120s` | `0` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct work {
    _private: (),
}
::core::compile_error! {
    "`retries` needs a value\nhelp: write `retries = 2`"
}
