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
    use __handoff::__private;
    type __Resource0 = Fonts;
    fn __call(__value0: Page, __value1: State<Fonts>) -> Image {
        render(__value0, __value1)
    }
    pub struct output_of_render;
    #[automatically_derived]
    impl __private::AgentSpec for render {
        type Input = Page;
        type Output = Image;
        type Declared = output_of_render;
        const CONFIG: &'static __private::Config = &__private::Config::new(
                "render",
                __private::Role::Worker,
                &__private::module_path!(),
            )
            .timeout(120u64, 0u32)
            .blocking();
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl<S> __private::Agent<S> for render
    where
        S: __private::Send + __private::Sync,
        S: __private::Provides<__Resource0, render>,
    {
        fn run<'a>(
            __input: <Self as __private::AgentSpec>::Input,
            __cx: &'a __private::engine::Attempt<'_>,
            __state: &'a S,
        ) -> __private::Running<'a, <Self as __private::AgentSpec>::Output> {
            __private::engine::attempt_blocking::<
                Self,
                _,
            >(
                __cx,
                move || {
                    let (__value0, __value1) = (
                        __input,
                        __private::State(
                            <S as __private::Provides<
                                __Resource0,
                                render,
                            >>::provide(__state),
                        ),
                    );
                    move || <_ as __private::Fails<
                        render,
                    >>::fail(
                        <<render as __private::AgentSpec>::Declared as __private::Returns<
                            render,
                            _,
                            <Self as __private::AgentSpec>::Output,
                            _,
                        >>::receive(__call(__value0, __value1)),
                    )
                },
            )
        }
    }
    #[automatically_derived]
    impl<E: __private::Calls<render>> __private::Drive<E> for render {
        fn drive<'a>(
            __engine: &'a E,
            __input: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::call::<Self, E>(__engine, __input, __to)
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
    _private: (),
}
