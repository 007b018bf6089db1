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
    #[allow(warnings, rust_analyzer::inactive_code)]
    fn __editor() {
        let __value = __handoff::__private::editor::any::<Question>();
        let _ = __handoff::__private::editor::any::<Report>();
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = plan(loop {});
        }
        let _ = plan;
        let __value = __handoff::__private::editor::any::<
            <plan as __handoff::AgentSpec>::Output,
        >();
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = gate(loop {});
        }
        {
            use __handoff::__private::editor::gates::*;
            let _ = (confidence >= 0.6);
        }
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = fan_out(loop {});
        }
        let __before = __handoff::__private::editor::copy(&__value);
        let _ = __before.subtasks;
        let __item = __handoff::__private::editor::item(__before.subtasks);
        let __value = {
            let __value = __handoff::__private::editor::copy(&__item);
            {
                use __handoff::__private::editor::stages::*;
                #[cfg(any())]
                let _ = work(loop {});
            }
            let _ = work;
            __handoff::__private::editor::any::<<work as __handoff::AgentSpec>::Output>()
        };
        let _ = __handoff::__private::editor::FanOut {
            max: __handoff::__private::editor::value(8),
            ..loop {}
        };
        let __value = __handoff::__private::editor::list(__value);
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = barrier(loop {});
        }
        let _ = __handoff::__private::editor::Barrier {
            all: loop {},
            ..loop {}
        };
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = merge(loop {});
        }
        let _ = merge;
        let __value = __handoff::__private::editor::any::<
            <merge as __handoff::AgentSpec>::Output,
        >();
        {
            use __handoff::__private::editor::stages::*;
            #[cfg(any())]
            let _ = (loop {});
        }
        let __value = loop {};
    }
    __handoff::__private::editor::declared! {
        __handoff, research, Question, Report
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
