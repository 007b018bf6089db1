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
    type __Output = Plan;
    type __Stage1 = plan;
    pub struct output_of_outline;
    #[automatically_derived]
    impl __private::AgentSpec for outline {
        type Input = Question;
        type Output = Plan;
        type Declared = output_of_outline;
        const CONFIG: &'static __private::Config = &__private::Config::pipeline(
            "outline",
            &__private::module_path!(),
            &[__private::Config::of::<__Stage1>],
        );
        const ENTRY: &'static __private::AgentId = <__Stage1 as __private::AgentSpec>::ENTRY;
        const INPUT_BUDGET: __private::Option<u32> = <__Stage1 as __private::AgentSpec>::INPUT_BUDGET;
        const MAX_OUTPUT_TOKENS: __private::Option<u32> = <__Stage1 as __private::AgentSpec>::MAX_OUTPUT_TOKENS;
        const CONFIDENT: bool = <outline as __private::AgentSpec>::INPUT_CONFIDENT
            || <__Stage1 as __private::AgentSpec>::CONFIDENT;
        const STAGES: __private::Option<&'static [__private::parts::Part]> = __private::Some(
            &[__private::parts::Part::Stage(__private::parts::stage::<__Stage1>)],
        );
    }
    #[automatically_derived]
    impl<__Engine: __private::Engine> __private::Drive<__Engine> for outline
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
                    <outline as __private::AgentSpec>::ID,
                    async move {
                        let __value = <<outline as __private::Itself>::Itself as __private::Begins<
                            outline,
                            __Stage1,
                            __Input,
                            <__Stage1 as __private::AgentSpec>::Input,
                        >>::begin(__value);
                        let __value = <__Stage1 as __private::Drive<
                            __Engine,
                        >>::drive(__engine, __value, __to)
                            .await?;
                        __private::Ok(
                            <<__Stage1 as __private::AgentSpec>::Declared as __private::Ends<
                                outline,
                                __Stage1,
                                <__Stage1 as __private::AgentSpec>::Output,
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
    _private: (),
}
///The pipeline [`outline`](struct@outline), for `runtime.run(outline, input)` and `outline.describe()`.
#[allow(dead_code, deprecated, unreachable_pub)]
#[must_use]
pub const fn outline() -> outline {
    outline { _private: () }
}
