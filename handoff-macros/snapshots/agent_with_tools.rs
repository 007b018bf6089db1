#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
async fn plan(question: Question, cx: Context) -> Plan {
    ask(question, cx).await
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
    type __Tool0 = look_up;
    type __Tool1 = web::search;
    const _: () = <<plan as __private::Itself>::Itself as __private::ToldApart<
        plan,
        {
            __private::agent::can_be_told_apart(
                &[
                    <__Tool0 as __private::AgentSpec>::ID,
                    <__Tool1 as __private::AgentSpec>::ID,
                ],
            )
        },
    >>::CHECKED;
    fn __call(
        __value0: Question,
        __value1: __private::engine::Context,
    ) -> impl __private::Future<Output = Plan> + __private::Send {
        plan(__value0, __value1)
    }
    pub struct output_of_plan;
    #[automatically_derived]
    impl __private::AgentSpec for plan {
        type Input = Question;
        type Output = Plan;
        type Declared = output_of_plan;
        const CONFIG: &'static __private::Config = &__private::Config::new(
                "plan",
                __private::Role::Worker,
                &__private::module_path!(),
            )
            .max_turns(6)
            .timeout(120u64, 0u32)
            .tools(
                &[__private::Tool::of::<__Tool0>(), __private::Tool::of::<__Tool1>()],
            );
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __private::Agent<S> for plan
    where
        S: __private::Send + __private::Sync,
    {
        fn run<'a>(
            __input: <Self as __private::AgentSpec>::Input,
            __cx: &'a __private::engine::Attempt<'_>,
            __state: &'a S,
        ) -> __private::Running<'a, <Self as __private::AgentSpec>::Output> {
            __private::engine::attempt::<
                Self,
                _,
            >(
                __cx,
                move || __call(__input, __cx.context()),
                |__returned| <_ as __private::Fails<
                    plan,
                >>::fail(
                    <<plan as __private::AgentSpec>::Declared as __private::Returns<
                        plan,
                        _,
                        <Self as __private::AgentSpec>::Output,
                        _,
                    >>::receive(__returned),
                ),
            )
        }
    }
    #[automatically_derived]
    impl<
        E: __private::Calls<plan> + __private::CallsTool<__Tool0>
            + __private::CallsTool<__Tool1>,
    > __private::Drive<E> for plan {
        fn drive<'a>(
            __engine: &'a E,
            __input: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::engine::call_with_tools::<
                Self,
                E,
                _,
            >(
                __engine,
                __input,
                __to,
                [
                    <E as __private::CallsTool<__Tool0>>::call_tool,
                    <E as __private::CallsTool<__Tool1>>::call_tool,
                ],
            )
        }
    }
};
///The agent [`plan`](fn@plan), as a stage of a pipeline.
/**

| takes | hands on | role | timeout | retries |
|---|---|---|---|---|
| `Question` | `Plan` | `worker` | `120s` | `0` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct plan {
    _private: (),
}
