#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
async fn work(
    task: SubTask,
    State(model): State<Model>,
    cx: Context,
) -> Result<Reply, ModelError> {
    model.ask(&task, cx.violations()).await
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
    type __Taken = SubTask;
    type __Resource0 = Model;
    fn __call(
        __value0: SubTask,
        __value1: State<Model>,
        __value2: Context,
    ) -> impl __handoff::__private::Future<
        Output = Result<Reply, ModelError>,
    > + __handoff::__private::Send {
        work(__value0, __value1, __value2)
    }
    pub struct output_of_work;
    pub struct input_of_work;
    const __INPUT_BUDGET: u32 = 4_000;
    const _: () = <<work as __handoff::__private::Itself>::Itself as __handoff::agent::Budgeted<
        work,
        { __handoff::__private::capacity::is_budget(__INPUT_BUDGET) },
    >>::CHECKED;
    const __MAX_OUTPUT_TOKENS: u32 = LIMIT;
    const _: () = <<work as __handoff::__private::Itself>::Itself as __handoff::agent::Budgeted<
        work,
        { __handoff::__private::capacity::is_budget(__MAX_OUTPUT_TOKENS) },
    >>::CHECKED;
    #[automatically_derived]
    impl __handoff::AgentSpec for work {
        type Input = SubTask;
        type Output = Finding;
        type Declared = output_of_work;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "work",
            __handoff::Role::Worker,
        );
        const INPUT_BUDGET: __handoff::__private::Option<u32> = __handoff::__private::Option::Some(
            __INPUT_BUDGET,
        );
        const MAX_OUTPUT_TOKENS: __handoff::__private::Option<u32> = __handoff::__private::Option::Some(
            __MAX_OUTPUT_TOKENS,
        );
        const TIMEOUT: __handoff::__private::Option<__handoff::__private::Duration> = __handoff::__private::Option::Some(
            __handoff::__private::Duration::new(30u64, 0u32),
        );
        const RETRIES: u32 = 2;
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __handoff::agent::Agent<S> for work
    where
        S: __handoff::__private::Send + __handoff::__private::Sync,
        S: __handoff::agent::Provides<__Resource0, work>,
    {
        fn run<'a>(
            __input: <Self as __handoff::AgentSpec>::Input,
            __cx: &'a __handoff::agent::Attempt<'_>,
            __state: &'a S,
        ) -> __handoff::agent::Running<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::agent::attempt(
                __cx,
                move || __call(
                    <<input_of_work as __handoff::__private::Itself>::Itself as __handoff::agent::Takes<
                        work,
                        <work as __handoff::AgentSpec>::Input,
                        __Taken,
                    >>::take(__input),
                    __handoff::State(
                        <S as __handoff::agent::Provides<
                            __Resource0,
                            work,
                        >>::provide(__state),
                    ),
                    __cx.context(),
                ),
                |__returned, __cx| <_ as __handoff::agent::Fails<
                    work,
                >>::fail(
                    <<work as __handoff::AgentSpec>::Declared as __handoff::agent::Returns<
                        work,
                        _,
                        <work as __handoff::AgentSpec>::Output,
                        _,
                    >>::settle(__returned, __cx),
                ),
            )
        }
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Calls<work>> __handoff::__private::Drive<E> for work {
        fn drive<'a>(
            __engine: &'a E,
            __input: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            __to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::call::<work, E>(__engine, __input, __to)
        }
    }
};
///The agent [`work`](fn@work), as a stage of a pipeline.
/**

| takes | hands on | role | timeout | retries |
|---|---|---|---|---|
| `SubTask`, at most `4_000` tokens | `Finding`, at most `LIMIT` tokens | `worker` | `30s` | `2` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct work {
    _agent: (),
}
