#[doc(hidden)]
#[allow(unexpected_cfgs)]
const _: () = {};
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::handoff::__private::serde::Serialize,
    ::handoff::__private::serde::Deserialize
)]
#[serde(crate = ":: handoff :: __private :: serde")]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub steps: Vec<String>,
    pub confidence: f64,
}
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    non_camel_case_types,
    non_upper_case_globals,
    unused_imports,
    unused_qualifications,
    unused_variables
)]
const _: () = {
    use ::core::convert::{From as _, Into as _};
    use ::core::iter::{IntoIterator as _, Iterator as _};
    use ::core::option::Option::{None, Some};
    use ::handoff::__private::serde;
    #[derive(::handoff::__private::schemars::JsonSchema)]
    #[serde(crate = ":: handoff :: __private :: serde")]
    #[schemars(crate = ":: handoff :: __private :: schemars")]
    #[serde(deny_unknown_fields)]
    #[serde(remote = "Plan")]
    struct __Schema {
        #[schemars(
            transform = <Self
            as::handoff::__private::contract::FieldKeywords<0usize>>::add
        )]
        steps: Vec<String>,
        #[schemars(
            transform = <Self
            as::handoff::__private::contract::FieldKeywords<1usize>>::add
        )]
        confidence: f64,
    }
    #[automatically_derived]
    impl ::handoff::__private::schemars::JsonSchema for Plan {
        fn inline_schema() -> bool {
            <__Schema as ::handoff::__private::schemars::JsonSchema>::inline_schema()
        }
        fn schema_name() -> ::handoff::__private::Cow<'static, str> {
            <__Schema as ::handoff::__private::schemars::JsonSchema>::schema_name()
        }
        fn schema_id() -> ::handoff::__private::Cow<'static, str> {
            <__Schema as ::handoff::__private::schemars::JsonSchema>::schema_id()
        }
        fn json_schema(
            __generator: &mut ::handoff::__private::schemars::SchemaGenerator,
        ) -> ::handoff::__private::schemars::Schema {
            <__Schema as ::handoff::__private::schemars::JsonSchema>::json_schema(
                __generator,
            )
        }
    }
    fn __part_0() -> impl ::handoff::__private::contract::Part<Of = Vec<String>> {
        use ::handoff::__private::contract::{
            AsCollection as _, AsContract as _, AsLeaf as _, AsNothing as _,
        };
        (&&&&::handoff::__private::contract::Probe::<Vec<String>>::NEW)
            .part(
                (&&&&::handoff::__private::contract::Probe::<String>::NEW)
                    .part(::handoff::__private::contract::Probe::<()>::NEW),
            )
    }
    fn __rules_0<__R: ::handoff::__private::contract::Rules<Vec<String>>>(
        __rules: &mut __R,
    ) {
        __rules
            .len(
                <Vec<String> as ::handoff::contract::Countable>::COUNTING,
                ::handoff::__private::contract::Lengths {
                    min: const { 1 },
                    max: ::core::option::Option::Some(const { 8 }),
                },
            );
    }
    #[automatically_derived]
    impl ::handoff::__private::contract::FieldKeywords<0usize> for __Schema {
        fn add(__schema: &mut ::handoff::__private::schemars::Schema) {
            __rules_0(&mut ::handoff::__private::contract::Keywords::new(__schema));
        }
    }
    fn __part_1() -> impl ::handoff::__private::contract::Part<Of = f64> {
        use ::handoff::__private::contract::{
            AsCollection as _, AsContract as _, AsLeaf as _, AsNothing as _,
        };
        (&&&&::handoff::__private::contract::Probe::<f64>::NEW)
            .part(::handoff::__private::contract::Probe::<()>::NEW)
    }
    fn __rules_1<__R: ::handoff::__private::contract::Rules<f64>>(__rules: &mut __R) {
        __rules.confidence(<f64 as ::handoff::contract::Scorable>::SCORING);
    }
    #[automatically_derived]
    impl ::handoff::__private::contract::FieldKeywords<1usize> for __Schema {
        fn add(__schema: &mut ::handoff::__private::schemars::Schema) {
            __rules_1(&mut ::handoff::__private::contract::Keywords::new(__schema));
        }
    }
    static __TABLE: ::handoff::__private::contract::Struct = ::handoff::__private::contract::Struct {
        open: false,
        fields: &[
            ::handoff::__private::contract::Slot::Field(::handoff::__private::contract::Field {
                name: "steps",
                aliases: &[],
                optional: || ::handoff::__private::contract::Part::optional(&__part_0()),
                walk: |__node, __walker| {
                    __walker.part(__node, __part_0(), |__rules| __rules_0(__rules))
                },
            }),
            ::handoff::__private::contract::Slot::Field(::handoff::__private::contract::Field {
                name: "confidence",
                aliases: &[],
                optional: || ::handoff::__private::contract::Part::optional(&__part_1()),
                walk: |__node, __walker| {
                    __walker.part(__node, __part_1(), |__rules| __rules_1(__rules))
                },
            }),
        ],
    };
    #[automatically_derived]
    impl ::handoff::__private::contract::Fields for Plan {
        const FIELDS: &'static ::handoff::__private::contract::Struct = &__TABLE;
    }
    fn __walk(
        __node: &::handoff::__private::contract::Node<'_>,
        __walker: &mut ::handoff::__private::contract::Walker,
    ) -> bool {
        __walker.fields(__node, &__TABLE)
    }
    #[automatically_derived]
    impl ::handoff::__private::contract::Declared for Plan {
        const HAS_CONFIDENCE: bool = true;
        const CLOSED: bool = true;
        const MAX_TOKENS: ::core::option::Option<u32> = ::core::option::Option::None;
        fn name() -> ::handoff::__private::Cow<'static, str> {
            ::handoff::__private::Cow::Borrowed("Plan")
        }
        fn check(&self, __violations: &mut ::handoff::Violations) {
            __violations
                .at(
                    "steps",
                    |__violations| {
                        __rules_0(
                            &mut ::handoff::__private::contract::ValueRules::new(
                                &self.steps,
                                __violations,
                            ),
                        );
                        ::handoff::__private::contract::Part::check(
                            &__part_0(),
                            &self.steps,
                            __violations,
                        );
                    },
                );
            __violations
                .at(
                    "confidence",
                    |__violations| {
                        __rules_1(
                            &mut ::handoff::__private::contract::ValueRules::new(
                                &self.confidence,
                                __violations,
                            ),
                        );
                        ::handoff::__private::contract::Part::check(
                            &__part_1(),
                            &self.confidence,
                            __violations,
                        );
                    },
                );
        }
        fn confidence(&self) -> ::core::option::Option<::handoff::Confidence> {
            {
                let mut __read = ::handoff::__private::contract::ReadConfidence::new(
                    &self.confidence,
                );
                __rules_1(&mut __read);
                __read.found()
            }
        }
        fn emitted() -> &'static ::handoff::__private::contract::Emitted {
            static __EMITTED: ::handoff::__private::OnceLock<
                ::handoff::__private::contract::Emitted,
            > = ::handoff::__private::OnceLock::new();
            __EMITTED.get_or_init(::handoff::__private::contract::Emitted::of::<Self>)
        }
        fn walk(
            __node: &::handoff::__private::contract::Node<'_>,
            __walker: &mut ::handoff::__private::contract::Walker,
        ) -> bool {
            __walk(__node, __walker)
        }
    }
    impl Plan {
        #[doc(hidden)]
        pub const __max_len_steps: ::core::option::Option<u32> = ::handoff::__private::contract::width(::handoff::__private::contract::Lengths {
            min: const { 1 },
            max: ::core::option::Option::Some(const { 8 }),
        });
    }
};
