#[doc(hidden)]
#[allow(unexpected_cfgs)]
const _: () = {};
#[derive(::handoff::__private::serde::Serialize)]
#[serde(crate = ":: handoff :: __private :: serde")]
#[serde(deny_unknown_fields)]
pub struct Nested {
    #[serde(
        serialize_with = ":: handoff :: __private :: contract :: serialize :: < Nested , 0usize , _ , _ >"
    )]
    pub steps: Vec<Step>,
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
    #[derive(::handoff::__private::serde::Deserialize)]
    #[serde(crate = ":: handoff :: __private :: serde")]
    #[serde(deny_unknown_fields)]
    #[serde(rename = "Nested")]
    #[serde(expecting = "struct Nested")]
    struct __Read {
        steps: ::handoff::__private::contract::Read<Nested, 0usize, Vec<Step>>,
    }
    #[automatically_derived]
    impl<'de> ::handoff::__private::serde::Deserialize<'de> for Nested {
        fn deserialize<__D: ::handoff::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            use ::handoff::__private::serde::Deserialize as _;
            ::core::result::Result::map(
                __Read::deserialize(__deserializer),
                |__read: __Read| match __read {
                    __Read { steps: __field_0 } => Nested { steps: __field_0.value },
                },
            )
        }
    }
    use ::core::convert::{From as _, Into as _};
    use ::core::iter::{IntoIterator as _, Iterator as _};
    use ::core::option::Option::{None, Some};
    use ::handoff::__private::serde;
    #[derive(::handoff::__private::schemars::JsonSchema)]
    #[serde(crate = ":: handoff :: __private :: serde")]
    #[schemars(crate = ":: handoff :: __private :: schemars")]
    #[serde(deny_unknown_fields)]
    #[serde(remote = "Nested")]
    struct __Schema {
        steps: ::handoff::__private::contract::Typed<Nested, 0usize, Vec<Step>>,
    }
    #[automatically_derived]
    impl ::handoff::__private::schemars::JsonSchema for Nested {
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
    #[automatically_derived]
    impl ::handoff::__private::contract::Holds<0usize, Vec<Step>> for Nested {
        fn field() -> impl ::handoff::__private::contract::Held<Vec<Step>> {
            use ::handoff::__private::contract::{AsKnown as _, AsLacking as _};
            (&&::handoff::__private::contract::Probe::<Vec<Step>>::NEW).held()
        }
    }
    fn __holds<steps>() {
        let () = <Step as ::handoff::contract::FieldOf<Nested, steps>>::CHECKED;
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for Nested {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            use ::handoff::__private::contract::{AsShown as _, AsUnshown as _};
            match self {
                Self { steps: __field_0 } => {
                    let mut __debug = ::core::fmt::Formatter::debug_struct(
                        __f,
                        "Nested",
                    );
                    ::core::fmt::DebugStruct::field(
                        &mut __debug,
                        "steps",
                        (&&::handoff::__private::contract::Probe::<Vec<Step>>::NEW)
                            .shown(__field_0),
                    );
                    ::core::fmt::DebugStruct::finish(&mut __debug)
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for Nested {
        #[inline]
        fn clone(&self) -> Self {
            use ::handoff::__private::contract::{AsCloned as _, AsUncloned as _};
            match self {
                Self { steps: __field_0 } => {
                    Self {
                        steps: (&&::handoff::__private::contract::Probe::<
                            Vec<Step>,
                        >::NEW)
                            .cloned(__field_0),
                    }
                }
            }
        }
    }
    fn __part_0() -> impl ::handoff::__private::contract::Part<Of = Vec<Step>> {
        use ::handoff::__private::contract::{
            AsCollection as _, AsContract as _, AsLeaf as _, AsNothing as _,
        };
        (&&&&::handoff::__private::contract::Probe::<Vec<Step>>::NEW)
            .part(
                (&&&&::handoff::__private::contract::Probe::<Step>::NEW)
                    .part(::handoff::__private::contract::Probe::<()>::NEW),
            )
    }
    static __TABLE: ::handoff::__private::contract::Struct = ::handoff::__private::contract::Struct {
        open: false,
        fields: &[
            ::handoff::__private::contract::Slot::Field(::handoff::__private::contract::Field {
                name: "steps",
                aliases: &[],
                optional: || ::handoff::__private::contract::Part::optional(&__part_0()),
                walk: |__node, __walker| __walker.part(__node, __part_0(), |_| {}),
            }),
        ],
    };
    #[automatically_derived]
    impl ::handoff::__private::contract::Fields for Nested {
        const FIELDS: &'static ::handoff::__private::contract::Struct = &__TABLE;
    }
    fn __walk(
        __node: &::handoff::__private::contract::Node<'_>,
        __walker: &mut ::handoff::__private::contract::Walker,
    ) -> bool {
        __walker.fields(__node, &__TABLE)
    }
    #[automatically_derived]
    impl ::handoff::__private::contract::Declared for Nested {
        const HAS_CONFIDENCE: bool = false;
        const CLOSED: bool = true;
        const MAX_TOKENS: ::core::option::Option<u32> = ::core::option::Option::None;
        fn name() -> ::handoff::__private::Cow<'static, str> {
            ::handoff::__private::Cow::Borrowed("Nested")
        }
        fn check(&self, __violations: &mut ::handoff::Violations) {
            __violations
                .at(
                    "steps",
                    |__violations| {
                        ::handoff::__private::contract::Part::check(
                            &__part_0(),
                            &self.steps,
                            __violations,
                        );
                    },
                );
        }
        fn confidence(&self) -> ::core::option::Option<::handoff::Confidence> {
            ::core::option::Option::None
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
};
