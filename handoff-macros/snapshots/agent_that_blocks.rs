#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
fn render(page: Page, State(fonts): State<Fonts>) -> Image {
    fonts.render(&page)
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
    type __Taken = Page;
    type __Resource0 = Fonts;
    fn __call(__value0: Page, __value1: State<Fonts>) -> Image {
        render(__value0, __value1)
    }
    pub struct output_of_render;
    #[automatically_derived]
    impl __handoff::AgentSpec for render {
        type Input = Page;
        type Output = Image;
        type Declared = output_of_render;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "render",
            __handoff::Role::Worker,
        );
        const TIMEOUT: __handoff::__private::Option<__handoff::__private::Duration> = __handoff::__private::Option::Some(
            __handoff::__private::Duration::new(120u64, 0u32),
        );
        const BLOCKING: bool = true;
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __handoff::agent::Agent<S> for render
    where
        S: __handoff::__private::Send + __handoff::__private::Sync,
        S: __handoff::agent::Provides<__Resource0, render>,
    {
        fn run<'a>(
            __input: <Self as __handoff::AgentSpec>::Input,
            __cx: &'a __handoff::agent::Attempt<'_>,
            __state: &'a S,
        ) -> __handoff::agent::Running<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::Box::pin(async move {
                let (__value0, __value1) = (
                    __input,
                    __handoff::State(
                        <S as __handoff::agent::Provides<
                            __Resource0,
                            render,
                        >>::provide(__state),
                    ),
                );
                <_ as __handoff::agent::Fails<
                    render,
                >>::fail(
                    <<render as __handoff::AgentSpec>::Declared as __handoff::agent::Returns<
                        render,
                        _,
                        <render as __handoff::AgentSpec>::Output,
                        _,
                    >>::settle(
                        __cx.blocking(move || __call(__value0, __value1)).await?,
                        __cx,
                    ),
                )
            })
        }
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Calls<render>> __handoff::__private::Drive<E>
    for render {
        fn drive<'a>(
            __engine: &'a E,
            __input: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            __to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::call::<render, E>(__engine, __input, __to)
        }
    }
};
///The agent [`render`](fn@render), as a stage of a pipeline.
/**

| takes | hands on | role | timeout | retries |
|---|---|---|---|---|
| `Page` | `Image` | `worker` | `120s` | `0` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
struct render {
    _agent: (),
}
