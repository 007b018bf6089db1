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
    use __handoff::__private;
    type __Taken = SubTask;
    type __Resource0 = Model;
    fn __call(
        __value0: SubTask,
        __value1: State<Model>,
        __value2: __private::engine::Context,
    ) -> impl __private::Future<Output = Result<Reply, ModelError>> + __private::Send {
        work(__value0, __value1, __value2)
    }
    pub struct output_of_work;
    pub struct input_of_work;
    const __MAX_OUTPUT_TOKENS: u32 = LIMIT;
    const _: () = <<work as __private::Itself>::Itself as __private::Budgeted<
        work,
        { __private::capacity::is_budget(__MAX_OUTPUT_TOKENS) },
    >>::CHECKED;
    #[automatically_derived]
    impl __private::AgentSpec for work {
        type Input = SubTask;
        type Output = Finding;
        type Declared = output_of_work;
        const CONFIG: &'static __private::Config = &__private::Config::new(
                "work",
                __private::Role::Worker,
                &__private::module_path!(),
            )
            .input_budget(4_000)
            .retries(2)
            .timeout(30u64, 0u32);
        const MAX_OUTPUT_TOKENS: __private::Option<u32> = __private::Some(
            __MAX_OUTPUT_TOKENS,
        );
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __private::Agent<S> for work
    where
        S: __private::Send + __private::Sync,
        S: __private::Provides<__Resource0, work>,
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
                move || __call(
                    <<input_of_work as __private::Itself>::Itself as __private::Takes<
                        work,
                        <Self as __private::AgentSpec>::Input,
                        __Taken,
                    >>::take(__input),
                    __private::State(
                        <S as __private::Provides<__Resource0, work>>::provide(__state),
                    ),
                    __cx.context(),
                ),
                |__returned| <_ as __private::Fails<
                    work,
                >>::fail(
                    <<work as __private::AgentSpec>::Declared as __private::Returns<
                        work,
                        _,
                        <Self as __private::AgentSpec>::Output,
                        _,
                    >>::receive(__returned),
                ),
            )
        }
    }
    #[automatically_derived]
    impl<E: __private::Calls<work>> __private::Drive<E> for work {
        fn drive<'a>(
            __engine: &'a E,
            __input: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::call::<Self, E>(__engine, __input, __to)
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
    _private: (),
}
