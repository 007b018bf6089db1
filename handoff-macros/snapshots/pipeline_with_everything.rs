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
    type __Input = Question;
    type __Output = Report;
    type __Stage1 = plan;
    type __Stage2 = work;
    type __Stage3 = merge;
    const __GATE1: f64 = 0.6;
    const _: () = <<research as __private::Itself>::Itself as __private::Threshold<
        { __private::capacity::is_confidence(__GATE1) },
    >>::CHECKED;
    const _: () = <<research as __private::Itself>::Itself as __private::Confident<
        __Stage1,
        <__Stage1 as __private::AgentSpec>::Output,
        {
            <research as __private::AgentSpec>::INPUT_CONFIDENT
                || <__Stage1 as __private::AgentSpec>::CONFIDENT
        },
    >>::CHECKED;
    const __MAX1: usize = 8;
    const _: () = <<research as __private::Itself>::Itself as __private::WidthBound<
        { __private::capacity::is_width(__MAX1) },
    >>::CHECKED;
    const __WIDTH1: __private::Option<u64> = {
        trait __Unbounded {
            const __max_len_subtasks: __private::Option<u32> = __private::None;
        }
        impl<__T: ?__private::Sized> __Unbounded for __T {}
        __private::capacity::width(
            __private::Some(__MAX1 as u64),
            <<__Stage1 as __private::AgentSpec>::Output>::__max_len_subtasks,
        )
    };
    const _: () = <<research as __private::Itself>::Itself as __private::ItemWithinBudget<
        <__Stage2 as __private::AgentSpec>::Input,
        __Stage2,
        {
            #[allow(unused_imports)]
            use __private::capacity::Undeclared as _;
            __private::capacity::declared(
                __private::capacity::Declares::<
                    <__Stage2 as __private::AgentSpec>::Input,
                >::MAX_TOKENS,
            )
        },
        {
            __private::capacity::declared(
                <__Stage2 as __private::AgentSpec>::INPUT_BUDGET,
            )
        },
        {
            __private::capacity::fits(
                {
                    #[allow(unused_imports)]
                    use __private::capacity::Undeclared as _;
                    __private::capacity::declared(
                        __private::capacity::Declares::<
                            <__Stage2 as __private::AgentSpec>::Input,
                        >::MAX_TOKENS,
                    )
                },
                __private::capacity::declared(
                    <__Stage2 as __private::AgentSpec>::INPUT_BUDGET,
                ),
            )
        },
    >>::CHECKED;
    const __QUORUM1: u8 = 80;
    const _: () = <<research as __private::Itself>::Itself as __private::Quorum<
        { __private::capacity::is_share(__QUORUM1) },
    >>::CHECKED;
    pub struct output_of_research;
    #[automatically_derived]
    impl __private::AgentSpec for research {
        type Input = Question;
        type Output = Report;
        type Declared = output_of_research;
        const CONFIG: &'static __private::Config = &__private::Config::pipeline(
                "research",
                &__private::module_path!(),
                &[
                    __private::Config::of::<__Stage1>,
                    __private::Config::of::<__Stage2>,
                    __private::Config::of::<__Stage3>,
                ],
            )
            .parallel()
            .doc("Plans, works, merges.");
        const ENTRY: &'static __private::AgentId = <__Stage1 as __private::AgentSpec>::ENTRY;
        const INPUT_BUDGET: __private::Option<u32> = <__Stage1 as __private::AgentSpec>::INPUT_BUDGET;
        const MAX_OUTPUT_TOKENS: __private::Option<u32> = <__Stage3 as __private::AgentSpec>::MAX_OUTPUT_TOKENS;
        const CONFIDENT: bool = true;
        const STAGES: __private::Option<&'static [__private::parts::Part]> = __private::Some(
            &[
                __private::parts::Part::Stage(__private::parts::stage::<__Stage1>),
                __private::parts::Part::Gate(__GATE1),
                __private::parts::Part::FanOut(
                    &__private::parts::FanOutPart {
                        of: "subtasks",
                        max: __WIDTH1,
                        concurrency: __private::None,
                        allow_empty: false,
                        keep: false,
                        recover: __private::None,
                        stages: &[
                            __private::parts::Part::Stage(
                                __private::parts::stage::<__Stage2>,
                            ),
                        ],
                        rule: __private::Policy::AtLeastPercent(__QUORUM1),
                        deadline: __private::None,
                        hands_on: __private::parts::some::<__Stage2>,
                    },
                ),
                __private::parts::Part::Stage(__private::parts::stage::<__Stage3>),
            ],
        );
    }
    #[automatically_derived]
    impl<__Engine: __private::Engine> __private::Drive<__Engine> for research
    where
        __Stage1: __private::Drive<__Engine>,
        __Stage2: __private::Drive<__Engine>,
        __Stage3: __private::Drive<__Engine>,
    {
        fn drive<'a>(
            __engine: &'a __Engine,
            __value: __private::Handed<<Self as __private::AgentSpec>::Input>,
            __to: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            __private::Box::pin(
                __private::in_pipeline(
                    __engine,
                    <research as __private::AgentSpec>::ID,
                    async move {
                        let __value = <<research as __private::Itself>::Itself as __private::Begins<
                            research,
                            __Stage1,
                            __Input,
                            <__Stage1 as __private::AgentSpec>::Input,
                        >>::begin(__value);
                        let __value = <__Stage1 as __private::Drive<
                            __Engine,
                        >>::drive(
                                __engine,
                                __value,
                                __private::Target::through::<__Stage2>(),
                            )
                            .await?;
                        let __value = __private::gate(__engine, __value, __GATE1)?;
                        let (__payload, __rest) = __value.split();
                        let __items = <_ as __private::FansOut<
                            __Stage1,
                            __Stage2,
                            <__Stage2 as __private::AgentSpec>::Input,
                        >>::fan_out(__payload.subtasks);
                        let __value = __private::fan_out::<
                            __Engine,
                            __Stage2,
                            __private::Partial<
                                <__Stage2 as __private::AgentSpec>::Output,
                            >,
                        >(
                                __engine,
                                __rest,
                                __items,
                                __private::FanOut::new(
                                    "subtasks",
                                    __WIDTH1,
                                    __private::Policy::AtLeastPercent(__QUORUM1),
                                ),
                                __private::Target::of::<__Stage3>(),
                            )
                            .await?;
                        let __value = <<__Stage2 as __private::AgentSpec>::Declared as __private::PassesBarrier<
                            __Stage2,
                            __Stage3,
                            __private::Partial<
                                <__Stage2 as __private::AgentSpec>::Output,
                            >,
                            <__Stage3 as __private::AgentSpec>::Input,
                        >>::pass(__value);
                        let __value = <__Stage3 as __private::Drive<
                            __Engine,
                        >>::drive(__engine, __value, __to)
                            .await?;
                        __private::Ok(
                            <<__Stage3 as __private::AgentSpec>::Declared as __private::Ends<
                                research,
                                __Stage3,
                                <__Stage3 as __private::AgentSpec>::Output,
                                __Output,
                            >>::end(__value),
                        )
                    },
                ),
            )
        }
    }
};
/// Plans, works, merges.
/**

```mermaid
flowchart TD
    caller(["caller"])
    plan["plan"]
    gate{"confidence ≥ 0.6"}
    subgraph fan_out["fan_out(subtasks, max = 8)"]
        work["work"]
    end
    barrier{{"barrier(at_least = 80%)"}}
    merge["merge"]
    result(["caller"])
    caller -->|"Question"| plan
    plan --> gate
    gate --> work
    work --> barrier
    barrier --> merge
    merge -->|"Report"| result
```

| stage | is handed |
|---|---|
| [`type@plan`] | `Question` |
| `gate(confidence >= 0.6)` | what `plan` hands on |
| `fan_out(subtasks, max = 8)` | what `plan` hands on |
| [`type@work`] | one of `subtasks` |
| `barrier(at_least = 80%)` | what `work` hands on |
| [`type@merge`] | a `Partial` of what `work` hands on |
| the caller | `Report` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations,
    rustdoc::private_intra_doc_links
)]
pub struct research {
    _private: (),
}
///The pipeline [`research`](struct@research), for `runtime.run(research, input)` and `research.describe()`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn research() -> research {
    research { _private: () }
}
