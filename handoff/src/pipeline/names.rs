//! What can be named where a pipeline is run.

/// What [`Runtime::run`](crate::Runtime::run) takes: the function that stands for the pipeline `P` in
/// the value namespace. `Arguments` are those of the function, of which a pipeline's has none.
#[diagnostic::on_unimplemented(
    message = "`run` takes the name of a pipeline, and `{Self}` is none",
    label = "this is not the name of a pipeline",
    note = "a pipeline is named without parentheses: `run(research, …)`",
    note = "an agent is run as a pipeline of one stage: write `pipeline! {{ pub alone(Input) -> Output {{ agent }} }}` and `run(alone, …)`"
)]
pub trait Names<P, Arguments> {}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> P, P> Names<P, ()> for F {}

/// Nothing is.
#[doc(hidden)]
pub trait Unnamed {}

/// With one impl alone rustc would speak of its `FnOnce`, and of how many arguments it expects. Those
/// that can never hold make it speak of the trait.
macro_rules! functions_are_no_names {
    ($($argument:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F: FnOnce($($argument),*) -> R + Unnamed, $($argument,)* R, P> Names<P, ($($argument,)*)> for F {}
    };
}

functions_are_no_names!(A);
functions_are_no_names!(A B);
functions_are_no_names!(A B C);
functions_are_no_names!(A B C D);
functions_are_no_names!(A B C D E);
functions_are_no_names!(A B C D E G);
functions_are_no_names!(A B C D E G H);
functions_are_no_names!(A B C D E G H I);
