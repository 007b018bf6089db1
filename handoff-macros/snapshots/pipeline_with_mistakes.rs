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
    pub struct output_of_research;
    #[automatically_derived]
    impl __private::AgentSpec for research {
        type Input = Question;
        type Output = Report;
        type Declared = output_of_research;
        const CONFIG: &'static __private::Config = &__private::Config::pipeline(
            "research",
            &__private::module_path!(),
            &[],
        );
    }
    #[automatically_derived]
    impl<__Engine: __private::Engine> __private::Drive<__Engine> for research {
        fn drive<'a>(
            _: &'a __Engine,
            _: __private::Handed<<Self as __private::AgentSpec>::Input>,
            _: __private::Target,
        ) -> __private::Driven<'a, <Self as __private::AgentSpec>::Output> {
            ::core::compile_error! {
                "expected `=>`, found `->`\nhelp: every handoff is written `=>`"
            }
            ::core::compile_error! {
                "`research` would end before every `work` has finished: a `fan_out` needs a `barrier` after it\nhelp: write `fan_out(subtasks) work => barrier(all)`"
            }
        }
    }
};
///The pipeline `research`.
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
