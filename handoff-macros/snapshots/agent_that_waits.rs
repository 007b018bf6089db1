#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
#[allow(unused_variables)]
/// May this go out?
async fn approval(draft: Draft) -> Approval {
    ::handoff::__private::engine::is_answered_from_outside("approval")
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
    use __handoff::__private;
    fn __call(
        __value0: Draft,
    ) -> impl __private::Future<Output = Approval> + __private::Send {
        approval(__value0)
    }
    pub struct output_of_approval;
    #[automatically_derived]
    impl __private::AgentSpec for approval {
        type Input = Draft;
        type Output = Approval;
        type Declared = output_of_approval;
        const CONFIG: &'static __private::Config = &__private::Config::new(
                "approval",
                __private::Role::Other(__private::Cow::Borrowed("signal")),
                &__private::module_path!(),
            )
            .timeout(259200u64, 0u32)
            .signal(__private::engine::check_answer::<Self>)
            .doc("May this go out?");
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __private::Agent<S> for approval
    where
        S: __private::Send + __private::Sync,
    {
        fn run<'a>(
            __input: <Self as __private::AgentSpec>::Input,
            __cx: &'a __private::engine::Attempt<'_>,
            __state: &'a S,
        ) -> __private::Running<'a, <Self as __private::AgentSpec>::Output> {
            __private::engine::attempt_signal::<Self>(__input, __cx)
        }
    }
    #[automatically_derived]
    impl<E: __private::Calls<approval>> __private::Drive<E> for approval {
        fn drive<'a>(
            __engine: &'a E,
            __input: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::call::<Self, E>(__engine, __input, __to)
        }
    }
};
/// May this go out?
/**

A signal: it waits for an answer from outside, which `Runtime::answer` gives.

| takes | hands on | role | timeout |
|---|---|---|---|
| `Draft` | `Approval` | `signal` | `3d` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct approval {
    _private: (),
}
