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
    type __Output = Plan;
    type __Stage1 = plan;
    pub struct output_of_outline;
    #[automatically_derived]
    impl __handoff::AgentSpec for outline {
        type Input = Question;
        type Output = Plan;
        type Declared = output_of_outline;
        const ID: &'static __handoff::AgentId = &__handoff::AgentId::new(
            "outline",
            __handoff::Role::Other(__handoff::__private::Cow::Borrowed("pipeline")),
        );
        const ENTRY: &'static __handoff::AgentId = <__Stage1 as __handoff::AgentSpec>::ENTRY;
        const INPUT_BUDGET: __handoff::__private::Option<u32> = <__Stage1 as __handoff::AgentSpec>::INPUT_BUDGET;
        const MAX_OUTPUT_TOKENS: __handoff::__private::Option<u32> = <__Stage1 as __handoff::AgentSpec>::MAX_OUTPUT_TOKENS;
        const CONFIDENT: bool = <outline as __handoff::AgentSpec>::INPUT_CONFIDENT
            || <__Stage1 as __handoff::AgentSpec>::CONFIDENT;
        const STAGES: __handoff::__private::Option<
            &'static [__handoff::__private::parts::Part],
        > = __handoff::__private::Option::Some(
            &[
                __handoff::__private::parts::Part::Stage(
                    __handoff::__private::parts::stage::<__Stage1>,
                ),
            ],
        );
    }
    #[automatically_derived]
    impl<E: __handoff::__private::Engine> __handoff::__private::Drive<E> for outline
    where
        __Stage1: __handoff::__private::Drive<E>,
    {
        fn drive<'a>(
            __engine: &'a E,
            __value: __handoff::Envelope<<Self as __handoff::AgentSpec>::Input>,
            __to: __handoff::__private::Target,
        ) -> __handoff::__private::Driven<'a, <Self as __handoff::AgentSpec>::Output> {
            __handoff::__private::Box::pin(
                __handoff::__private::in_pipeline(
                    "outline",
                    async move {
                        let __value = <<outline as __handoff::__private::Itself>::Itself as __handoff::pipeline::Begins<
                            outline,
                            __Stage1,
                            __Input,
                            <__Stage1 as __handoff::AgentSpec>::Input,
                        >>::begin(__value);
                        let __value = <__Stage1 as __handoff::__private::Drive<
                            E,
                        >>::drive(__engine, __value, __to)
                            .await?;
                        __handoff::__private::Result::Ok(
                            <<__Stage1 as __handoff::AgentSpec>::Declared as __handoff::pipeline::Ends<
                                outline,
                                __Stage1,
                                <__Stage1 as __handoff::AgentSpec>::Output,
                                __Output,
                            >>::end(__value),
                        )
                    },
                ),
            )
        }
    }
};
///The pipeline `outline`.
/**

```mermaid
flowchart TD
    caller(["caller"])
    plan["plan"]
    result(["caller"])
    caller -->|"Question"| plan
    plan -->|"Plan"| result
```

| stage | is handed |
|---|---|
| [`type@plan`] | `Question` |
| the caller | `Plan` |
*/
#[allow(
    non_camel_case_types,
    dead_code,
    unreachable_pub,
    missing_copy_implementations,
    missing_debug_implementations,
    rustdoc::private_intra_doc_links
)]
pub struct outline {
    _pipeline: (),
}
///The pipeline [`outline`](struct@outline), for `runtime.run(outline, input)` and `outline.describe()`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn outline() -> outline {
    outline { _pipeline: () }
}
