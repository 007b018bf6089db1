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
    type __Input = Question;
    type __Output = Report;
    type __Stage1 = plan;
    type __Stage2 = work;
    type __Stage3 = merge;
    const __GATE1: f64 = 0.6;
    const _: () = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::Threshold<
        { __handoff::__private::capacity::is_confidence(__GATE1) },
    >>::CHECKED;
    const _: () = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::Confident<
        __Stage1,
        <__Stage1 as __handoff::AgentSpec>::Output,
        {
            <research as __handoff::AgentSpec>::INPUT_CONFIDENT
                || <__Stage1 as __handoff::AgentSpec>::CONFIDENT
        },
    >>::CHECKED;
    const __MAX1: usize = 8;
    const _: () = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::WidthBound<
        { __handoff::__private::capacity::is_width(__MAX1) },
    >>::CHECKED;
    const __WIDTH1: __handoff::__private::Option<u64> = {
        trait __Unbounded {
            const __max_len_subtasks: __handoff::__private::Option<u32> = __handoff::__private::Option::None;
        }
        impl<__T: ?__handoff::__private::Sized> __Unbounded for __T {}
        __handoff::__private::capacity::width(
            __handoff::__private::Option::Some(__MAX1 as u64),
            <<__Stage1 as __handoff::AgentSpec>::Output>::__max_len_subtasks,
        )
    };
    const _: () = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::ItemWithinBudget<
        <__Stage2 as __handoff::AgentSpec>::Input,
        __Stage2,
        {
            __handoff::__private::capacity::declared(
                <<__Stage2 as __handoff::AgentSpec>::Input as __handoff::Contract>::MAX_TOKENS,
            )
        },
        {
            __handoff::__private::capacity::declared(
                <__Stage2 as __handoff::AgentSpec>::INPUT_BUDGET,
            )
        },
        {
            __handoff::__private::capacity::fits(
                __handoff::__private::capacity::declared(
                    <<__Stage2 as __handoff::AgentSpec>::Input as __handoff::Contract>::MAX_TOKENS,
                ),
                __handoff::__private::capacity::declared(
                    <__Stage2 as __handoff::AgentSpec>::INPUT_BUDGET,
                ),
            )
        },
    >>::CHECKED;
    const __QUORUM1: u8 = 80;
    const _: () = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::Quorum<
        { __handoff::__private::capacity::is_share(__QUORUM1) },
    >>::CHECKED;
    pub struct output_of_research;
    #[automatically_derived]
    impl __handoff::AgentSpec for research {
        type Input = Question;
        type Output = Report;
        type Declared = output_of_research;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "research",
            __handoff::Role::Other(__handoff::__private::Cow::Borrowed("pipeline")),
        );
        const ENTRY: &'static __handoff::AgentId = <__Stage1 as __handoff::AgentSpec>::ENTRY;
        const INPUT_BUDGET: __handoff::__private::Option<u32> = <__Stage1 as __handoff::AgentSpec>::INPUT_BUDGET;
        const MAX_OUTPUT_TOKENS: __handoff::__private::Option<u32> = <__Stage3 as __handoff::AgentSpec>::MAX_OUTPUT_TOKENS;
        const CONFIDENT: bool = true;
        const STAGES: __handoff::__private::Option<
            &'static [__handoff::__private::parts::Part],
        > = __handoff::__private::Option::Some(
            &[
                __handoff::__private::parts::Part::Stage(
                    __handoff::__private::parts::stage::<__Stage1>,
                ),
                __handoff::__private::parts::Part::Gate(__GATE1),
                __handoff::__private::parts::Part::FanOut(
                    &__handoff::__private::parts::FanOutPart {
                        of: "subtasks",
                        max: __WIDTH1,
                        concurrency: __handoff::__private::Option::None,
                        allow_empty: false,
                        recover: __handoff::__private::Option::None,
                        stages: &[
                            __handoff::__private::parts::Part::Stage(
                                __handoff::__private::parts::stage::<__Stage2>,
                            ),
                        ],
                        rule: __handoff::__private::Rule::AtLeastPercent(__QUORUM1),
                        deadline: __handoff::__private::Option::None,
                        hands_on: __handoff::__private::parts::contract::<
                            __handoff::Partial<
                                <__Stage2 as __handoff::AgentSpec>::Output,
                            >,
                        >,
                    },
                ),
                __handoff::__private::parts::Part::Stage(
                    __handoff::__private::parts::stage::<__Stage3>,
                ),
            ],
        );
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Engine> __handoff::__private::Drive<E> for research
    where
        __Stage1: __handoff::__private::Drive<E>,
        __Stage2: __handoff::__private::Drive<E>,
        __Stage3: __handoff::__private::Drive<E>,
    {
        fn drive<'a>(
            __engine: &'a E,
            __value: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            __to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::Box::pin(
                __handoff::__private::in_pipeline(
                    "research",
                    async move {
                        let __value = <<research as __handoff::__private::Itself>::Itself as __handoff::pipeline::Begins<
                            research,
                            __Stage1,
                            __Input,
                            <__Stage1 as __handoff::AgentSpec>::Input,
                        >>::begin(__value);
                        let __value = <__Stage1 as __handoff::__private::Drive<
                            E,
                        >>::drive(
                                __engine,
                                __value,
                                __handoff::__private::Target::through::<__Stage2>(),
                            )
                            .await?;
                        let __value = __handoff::__private::gate(
                            __engine,
                            __value,
                            __GATE1,
                        )?;
                        let (__payload, __rest) = __value.split();
                        let __items = <_ as __handoff::pipeline::FansOut<
                            __Stage1,
                            __Stage2,
                            <__Stage2 as __handoff::AgentSpec>::Input,
                        >>::fan_out(__payload.subtasks);
                        let __value = __handoff::__private::fan_out::<
                            E,
                            __Stage2,
                            __handoff::Partial<
                                <__Stage2 as __handoff::AgentSpec>::Output,
                            >,
                        >(
                                __engine,
                                __rest,
                                __items,
                                __handoff::__private::FanOut::new(
                                    "subtasks",
                                    __WIDTH1,
                                    __handoff::__private::Rule::AtLeastPercent(__QUORUM1),
                                ),
                                __handoff::__private::Target::of::<__Stage3>(),
                            )
                            .await?;
                        let __value = <<__Stage2 as __handoff::AgentSpec>::Declared as __handoff::pipeline::PassesBarrier<
                            __Stage2,
                            __Stage3,
                            __handoff::Partial<
                                <__Stage2 as __handoff::AgentSpec>::Output,
                            >,
                            <__Stage3 as __handoff::AgentSpec>::Input,
                        >>::pass(__value);
                        let __value = <__Stage3 as __handoff::__private::Drive<
                            E,
                        >>::drive(__engine, __value, __to)
                            .await?;
                        __handoff::__private::Result::Ok(
                            <<__Stage3 as __handoff::AgentSpec>::Declared as __handoff::pipeline::Ends<
                                research,
                                __Stage3,
                                <__Stage3 as __handoff::AgentSpec>::Output,
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
    _pipeline: (),
}
///The pipeline [`research`](struct@research), for `runtime.run(research, input)` and `research.describe()`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn research() -> research {
    research { _pipeline: () }
}
