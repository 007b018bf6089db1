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
    type __Taken = Question;
    fn __call(
        __value0: Question,
    ) -> impl __handoff::__private::Future<Output = Plan> + __handoff::__private::Send {
        plan(__value0)
    }
    pub struct output_of_plan;
    #[automatically_derived]
    impl __handoff::AgentSpec for plan {
        type Input = Question;
        type Output = Plan;
        type Declared = output_of_plan;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "plan",
            __handoff::Role::Worker,
        );
        const TIMEOUT: __handoff::__private::Option<__handoff::__private::Duration> = __handoff::__private::Option::Some(
            __handoff::__private::Duration::new(120u64, 0u32),
        );
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __handoff::agent::Agent<S> for plan
    where
        S: __handoff::__private::Send + __handoff::__private::Sync,
    {
        fn run<'a>(
            __input: <Self as __handoff::AgentSpec>::Input,
            __cx: &'a __handoff::agent::Attempt<'_>,
            __state: &'a S,
        ) -> __handoff::agent::Running<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::agent::attempt(
                __cx,
                move || __call(__input),
                |__returned, __cx| <_ as __handoff::agent::Fails<
                    plan,
                >>::fail(
                    <<plan as __handoff::AgentSpec>::Declared as __handoff::agent::Returns<
                        plan,
                        _,
                        <plan as __handoff::AgentSpec>::Output,
                        _,
                    >>::settle(__returned, __cx),
                ),
            )
        }
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Calls<plan>> __handoff::__private::Drive<E> for plan {
        fn drive<'a>(
            __engine: &'a E,
            __input: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            __to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::call::<plan, E>(__engine, __input, __to)
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
    _agent: (),
}
