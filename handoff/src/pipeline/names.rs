//! What can be named where a pipeline is run or described.

/// The name of a pipeline, as [`Runtime::run`](crate::Runtime::run) takes it.
///
/// It is the function that stands for the pipeline `P` in the value namespace. `Arguments` are those of the
/// function; the function of a pipeline has none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the name of a pipeline",
    label = "expected the name of a pipeline",
    note = "a pipeline is named without parentheses: `research`",
    note = "an agent is run as a pipeline of one stage: write `pipeline! {{ pub alone(Input) -> Output {{ agent }} }}`, and name `alone` here"
)]
pub trait Names<P, Arguments> {}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> P, P> Names<P, ()> for F {}

/// The name of a pipeline, as [`describe`](crate::describe::Describe) takes it.
#[diagnostic::on_unimplemented(
    message = "`describe` tells what a pipeline is, and `{Self}` is none",
    label = "this is not the name of a pipeline",
    note = "an agent is described by its type: write `Description::of::<agent>()`"
)]
pub trait DescribedAs<P, Arguments> {}

#[diagnostic::do_not_recommend]
impl<F: Fn() -> P, P> DescribedAs<P, ()> for F {}

/// Nothing is.
#[doc(hidden)]
pub trait Unnamed {}

/// With one impl alone rustc would speak of its `FnOnce`, and of how many arguments it expects. Those
/// that can never hold make it speak of the trait.
macro_rules! functions_are_no_names {
    ($($argument:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F: FnOnce($($argument),*) -> R + Unnamed, $($argument,)* R, P> Names<P, ($($argument,)*)> for F {}

        #[diagnostic::do_not_recommend]
        impl<F: Fn($($argument),*) -> R + Unnamed, $($argument,)* R, P> DescribedAs<P, ($($argument,)*)> for F {}
    };
}

/// Calls a macro with one to eight names, which is as many parameters as an agent is likely to have.
macro_rules! each_arity {
    ($for_each:ident) => {
        $for_each!(A);
        $for_each!(A B);
        $for_each!(A B C);
        $for_each!(A B C D);
        $for_each!(A B C D E);
        $for_each!(A B C D E G);
        $for_each!(A B C D E G H);
        $for_each!(A B C D E G H I);
    };
}

pub(crate) use each_arity;

each_arity!(functions_are_no_names);
