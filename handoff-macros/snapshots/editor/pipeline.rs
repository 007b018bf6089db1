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
    #[allow(warnings, rust_analyzer::inactive_code)]
    const _: fn() = || {
        let _ = ::handoff::__private::editor::any::<Question>();
        let _ = ::handoff::__private::editor::any::<Report>();
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = plan(loop {});
        }
        let _ = plan;
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = gate(loop {});
        }
        {
            use ::handoff::__private::editor::gates::*;
            let _ = (confidence >= 0.6);
        }
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = fan_out(loop {});
        }
        let _ = ::handoff::__private::editor::any::<
            <plan as ::handoff::AgentSpec>::Output,
        >()
            .subtasks;
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = work(loop {});
        }
        let _ = work;
        let _ = ::handoff::__private::editor::FanOut {
            max: ::handoff::__private::editor::value(8),
            ..loop {}
        };
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = barrier(loop {});
        }
        let _ = ::handoff::__private::editor::Barrier {
            all: loop {},
            ..loop {}
        };
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = merge(loop {});
        }
        let _ = merge;
        {
            use ::handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = (loop {});
        }
    };
    ::handoff::__private::editor::declared! {
        [::handoff], research, Question, Report
    }
    ::core::compile_error! {
        "no stage follows this `=>`\nhelp: name the agent that is handed the value"
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
