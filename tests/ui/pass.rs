//! Programs that the compiler must accept: each is a module, and what its `main` would do is a test.
#![allow(clippy::all)] // what clippy says of what the macros write is asked in tests/hygiene

// `no_prelude` names the crate so.
extern crate handoff as passing;

pub mod agent {
    pub mod pass {
        pub mod alias_that_ends_in_result;
        pub mod blocking;
        pub mod cfg_and_deprecated;
        pub mod fragments_of_macro_rules;
        pub mod parameters;
        pub mod parameters_under_a_condition;
        pub mod prompts;
        pub mod signals;
        pub mod tools;
        pub mod user_types_of_std_names;
    }
}

pub mod contract {
    pub mod pass {
        pub mod anywhere;
        pub mod beside_tags_and_as_keys;
        pub mod every_form;
        pub mod fragments_of_macro_rules;
        pub mod names_and_forms_that_differ;
        pub mod names_of_the_prelude;
        pub mod no_prelude;
    }
}

pub mod pipeline {
    pub mod pass {
        pub mod all_lints;
        pub mod fragments_of_macro_rules;
        pub mod names_of_the_macros;
        pub mod options;
        pub mod paths;
        pub mod private;
        pub mod stages;
        pub mod types_of_one_letter;
    }
}
