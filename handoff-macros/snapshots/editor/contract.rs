#[doc(hidden)]
#[allow(unexpected_cfgs)]
const _: () = {
    #[allow(warnings, rust_analyzer::inactive_code)]
    const _: fn() = || {
        let _ = ::handoff::__private::editor::Contract {
            max_tokens: ::handoff::__private::editor::value(LIMIT),
            ..loop {}
        };
        {
            use ::handoff::__private::editor::{attributes::*, checks::*};
            let _ = check((len((1..=8)),));
        }
    };
};
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
    #[automatically_derived]
    impl __contract::JsonSchema for Plan {
        fn schema_name() -> __handoff::__private::Cow<'static, str> {
            __handoff::__private::Cow::Borrowed("Plan")
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
    #[automatically_derived]
    impl __contract::FieldAt<__contract::N0, Vec<String>> for Plan {
        #[inline]
        fn visit<__V: __contract::Visitor<Vec<String>>>(__visitor: __V) -> __V::Out {
            __visitor
                .check(
                    __contract::Len::new(
                        <Vec<String> as __contract::Countable>::COUNTING,
                        __contract::Lengths {
                            min: 1,
                            max: __contract::Some(8),
                        },
                    ),
                )
                .known(__contract::ContractKind::<Vec<String>>::NEW)
        }
    }
    #[automatically_derived]
    impl __contract::Derived for Plan {
        const MAX_TOKENS: __contract::Option<u32> = {
            const __MAX: u32 = LIMIT;
            __contract::Some(__MAX)
        };
        const LAYOUT: __contract::Option<&'static __contract::Layout> = __contract::Some(
            &__contract::Layout::Struct(
                __contract::Shape::Struct(__contract::Struct {
                    open: false,
                    fields: &[__contract::Member::of::<Plan, __contract::N0, _>("steps")],
                }),
            ),
        );
        fn declaration() -> __contract::Option<&'static __contract::Declaration> {
            static __DECLARATION: __contract::Declaration = __contract::Declaration::new(
                "Plan",
                true,
                <Plan as __contract::Derived>::LAYOUT,
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
    impl __contract::Fields for Plan {}
    impl Plan {
        #[doc(hidden)]
        pub const __max_len_steps: __contract::Option<u32> = __contract::width(__contract::Lengths {
            min: 1,
            max: __contract::Some(8),
        });
    }
};
