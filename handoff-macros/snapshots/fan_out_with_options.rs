///The pipeline `quick`.
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations
)]
pub struct quick {
    _pipeline: (),
}
///The pipeline [`quick`](struct@quick), for `runtime.run(quick, input)`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn quick() -> quick {
    quick { _pipeline: () }
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    deprecated,
    unreachable_pub,
    unused_qualifications,
    missing_copy_implementations,
    missing_debug_implementations
)]
const _: () = {
    use ::handoff as __handoff;
    type __Input = Sources;
    type __Output = Partial<Page>;
    type __Stage1 = fetch;
    const __WIDTH1: __handoff::__private::Option<u64> = __handoff::__private::Option::None;
    const _: () = <<quick as __handoff::__private::Itself>::Itself as __handoff::pipeline::ItemWithinBudget<
        <__Stage1 as __handoff::AgentSpec>::Input,
        __Stage1,
        {
            __handoff::__private::capacity::declared(
                <<__Stage1 as __handoff::AgentSpec>::Input as __handoff::Contract>::MAX_TOKENS,
            )
        },
        {
            __handoff::__private::capacity::declared(
                <__Stage1 as __handoff::AgentSpec>::INPUT_BUDGET,
            )
        },
        {
            __handoff::__private::capacity::fits(
                __handoff::__private::capacity::declared(
                    <<__Stage1 as __handoff::AgentSpec>::Input as __handoff::Contract>::MAX_TOKENS,
                ),
                __handoff::__private::capacity::declared(
                    <__Stage1 as __handoff::AgentSpec>::INPUT_BUDGET,
                ),
            )
        },
    >>::CHECKED;
    const __QUORUM1: usize = 3;
    const _: () = <<quick as __handoff::__private::Itself>::Itself as __handoff::pipeline::Quorum<
        { __handoff::__private::capacity::is_width(__QUORUM1) },
    >>::CHECKED;
    const _: () = <<quick as __handoff::__private::Itself>::Itself as __handoff::pipeline::WithinWidth<
        __Stage1,
        { __QUORUM1 as u64 },
        { __handoff::__private::capacity::widest(__WIDTH1) },
        {
            __handoff::__private::capacity::can_succeed(
                __QUORUM1 as u64,
                __handoff::__private::capacity::widest(__WIDTH1),
            )
        },
    >>::CHECKED;
    const __CONCURRENCY1: usize = 4;
    const _: () = <<quick as __handoff::__private::Itself>::Itself as __handoff::pipeline::TaskBound<
        { __handoff::__private::capacity::is_width(__CONCURRENCY1) },
    >>::CHECKED;
    pub struct output_of_quick;
    #[automatically_derived]
    impl __handoff::AgentSpec for quick {
        type Input = Sources;
        type Output = Partial<Page>;
        type Declared = output_of_quick;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "quick",
            __handoff::Role::Other(__handoff::__private::Cow::Borrowed("pipeline")),
        );
        const ENTRY: &'static __handoff::AgentId = <__Stage1 as __handoff::AgentSpec>::ENTRY;
        const CONFIDENT: bool = true;
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Engine> __handoff::__private::Drive<E> for quick
    where
        __Stage1: __handoff::__private::Drive<E>,
    {
        fn drive<'a>(
            engine: &'a E,
            value: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::Box::pin(
                __handoff::__private::in_pipeline(
                    "quick",
                    async move {
                        let (payload, rest) = value.split();
                        let items = __handoff::__private::choose::<
                            __Input,
                            <__Stage1 as __handoff::AgentSpec>::Input,
                            _,
                        >(
                            <quick as __handoff::AgentSpec>::ID,
                            &rest,
                            payload,
                            |found| found.sources,
                        )?;
                        let labels = __handoff::__private::label::<
                            <__Stage1 as __handoff::AgentSpec>::Input,
                            _,
                            _,
                        >(
                            <quick as __handoff::AgentSpec>::ID,
                            &rest,
                            &items,
                            |source| &source.url,
                            <_ as __handoff::pipeline::Label>::show,
                        )?;
                        let recover: fn(
                            &<__Stage1 as __handoff::AgentSpec>::Input,
                            &__handoff::TaskFailure,
                        ) -> <__Stage1 as __handoff::AgentSpec>::Output = blank;
                        let value = __handoff::__private::fan_out::<
                            E,
                            __Stage1,
                            __handoff::Partial<
                                <__Stage1 as __handoff::AgentSpec>::Output,
                            >,
                        >(
                                engine,
                                rest,
                                items,
                                __handoff::__private::FanOut::new(
                                        "|found| …",
                                        __WIDTH1,
                                        __handoff::__private::Rule::First(__QUORUM1),
                                    )
                                    .deadline(__handoff::__private::Duration::new(20u64, 0u32))
                                    .allow_empty()
                                    .concurrency(__CONCURRENCY1)
                                    .labels(labels)
                                    .recover(recover),
                                to,
                            )
                            .await?;
                        __handoff::__private::Result::Ok(
                            <<__Stage1 as __handoff::AgentSpec>::Declared as __handoff::pipeline::EndsWithBarrier<
                                quick,
                                __Stage1,
                                __handoff::Partial<
                                    <__Stage1 as __handoff::AgentSpec>::Output,
                                >,
                                __Output,
                            >>::end(value),
                        )
                    },
                ),
            )
        }
    }
};
