#[doc(hidden)]
#[allow(
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    deprecated,
    unexpected_cfgs,
    unreachable_pub,
    unused_qualifications,
    missing_copy_implementations,
    missing_debug_implementations
)]
const _: () = {
    use ::handoff as __handoff;
    use __handoff::__private;
    type __Input = Sources;
    type __Output = Partial<Page>;
    type __Stage1 = fetch;
    const __WIDTH1: __private::Option<u64> = __private::None;
    const _: () = <<quick as __private::Itself>::Itself as __private::ItemWithinBudget<
        <__Stage1 as __private::AgentSpec>::Input,
        __Stage1,
        {
            #[allow(unused_imports)]
            use __private::capacity::Undeclared as _;
            __private::capacity::declared(
                __private::capacity::Declares::<
                    <__Stage1 as __private::AgentSpec>::Input,
                >::MAX_TOKENS,
            )
        },
        {
            __private::capacity::declared(
                <__Stage1 as __private::AgentSpec>::INPUT_BUDGET,
            )
        },
        {
            __private::capacity::fits(
                {
                    #[allow(unused_imports)]
                    use __private::capacity::Undeclared as _;
                    __private::capacity::declared(
                        __private::capacity::Declares::<
                            <__Stage1 as __private::AgentSpec>::Input,
                        >::MAX_TOKENS,
                    )
                },
                __private::capacity::declared(
                    <__Stage1 as __private::AgentSpec>::INPUT_BUDGET,
                ),
            )
        },
    >>::CHECKED;
    const __QUORUM1: usize = 3;
    const _: () = <<quick as __private::Itself>::Itself as __private::Quorum<
        { __private::capacity::is_width(__QUORUM1) },
    >>::CHECKED;
    const _: () = <<quick as __private::Itself>::Itself as __private::WithinWidth<
        __Stage1,
        { __QUORUM1 as u64 },
        { __private::capacity::widest(__WIDTH1) },
        {
            __private::capacity::can_succeed(
                __QUORUM1 as u64,
                __private::capacity::widest(__WIDTH1),
            )
        },
    >>::CHECKED;
    const __CONCURRENCY1: usize = 4;
    const _: () = <<quick as __private::Itself>::Itself as __private::TaskBound<
        { __private::capacity::is_width(__CONCURRENCY1) },
    >>::CHECKED;
    pub struct output_of_quick;
    #[automatically_derived]
    impl __private::AgentSpec for quick {
        type Input = Sources;
        type Output = Partial<Page>;
        type Declared = output_of_quick;
        const CONFIG: &'static __private::Config = &__private::Config::pipeline(
                "quick",
                &__private::module_path!(),
                &[__private::Config::of::<__Stage1>],
            )
            .parallel();
        const ENTRY: &'static __private::AgentId = <__Stage1 as __private::AgentSpec>::ENTRY;
        const CONFIDENT: bool = true;
        const STAGES: __private::Option<&'static [__private::parts::Part]> = __private::Some(
            &[
                __private::parts::Part::FanOut(
                    &__private::parts::FanOutPart {
                        of: "|found| found.sources",
                        max: __WIDTH1,
                        concurrency: __private::Some(__CONCURRENCY1 as u64),
                        allow_empty: true,
                        keep: false,
                        recover: __private::Some("blank"),
                        stages: &[
                            __private::parts::Part::Stage(
                                __private::parts::stage::<__Stage1>,
                            ),
                        ],
                        rule: __private::Policy::First(__QUORUM1),
                        deadline: __private::Some(__private::Duration::new(20u64, 0u32)),
                        hands_on: __private::parts::some::<__Stage1>,
                    },
                ),
            ],
        );
    }
    #[automatically_derived]
    impl<__Engine: __private::Engine> __private::Drive<__Engine> for quick
    where
        __Stage1: __private::Drive<__Engine>,
    {
        fn drive<'a>(
            __engine: &'a __Engine,
            __value: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::Box::pin(
                __private::in_pipeline(
                    __engine,
                    <quick as __private::AgentSpec>::ID,
                    async move {
                        let (__payload, __rest) = __value.split();
                        let __items = __private::choose::<
                            __Input,
                            <__Stage1 as __private::AgentSpec>::Input,
                            _,
                        >(
                            <quick as __private::AgentSpec>::ID,
                            &__rest,
                            __payload,
                            |found| found.sources,
                        )?;
                        let __labels = __private::label::<
                            <__Stage1 as __private::AgentSpec>::Input,
                            _,
                            _,
                        >(
                            <quick as __private::AgentSpec>::ID,
                            &__rest,
                            &__items,
                            |source| &source.url,
                            <_ as __private::Label>::show,
                        )?;
                        let __recover: fn(
                            &<__Stage1 as __private::AgentSpec>::Input,
                            &__private::TaskFailure,
                        ) -> <__Stage1 as __private::AgentSpec>::Output = blank;
                        let __value = __private::fan_out::<
                            __Engine,
                            __Stage1,
                            __private::Partial<
                                <__Stage1 as __private::AgentSpec>::Output,
                            >,
                        >(
                                __engine,
                                __rest,
                                __items,
                                __private::FanOut::new(
                                        "|found| …",
                                        __WIDTH1,
                                        __private::Policy::First(__QUORUM1),
                                    )
                                    .deadline(__private::Duration::new(20u64, 0u32))
                                    .allow_empty()
                                    .concurrency(__CONCURRENCY1)
                                    .labels(__labels)
                                    .recover(__recover),
                                __to,
                            )
                            .await?;
                        __private::Ok(
                            <<__Stage1 as __private::AgentSpec>::Declared as __private::EndsWithBarrier<
                                quick,
                                __Stage1,
                                __private::Partial<
                                    <__Stage1 as __private::AgentSpec>::Output,
                                >,
                                __Output,
                            >>::end(__value),
                        )
                    },
                ),
            )
        }
    }
};
///The pipeline `quick`.
/**

```mermaid
flowchart TD
    caller(["caller"])
    subgraph fan_out["fan_out(#124;found#124; found.sources, concurrency = 4, recover = blank, allow_empty)"]
        fetch["fetch"]
    end
    barrier{{"barrier(first = 3, deadline = 20s)"}}
    result(["caller"])
    caller -->|"Sources"| fetch
    fetch --> barrier
    barrier -->|"Partial#60;Page#62;"| result
```

| stage | is handed |
|---|---|
| `fan_out(\|found\| found.sources, concurrency = 4, recover = blank, allow_empty)` | `Sources` |
| [`type@fetch`] | one of `\|found\| found.sources` |
| `barrier(first = 3, deadline = 20s)` | what `fetch` hands on |
| the caller | `Partial<Page>` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations,
    rustdoc::private_intra_doc_links
)]
pub struct quick {
    _private: (),
}
///The pipeline [`quick`](struct@quick), for `runtime.run(quick, input)` and `quick.describe()`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn quick() -> quick {
    quick { _private: () }
}
