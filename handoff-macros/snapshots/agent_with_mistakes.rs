#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
fn work(task: &str) -> Finding {
    look(task)
}
#[doc(hidden)]
#[allow(unexpected_cfgs)]
const _: () = {};
::core::compile_error! {
    "unknown argument `rol`\nhelp: did you mean `role`?"
}
::core::compile_error! {
    "agent `work` is not async\nhelp: write `async fn work`, or `#[agent(blocking)]` if it computes or blocks its thread"
}
::core::compile_error! {
    "agent `work` takes `&str`, which cannot cross a handoff\nhelp: write `String`"
}
