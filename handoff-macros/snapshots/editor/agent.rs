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
    use ::handoff as __handoff;
    #[allow(warnings, rust_analyzer::inactive_code)]
    fn __editor() {
        use __handoff::__private::editor::roles::*;
        let _ = __handoff::__private::editor::Agent {
            input: __handoff::__private::editor::of::<SubTask>(),
            role: __handoff::__private::editor::value(worker),
            input_budget: __handoff::__private::editor::value(LIMIT),
            retries: loop {},
            ..loop {}
        };
    }
    __handoff::__private::editor::declared! {
        __handoff, work, SubTask, Finding
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
