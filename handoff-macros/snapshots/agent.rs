#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
/// Turns a question into a plan.
pub async fn plan(question: Question) -> Plan {
    Plan::of(question)
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
        __value0: Question,
    ) -> impl __private::Future<Output = Plan> + __private::Send {
        plan(__value0)
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
            .timeout(120u64, 0u32)
            .doc("Turns a question into a plan.");
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
                move || __call(__input),
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
    impl<E: __private::Calls<plan>> __private::Drive<E> for plan {
        fn drive<'a>(
            __engine: &'a E,
            __input: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::call::<Self, E>(__engine, __input, __to)
        }
    }
};
/// Turns a question into a plan.
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
pub struct plan {
    _private: (),
}
