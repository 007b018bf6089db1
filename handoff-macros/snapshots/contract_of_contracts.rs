#[doc(hidden)]
#[allow(unexpected_cfgs)]
const _: () = {};
#[derive(::handoff::__private::serde::Serialize)]
#[serde(crate = ":: handoff :: __private :: serde")]
#[serde(deny_unknown_fields)]
pub struct Nested {
    #[serde(
        serialize_with = ":: handoff :: __private :: contract :: serialize :: < Nested , :: handoff :: __private :: contract :: N0 , _ , _ >"
    )]
    pub steps: Vec<Step>,
}
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unused_imports,
    unused_qualifications,
    unused_variables
)]
const _: () = {
    use ::handoff as __handoff;
    use __handoff::__private::contract as __contract;
    use __contract::traits::*;
    #[derive(::handoff::__private::serde::Deserialize)]
    #[serde(crate = ":: handoff :: __private :: serde")]
    #[serde(deny_unknown_fields)]
    #[serde(rename = "Nested")]
    #[serde(expecting = "struct Nested")]
    struct __Shadow {
        steps: __contract::Read<Nested, __contract::N0, Vec<Step>>,
    }
    #[automatically_derived]
    impl<'de> ::handoff::__private::serde::Deserialize<'de> for Nested {
        fn deserialize<__D: ::handoff::__private::serde::Deserializer<'de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            use ::handoff::__private::serde::Deserialize as _;
            ::core::result::Result::map(
                __Shadow::deserialize(__deserializer),
                |__shadow: __Shadow| match __shadow {
                    __Shadow { steps: __field_0 } => Nested { steps: __field_0.value },
                },
            )
        }
    }
    #[automatically_derived]
    impl __contract::JsonSchema for Nested {
        fn schema_name() -> __handoff::__private::Cow<'static, str> {
            __handoff::__private::Cow::Borrowed("Nested")
        }
        fn schema_id() -> __handoff::__private::Cow<'static, str> {
            __contract::id::<Self>()
        }
        fn json_schema(
            __generator: &mut __contract::SchemaGenerator,
        ) -> __contract::Schema {
            __contract::schema(<Self as __contract::Derived>::declaration(), __generator)
        }
    }
    type __Part0Of0 = Step;
    fn __holds<steps>() {
        let () = <Step as __contract::FieldOf<Nested, steps>>::CHECKED;
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for Nested {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self { steps: __field_0 } => {
                    let mut __debug = ::core::fmt::Formatter::debug_struct(
                        __f,
                        "Nested",
                    );
                    ::core::fmt::DebugStruct::field(
                        &mut __debug,
                        "steps",
                        (&&__contract::Probe::<Vec<Step>>::NEW).shown(__field_0),
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
            match self {
                Self { steps: __field_0 } => {
                    Self {
                        steps: (&&__contract::Probe::<Vec<Step>>::NEW).cloned(__field_0),
                    }
                }
            }
        }
    }
    const _: () = <Step as __contract::MapOf<
        { __contract::Probe::<Step>::HAS_KEYS },
    >>::CHECKED;
    #[automatically_derived]
    impl __contract::FieldAt<__contract::N0, Vec<Step>> for Nested {
        #[inline]
        fn visit<__V: __contract::Visitor<Vec<Step>>>(__visitor: __V) -> __V::Out {
            __visitor
                .opaque(
                    (&&&&__contract::Probe::<Vec<Step>>::NEW)
                        .part((&&&&__contract::Probe::<Step>::NEW).whole()),
                    (&&__contract::Probe::<Vec<Step>>::NEW).opaque(),
                )
        }
    }
    #[automatically_derived]
    impl __contract::Derived for Nested {
        const LAYOUT: __contract::Option<&'static __contract::Layout> = __contract::Some(
            &__contract::Layout::Struct(
                __contract::Shape::Struct(__contract::Struct {
                    open: false,
                    fields: &[
                        __contract::Member::of::<Nested, __contract::N0, _>("steps"),
                    ],
                }),
            ),
        );
        fn declaration() -> __contract::Option<&'static __contract::Declaration> {
            static __DECLARATION: __contract::Declaration = __contract::Declaration::new(
                "Nested",
                true,
                <Nested as __contract::Derived>::LAYOUT,
            );
            __contract::Some(&__DECLARATION)
        }
        fn check(&self, __violations: &mut __contract::Violations) {
            __contract::check_at::<
                Self,
                __contract::N0,
                _,
            >(&self.steps, "steps", __violations);
        }
    }
    impl __contract::Fields for Nested {}
};
