#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
/// Split the question.
async fn plan(question: Question) -> Result<Prompt<Plan>, Stale> {
    ::core::result::Result::Ok(
        <Prompt<Plan> as ::handoff::Asks>::from_doc("Split the question.", &question),
    )
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
    type __Of = <Prompt<Plan> as __private::Asks>::Of;
    fn __call(
        __value0: Question,
    ) -> impl __private::Future<Output = Result<Prompt<Plan>, Stale>> + __private::Send {
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
                __private::Role::Planner,
                &__private::module_path!(),
            )
            .retries(2)
            .timeout(120u64, 0u32)
            .asks(__private::type_name::<__Of>)
            .prompt("Split the question.");
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    #[allow(clippy::redundant_closure)]
    impl<S> __private::Agent<S> for plan
    where
        S: __private::Send + __private::Sync,
        S: __private::Asked<__Of, plan>,
    {
        fn run<'a>(
            __input: <Self as __private::AgentSpec>::Input,
            __cx: &'a __private::engine::Attempt<'_>,
            __state: &'a S,
        ) -> __private::Running<'a, <Self as __private::AgentSpec>::Output> {
            __private::engine::attempt_asking::<
                Self,
                _,
                _,
            >(
                __cx,
                move || __call(__input),
                |__returned| <_ as __private::Fails<plan>>::fail(__returned),
                move || <S as __private::Asked<__Of, plan>>::asked(__state),
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
/// Split the question.
/**

| takes | hands on | role | timeout | retries |
|---|---|---|---|---|
| `Question` | `Plan` | `planner` | `120s` | `2` |
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
